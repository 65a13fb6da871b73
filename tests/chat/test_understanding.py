"""What a text means at each prompt."""

import time
from types import SimpleNamespace

import pytest

from mfa_flow import AskCode, AskPassword, Choose, Done, Pause, Scan, Stopped, Wait
from mfa_flow.chat.quoting import question_for
from mfa_flow.chat.understanding import Deed, Say, holds_secret, understood
from mfa_flow.texts import text_for

ENROLL = Choose(enroll=("otp", "sms", "voice", "email"), verbs=("enroll", "cancel"))
SMS_ONLY = Choose(enroll=("otp", "sms"))
RECOVERY = AskCode(channel="recovery", length=24, numeric=False, verbs=("confirm", "go_back", "cancel"))
CODE = AskCode(channel="sms", to="XXXXXXXX0042", verbs=("confirm", "resend", "go_back", "cancel"))
ENROLLING = AskCode(channel="sms", to="XXXXXXXX0042", verbs=("enroll", "confirm"))
ENROLLING_EMAIL = AskCode(channel="email", to="b*@example.com", verbs=("enroll", "confirm"))
SCAN = Scan(barcode_uri="otpauth://totp/a")
PHONE = {"phone_number": "+15551230042"}


def asked(factor, locale="en"):
    return text_for("chat.phone", locale, factor=text_for(f"factor.{factor}", locale).capitalize())


@pytest.mark.parametrize(
    ("prompt", "text", "expected"),
    [
        (AskPassword(), "ada@example.com pw", ("login", ("ada@example.com", "pw"))),
        (AskPassword(), " ada@example.com\n\ta pass word ", ("login", ("ada@example.com", "a pass word"))),
        (Stopped(reason="expired"), "ada@example.com pw", ("login", ("ada@example.com", "pw"))),
        (Done(), "ada@example.com pw", ("login", ("ada@example.com", "pw"))),
        (AskPassword(), "cancel", ("cancel", ())),
        (ENROLL, "1", ("enroll", ("otp",))),
        (ENROLL, "app", ("enroll", ("otp",))),
        (ENROLL, "e-mail", ("enroll", ("email",))),
        (ENROLL, "123456", ("confirm", ("123456",))),  # late: the flow knows whether it came before
        (CODE, "12 34-56", ("confirm", ("12 34-56",))),
        (CODE, "pigeon", ("confirm", ("pigeon",))),
        (CODE, "711647.", ("confirm", ("711647",))),
        (CODE, "711647!", ("confirm", ("711647",))),
        (SCAN, "my code is 711647", ("confirm", ("711647",))),
        (CODE, "G-711647", ("confirm", ("711647",))),
        (CODE, "711647 or 711648", ("confirm", ("711647 or 711648",))),
        (CODE, "7 of 711647", ("confirm", ("7 of 711647",))),
        (CODE, "711647a", ("confirm", ("711647a",))),
        (CODE, "7116475", ("confirm", ("7116475",))),
        (RECOVERY, "ABCDEFGHIJKLMNOPQRSTUVWX", ("confirm", ("ABCDEFGHIJKLMNOPQRSTUVWX",))),
        (RECOVERY, "ABCDEFGH 2JKLMNOP QRSTUVWX", ("confirm", ("ABCDEFGH2JKLMNOPQRSTUVWX",))),
        (RECOVERY, "my code: mxm3 jmkm swp8 1cjb sakq eukt", ("confirm", ("mxm3jmkmswp81cjbsakqeukt",))),
        (RECOVERY, "this code MXM3-JMKM-SWP8-1CJB-SAKQ-EUKT.", ("confirm", ("MXM3JMKMSWP81CJBSAKQEUKT",))),
        (RECOVERY, "it is ABCDEFGHIJKLMNOPQRSTUVWX!", ("confirm", ("ABCDEFGHIJKLMNOPQRSTUVWX",))),
        (RECOVERY, "the 2nd mxm3 jmkm swp8 1cjb sakq eukt ok", ("confirm", ("mxm3jmkmswp81cjbsakqeukt",))),
        (RECOVERY, "ABCDEFGHIJKLMNOPQRSTUVWX is my code", ("confirm", ("ABCDEFGHIJKLMNOPQRSTUVWX",))),
        (RECOVERY, "mxm3 jmkm swp8 1cjb sakq eukt, that is it", ("confirm", ("mxm3jmkmswp81cjbsakqeukt",))),
        (RECOVERY, "mxm3 jmkm swp8 1cjb sakq eukt is this code", ("confirm", ("mxm3jmkmswp81cjbsakqeukt",))),
        (RECOVERY, "ABCDEFGHIJKLMNOPQRSTUVWX is not my code", None),
        (RECOVERY, "it is ABCDEFGHIJKLMNOPQRSTUVWX or perhaps BCDEFGHIJKLMNOPQRSTUVWXY", None),
        (RECOVERY, "is it mxm3 jmkm swp8 1cjb sakq eukt or else mxm3 jmkm swp8 1cjb sakq eukx", None),
        (RECOVERY, "I have 10 recovery codes left", None),
        (RECOVERY, "ABCD-2345 ABCD2345ABCD2345", ("confirm", ("ABCD-2345 ABCD2345ABCD2345",))),
        (CODE, "it is 711 647.", ("confirm", ("711 647",))),
        (CODE, "Voici le code\u202f: 711-647, merci", ("confirm", ("711-647",))),
        (CODE, "order 711647 never arrived", ("confirm", ("order 711647 never arrived",))),
        (CODE, "+711647", ("confirm", ("+711647",))),
        (CODE, "a711647", ("confirm", ("a711647",))),
        (CODE, "error 404404", ("confirm", ("error 404404",))),
        (CODE, "call +123456", ("confirm", ("call +123456",))),
        (CODE, "it is 711 647 12", ("confirm", ("it is 711 647 12",))),
        (CODE, "Encore !", ("resend", ())),
        (CODE, "encore un code s\u2019il vous plaît", ("resend", ())),
        (CODE, "send it again to me, thank you", ("resend", ())),
        (CODE, "autre méthode", ("go_back", ())),
        (CODE, "back", ("go_back", ())),
        (CODE, "resend the code please", ("resend", ())),
        (CODE, "Again, please!", ("resend", ())),
        (CODE, "une autre méthode svp", ("go_back", ())),
        (CODE, "resend 711647", ("confirm", ("resend 711647",))),
        (CODE, "cancel my subscription", ("confirm", ("cancel my subscription",))),
        (RECOVERY, "again please", None),
        (AskPassword(), "ada@example.com, correct-horse", ("login", ("ada@example.com", "correct-horse"))),
        (Pause(seconds=9, then=CODE), "back", ("go_back", ())),
        (Pause(seconds=9, then=CODE), "123456", ("confirm", ("123456",))),
        (SCAN, "123456", ("confirm", ("123456",))),
        (Wait(seconds=5), "annuler", ("cancel", ())),
    ],
)
def test_verbs(prompt, text, expected):
    """A verb of the flow, with what it is given."""
    found = understood(text, prompt, "en")
    assert expected == (None if isinstance(found, Say) else (found.verb, found.given))


@pytest.mark.parametrize(
    "text",
    [
        "123456 is your verification code for mfa-flow-demo.",
        "Your code is 123456",
        "Your verification code is: 123456",
        "Your Acme code is 123456. It is valid for 10 minutes. Do not share it.",
        "123456 is your code.\n\n@example.com #123456",
        "Votre code est 123456",
        "Votre code de vérification est 123456",
        "123456 est votre code de vérification",
        "j'ai reçu 123456",
        "123456 stp",
        "[Acme] 123456",
        "FB-123456",
        "OTP: 123456",
        "ok 123456",
        "the sms code is 123456",
        "123.456",
        "ok, 123456 it is",
    ],
)
@pytest.mark.parametrize("prompt", [CODE, SCAN, ENROLL])
def test_a_message_that_brought_the_code(text, prompt):
    """It is taken as it was copied; and out of the chat, where one is over too."""
    assert Deed("confirm", ("123456",)) == understood(text, prompt, "en")
    assert holds_secret(text, Done(), Say())


@pytest.mark.parametrize(
    "text",
    [
        "order 123456 never arrived",
        "my code is not 123456",
        "No. The code 123456 is wrong",
        "no, 123456",
        "code 123456 or 654321",
        "ticket 123456",
        "[123456] is my order",
        "code: call +1 123456",
        "my zip code: 12345-6",
        "code abc123456",
        "a code at example.com/123456",
        "the code costs 123456.78",
    ],
)
def test_figures_that_are_no_code(text):
    """The flow is given all of it, and refuses that before anything is sent."""
    assert Deed("confirm", (text,)) == understood(text, CODE, "en")


@pytest.mark.parametrize(
    "text",
    [
        "Encore une minute, je cherche mon téléphone",
        "Encore rien",
        "again? no, do not send it",
        "Again? Not now, thanks",
        "Resend? No wait, it just came",
        "New code arrived, hold on",
        "another code came",
        "Back in a minute",
        "Other people use this phone",
        "Autre question : où est mon code ?",
        "change my mind",
        "another code, no",
    ],
)
def test_a_sentence_that_begins_like_a_command(text):
    """It is none: what follows says something else."""
    assert Deed("confirm", (text,)) == understood(text, CODE, "en")


@pytest.mark.parametrize(
    "text", ["My email is ada@example.com", "it's <ada@example.com>.", "ada@example.com, and now?", "ada@example.com,"]
)
@pytest.mark.parametrize("names", [True, False])
def test_an_address_in_a_sentence(text, names):
    """It is taken, and its password asked for; where there are two, none is."""
    found = Say("chat.password", {"email": "ada@example.com"})
    assert found == understood(text, AskPassword(), "en", names=names)
    assert Say("chat.pair") == understood(f"bo@example.com: or {text}", AskPassword(), "en", names=names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sms +1 555 123 0042", ("sms", PHONE)),
        ("text message: +1 (555) 123-0042", ("sms", PHONE)),
        ("phone call 0015551230042", ("voice", PHONE)),
        ("e-mail bo@example.com", ("email", {"email": "bo@example.com"})),
        ("E-Mail <bo@example.com>", ("email", {"email": "bo@example.com"})),
        ("e-mail\nbo@example.com", ("email", {"email": "bo@example.com"})),
        ("sms\n+1 555 123 0042", ("sms", PHONE)),
        ("sms +1\u2013555\u2014123\u20110042", ("sms", PHONE)),
        ("sms +33 (0)6 12 34 56 78", ("sms", {"phone_number": "+33612345678"})),
        ("sms 0033(0) 6 12 34 56 78", ("sms", {"phone_number": "+33612345678"})),
        ("sms (+33) (0)612345678", ("sms", {"phone_number": "+33612345678"})),
    ],
)
def test_details_in_one_message(text, expected):
    """A factor, and the number or address it takes."""
    found = understood(text, ENROLL, "en")
    assert expected == (found.given[0], found.details)


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("factor", ["sms", "voice"])
def test_details_in_two_messages(factor, locale):
    """The answer that quotes the question is the number for that factor, in whatever language it was asked."""
    question = understood(text_for(f"factor.{factor}", locale), ENROLL, locale)
    assert factor == question.asks.given
    found = understood("+15551230042", ENROLL, "en", asked(factor, locale) if factor == "voice" else asked("sms"))
    assert (factor, PHONE) == (found.given[0], found.details)


def test_a_number_alone():
    """Where one factor takes a number it is clear which; where two do, and nothing was asked, that is asked."""
    assert ("sms",) == understood("+15551230042", SMS_ONLY, "en").given
    assert "chat.which_phone" == understood("+15551230042", ENROLL, "en").key


def test_an_address_alone():
    """It may be that of the login, delivered again: nothing is sent to it, and how to give it is told."""
    assert Say("chat.which_email", {"factor": "e-mail"}) == understood("bo@example.com", ENROLL, "en")
    assert {"email": "bo@example.com"} == understood("bo@example.com", ENROLLING_EMAIL, "en").details


@pytest.mark.parametrize("prompt", [ENROLL, SMS_ONLY, Choose(enroll=("email",)), ENROLLING, ENROLLING_EMAIL])
@pytest.mark.parametrize("quoted", [None, asked("voice")])
@pytest.mark.parametrize("text", ["do not use boss@example.com", "why not +33199001234", "I wrote to a@example.com"])
def test_a_sentence_sends_nothing(prompt, quoted, text):
    """Neither to an address nor to a number in it, unless it names the factor; what is tried is refused as it stands."""
    found = understood(text, prompt, "en", quoted)
    assert isinstance(found, Say) or text in (*found.given, *found.details.values())


def test_a_number_in_an_answer():
    """What quotes the question for it may have words before it."""
    assert PHONE == understood("my number is +15551230042", ENROLL, "en", asked("voice")).details
    assert Say("chat.no_choice") == understood("my number is +15551230042", ENROLL, "en")
    for prompt in (SMS_ONLY, ENROLLING):
        assert "enroll" != getattr(understood("call me: +33199001234", prompt, "en"), "verb", None)


def test_a_number_that_is_none():
    """It is refused by the flow, and then asked for again."""
    found = understood("my old number", ENROLL, "en", asked("voice"))
    assert ("enroll", "voice") == (found.verb, found.again.asks.given)


def test_another_number():
    """Who mistyped the number gives the right one, while its code is awaited; after a challenge there is no other."""
    assert PHONE == understood("+15551230042", ENROLLING, "en").details
    assert ("voice",) == understood("phone call +15551230042", ENROLLING, "en").given
    assert "confirm" == understood("+15551230042", CODE, "en").verb


def test_the_password_after_the_address():
    """Only an answer to our own question is a password by itself."""
    question = text_for("chat.password", "fr", email="bo@example.com")
    assert ("bo@example.com", "a pass word") == understood("a pass word", AskPassword(), "en", question).given
    for quoted in (None, "password for bo@example.com", text_for("error.bad_input.email")):
        assert Say("chat.pair") == understood("a pass word", AskPassword(), "en", quoted)


@pytest.mark.parametrize(
    "password",
    ["Hello!", "login", "cancel", "(quit)", "joe@example.com rules", "a@b.example", "/x", "/show me the money"],
)
@pytest.mark.parametrize(
    "prompt", [AskPassword(), Stopped(reason="cancelled"), Pause(seconds=9, then=AskPassword()), ENROLL, CODE]
)
def test_a_password_that_is_a_word_of_ours(password, prompt):
    """What answers the question for it is the password, whatever else it could be, and is taken out of the chat."""
    found = understood(password, prompt, "en", text_for("chat.password", "en", email="eve@example.com"))
    assert Deed("login", ("eve@example.com", password)) == found
    assert holds_secret(password, prompt, found)


def test_a_password_of_an_addresss_shape():
    """It is not said back; an address in letters of any script, or in Punycode, is one."""
    for password in ("p@ssw0rd.1", "p@ssw0rd.c0m", "a@b.c", "a@b."):
        assert Say("chat.pair") == understood(password, AskPassword(), "en")
    for address in ("a@b.example", "a@почта.рф", "a@b.xn--p1ai"):
        assert Say("chat.password", {"email": address}) == understood(address, AskPassword(), "en")


@pytest.mark.parametrize(("text", "password"), [("  a b ", "  a b "), ("\u00a0x\t", "\u00a0x\t"), ("x \r\n", "x ")])
def test_blanks_of_a_password(text, password):
    """They are of it, at its start and end too; the ends of lines are not."""
    question = text_for("chat.password", "fr", email="bo@example.com")
    assert ("bo@example.com", password) == understood(text, AskPassword(), "en", question).given


def test_no_password_after_all():
    """Behind a slash a command is one there, too."""
    question = text_for("chat.password", "en", email="eve@example.com")
    assert Deed("cancel") == understood(" /cancel", AskPassword(), "en", question)
    assert "chat.help" == understood("/help@AcmeBot", AskPassword(), "en", question).key


@pytest.mark.parametrize(
    ("prompt", "text", "secret"),
    [
        (AskPassword(), "ada@example.com pw", True),
        (AskPassword(), "hunter2", True),
        (AskPassword(), "cancel", False),
        (AskPassword(), "Hello!", False),
        (AskPassword(), "ada@example.com", True),
        (Done(), "ada@example.com", True),
        (AskPassword(), "p@ssw0rd.1", True),
        (AskPassword(), "", False),
        (Stopped(reason="cancelled"), "hunter2", True),
        (ENROLL, "ada@example.com pw", True),
        (ENROLL, "2", False),
        (ENROLL, "text 2", False),
        (Pause(seconds=60, then=AskPassword()), "hunter2", True),
        (ENROLL, "sms +15551230042", False),
        (CODE, "123 456", True),
        (CODE, "12345", True),
        (CODE, "hello there", False),
        (RECOVERY, "ABCD-2345 ABCD2345ABCD2345", True),
        (RECOVERY, "ABCDEFGHIJKLMNOPQRSTUVWX", True),
        (RECOVERY, "it is ABCDEFGHIJKLMNOPQRSTUVWX.", True),
        (RECOVERY, "where is it?", False),
        (CODE, "711647.", True),
        (CODE, "711647!", True),
        (CODE, "my code is 711647", True),
        (CODE, "the code I have got is 711 647, I think", True),
        (SCAN, "it says: 711647", True),
        (CODE, "it is 42", False),
        (ENROLLING, "+1 555 123 0043", False),
        (ENROLL, "711647!", True),
        (Done(), "711647.", True),
        (Done(), "123456", True),
        (Done(), "thanks", False),
        (Done(), "thanks a lot, bot", False),
        (Done(), "correct-horse", True),
    ],
)
def test_what_is_to_be_deleted(prompt, text, secret):
    """What held a password or a code, or may have; and no more than that."""
    assert secret == holds_secret(text, prompt, understood(text, prompt, "en"))


@pytest.mark.parametrize(
    "text", ["I have lost my recovery codes", "j'ai perdu mes codes de secours", "have lost this code what next"]
)
def test_a_sentence_is_no_recovery_code(text):
    """Though it has as many letters: each try counts."""
    found = understood(text, RECOVERY, "en")
    assert Say("error.bad_input.recovery_code", {"length": 24}) == found


def test_a_factor_of_others(monkeypatch):
    """One that takes a detail of its own is asked for it, and given what the answer to that is."""
    monkeypatch.setattr("mfa_flow.chat.options.installed", lambda: {"pigeon": SimpleNamespace(needs=("loft",))})
    prompt = Choose(enroll=("pigeon",))
    asks = understood("1", prompt, "en").asks
    question = question_for(asks, "en")
    assert question.startswith("Pigeon: write")
    assert {"loft": "behind the barn"} == understood("behind the barn", prompt, "en", question).details


@pytest.mark.parametrize(
    "text",
    [
        "a@" + "." * 40_000 + ",",
        "a" * 40_000 + "@",
        "+" + "1 " * 20_000,
        "(" * 40_000,
        "1 " * 20_000 + "x",
        "ab-" * 9999,
        "1" + " " * 9999,
    ],
)
@pytest.mark.parametrize("prompt", [AskPassword(), ENROLL, ENROLLING, Wait(seconds=5)])
def test_long_texts_take_no_time(text, prompt):
    """However it is made, a text is read in no time."""
    begun = time.process_time()
    understood(text, prompt, "fr", text)
    assert time.process_time() - begun < 1
