"""Prompts: what they say, and that they travel as JSON."""

import json
import re

import pytest
from attrs import evolve
from replies import BARCODE, OTP_SECRET, RECOVERY

from mfa_flow.errors import BadInput
from mfa_flow.machine.prompts import (
    AskCode,
    AskPassword,
    Choose,
    Done,
    Notice,
    Pause,
    Scan,
    Stopped,
    Wait,
    prompt_from_json,
)
from mfa_flow.wire.values import Authenticator, Tokens

OTP = Authenticator("totp|dev_1", "otp", active=True)
SMS = Authenticator("sms|dev_2", "oob", active=True, oob_channel="sms", name="XXXXXXXX0000", type="phone")
TOKENS = Tokens("hidden-access", "hidden-id", "hidden-refresh", "openid", 86400)
SHARED = {
    "verbs": ("confirm", "cancel"),
    "error": Notice.of("wrong_code"),
    "recovery_codes": (RECOVERY,),
    "interrupted": "confirm",
}
CODE = AskCode(channel="sms", to="XXXXXXXX0000", until=1300.5)
SCAN = Scan(barcode_uri=BARCODE, secret=OTP_SECRET)
PROMPTS = [
    AskPassword(),
    Choose(challenge=(OTP, SMS), enroll=("otp", "sms")),
    Choose(),
    Choose(enroll=("otp",), authenticators=(SMS, evolve(OTP, active=False))),
    CODE,
    AskCode(channel="pigeon", length=None),
    SCAN,
    AskCode(channel="recovery", length=24, numeric=False),
    Scan(barcode_uri=BARCODE, length=8),
    Scan(barcode_uri=BARCODE, length=None, seconds=5.0, until=1300.0),
    Wait(seconds=5.0, until=1300.0),
    Pause(seconds=360.0, then=CODE),
    Pause(seconds=3.5, then=Pause(seconds=2.0, then=Choose(challenge=(SMS,), verbs=("challenge",)))),
    Done(recovery_code=RECOVERY),
    Stopped(reason="expired"),
]
CUT_OFF = "Your last answer was cut off. It may have been accepted, and cannot be used again then: give a new code."
WRONG = "That code is not right. Check it and try again."


@pytest.mark.parametrize("shared", [{}, SHARED], ids=["bare", "full"])
@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.kind)
def test_a_prompt_travels_as_json_and_back(prompt, shared):
    """Nothing is lost and nothing changes its type."""
    given = evolve(prompt, **shared)
    back = prompt_from_json(given.to_json())
    assert given == back
    assert type(given) is type(back)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.kind)
def test_the_json_names_the_kind_and_carries_the_text(prompt):
    """A page that knows no kinds can still show the text."""
    found = json.loads(prompt.to_json())
    assert (prompt.kind, prompt.text()) == (found["kind"], found["text"])


def test_all_eight_kinds_are_tried():
    """Each has its own word."""
    kinds = {"ask_password", "choose", "ask_code", "scan", "wait", "pause", "done", "stopped"}
    assert kinds == {prompt.kind for prompt in PROMPTS}


def test_the_json_of_a_prompt_is_this():
    """Written out once, for those who read it elsewhere."""
    expected = {
        "kind": "ask_code",
        "text": f"{CUT_OFF}\n{WRONG}\nWe sent a 6-digit code to XXXXXXXX0000. Enter it here.\nKeep this recovery code in a safe place: {RECOVERY}",
        "verbs": ["confirm", "cancel"],
        "error": {"key": "wrong_code", "text": WRONG},
        "recovery_codes": [RECOVERY],
        "interrupted": "confirm",
        "channel": "sms",
        "to": "XXXXXXXX0000",
        "length": 6,
        "until": 1300.5,
        "numeric": True,
    }
    assert expected == json.loads(evolve(CODE, **SHARED).to_json())


def test_tokens_stay_out_of_the_json():
    """There is not even a place for them."""
    written = Done(tokens=TOKENS).to_json()
    assert "hidden" not in written
    assert "tokens" not in json.loads(written)


def test_tokens_go_into_the_json_when_asked_for_by_name():
    """And come back as they were."""
    done = Done(tokens=TOKENS)
    assert "hidden-access" == json.loads(done.to_json(tokens=True))["tokens"]["access_token"]
    assert done == prompt_from_json(done.to_json(tokens=True))


@pytest.mark.parametrize("asked", [True, False])
def test_a_pause_passes_the_wish_for_tokens_on(asked):
    """What stands within is written as it would be by itself."""
    pause = Pause(seconds=1, then=Done(tokens=TOKENS))
    assert asked is ("hidden-access" in pause.to_json(tokens=asked))


@pytest.mark.parametrize(
    "prompt",
    [
        Done(tokens=TOKENS, recovery_code="hidden"),
        evolve(CODE, recovery_codes=("hidden",)),
        Scan(barcode_uri="hidden", secret="hidden"),
        Pause(seconds=1, then=Done(tokens=TOKENS)),
    ],
)
def test_a_prompt_hides_its_secrets(prompt):
    """Tokens, codes to keep and the secret of a new factor are left out of the repr."""
    assert "hidden" not in repr(prompt)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        (AskPassword(), "Enter your e-mail address and your password."),
        (
            Choose(challenge=(OTP, SMS)),
            "Choose how to confirm it is you: authenticator app, text message (XXXXXXXX0000).",
        ),
        (Choose(enroll=("otp", "sms")), "Choose a second factor to set up: authenticator app, text message."),
        (
            Choose(challenge=(OTP,), enroll=("sms",)),
            "Choose how to confirm it is you: authenticator app. Or set up another factor: text message.",
        ),
        (Choose(), "Your authenticators could not be listed."),
        (
            Choose(authenticators=(OTP, SMS, evolve(OTP, active=False)), enroll=("sms",), verbs=("enroll", "remove")),
            "You have: authenticator app, text message (XXXXXXXX0000). You may remove one of them, or set up another factor: text message.",
        ),
        (
            Choose(authenticators=(evolve(OTP, active=False),), enroll=("otp", "pigeon"), verbs=("enroll", "remove")),
            "You have no second factor. You may set one up: authenticator app, pigeon.",
        ),
        (
            Choose(
                challenge=(Authenticator("knock|dev_1", "knock", active=True, name="front door"),), enroll=("pigeon",)
            ),
            "Choose how to confirm it is you: knock (front door). Or set up another factor: pigeon.",
        ),
        (AskCode(channel="otp"), "Enter the 6-digit code from your authenticator app."),
        (AskCode(channel="otp", length=8), "Enter the 8-digit code from your authenticator app."),
        (CODE, "We sent a 6-digit code to XXXXXXXX0000. Enter it here."),
        (AskCode(channel="pigeon"), "Enter the code."),
        (
            SCAN,
            f"Scan the QR code with your authenticator app, or type the key {OTP_SECRET} into it. Then enter the 6-digit code it shows.",
        ),
        (Wait(seconds=5), "Confirm the request on your phone."),
        (Pause(seconds=360, then=CODE), "Try again in 6 minutes."),
        (Pause(seconds=361, then=CODE), "Try again in 7 minutes."),
        (Pause(seconds=0.5, then=CODE), "Try again in 1 second."),
        (Done(tokens=TOKENS), "You are logged in."),
        (
            Done(tokens=TOKENS, recovery_code=RECOVERY),
            f"You are logged in. Your recovery code was used up. Keep this new one in a safe place: {RECOVERY}",
        ),
        (Stopped(reason="expired"), "This login has ended. This took too long. Log in again."),
        (Stopped(reason="new_reason"), "This login has ended. new_reason"),
    ],
)
def test_a_prompt_tells_people_what_to_do(prompt, text):
    """One sentence or two, with the values put in."""
    assert text == prompt.text()


def test_the_reason_comes_first_and_the_codes_last():
    """What was cut off, why the last answer was refused, the question, and what must be kept, line by line."""
    told = evolve(AskCode(channel="otp"), **{**SHARED, "recovery_codes": ("A", "B")}).text().splitlines()
    assert [
        CUT_OFF,
        WRONG,
        "Enter the 6-digit code from your authenticator app.",
        "Keep these recovery codes in a safe place: A, B",
    ] == told


def test_a_language_that_is_not_there_is_english():
    """A prompt always has a text."""
    assert CODE.text() == CODE.text("tlh")


FRENCH_CUT_OFF = (
    "L\u2019envoi de votre dernière réponse a été interrompu. Elle a peut-être été acceptée et n\u2019est alors plus "
    "utilisable\u00a0: saisissez un nouveau code."
)
FRENCH_WRONG = "Ce code est incorrect. Vérifiez-le et réessayez."


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        (AskPassword(), "Saisissez votre adresse e-mail et votre mot de passe."),
        (
            Choose(challenge=(OTP, SMS), enroll=("push",)),
            "Choisissez comment confirmer votre identité\u00a0: application d\u2019authentification, SMS (XXXXXXXX0000). Ou configurez une autre méthode\u00a0: notification push.",
        ),
        (Choose(enroll=("push",)), "Choisissez la méthode de vérification à configurer\u00a0: notification push."),
        (
            Choose(authenticators=(OTP,), enroll=("push",), verbs=("remove",)),
            "Vos méthodes de vérification\u00a0: application d\u2019authentification. Vous pouvez en supprimer une ou en configurer une autre\u00a0: notification push.",
        ),
        (CODE, "Nous avons envoyé un code à 6 chiffres au XXXXXXXX0000. Saisissez-le ici."),
        (AskCode(channel="pigeon"), "Saisissez le code."),
        (Wait(seconds=5), "Confirmez la demande sur votre téléphone."),
        (Pause(seconds=360, then=CODE), "Réessayez dans 6 minutes."),
        (Pause(seconds=30, then=CODE), "Réessayez dans 30 secondes."),
        (Stopped(reason="cancelled"), "Cette connexion est terminée. Vous avez annulé cette connexion."),
        (
            Done(recovery_code=RECOVERY),
            f"Connexion réussie. Votre code de récupération a été utilisé. Conservez ce nouveau code en lieu sûr\u00a0: {RECOVERY}",
        ),
    ],
)
def test_a_prompt_speaks_french(prompt, text):
    """Wherever French is spoken."""
    assert text == prompt.text("fr") == prompt.text("fr-CA") == prompt.question("fr")


def test_the_parts_of_a_text():
    """Each by itself, for a page that shows them in places of their own; what there is nothing of is None."""
    prompt = evolve(CODE, **SHARED)
    kept = f"Conservez ce code de récupération en lieu sûr\u00a0: {RECOVERY}"
    parts = [prompt.cut_off("fr"), prompt.error.told("fr"), prompt.question("fr"), prompt.to_keep("fr")]
    assert [FRENCH_CUT_OFF, FRENCH_WRONG, CODE.question("fr"), kept] == parts
    assert prompt.text("fr") == "\n".join(parts)
    assert (None, None) == (CODE.cut_off("fr"), CODE.to_keep("fr"))


def test_json_in_a_language():
    """Both of its texts, and those of the question within; programs read the same keys."""
    found = json.loads(Pause(seconds=60, then=CODE, error=Notice.of("wrong_code")).to_json(locale="fr"))
    assert ("pause", "wrong_code", FRENCH_WRONG) == (found["kind"], *found["error"].values())
    assert f"{FRENCH_WRONG}\nRéessayez dans 1 minute." == found["text"]
    assert CODE.text("fr") == found["then"]["text"]


def test_what_came_with_a_text_shows_it():
    """A reason of a newer version, whose key is not known here, comes with words of its own."""
    prompt = evolve(CODE, error=Notice("new_reason", "Something new."))
    assert ["Something new.", CODE.text("fr")] == prompt.text("fr").splitlines()
    assert "Something new." == json.loads(prompt.to_json(locale="fr"))["error"]["text"]


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("shared", [{}, SHARED], ids=["bare", "full"])
@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.kind)
def test_no_prompt_shows_a_key_or_a_gap(prompt, shared, locale):
    """In any language: no name of a text, no value left out, no None."""
    told = evolve(prompt, **shared).text(locale)
    assert not re.search(r"\{|\}|None|\w_\w|\w\.\w", told)


def test_a_scan_draws_its_code():
    """As a page, a chat or a terminal shows it; svg unless asked otherwise."""
    assert SCAN.qr() == SCAN.qr("svg")
    assert SCAN.qr().startswith("<svg")
    assert b"\x89PNG" == SCAN.qr("png")[:4]
    assert SCAN.qr() != Scan(barcode_uri="otpauth://totp/other").qr()


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.kind)
def test_unknown_fields_are_passed_over(prompt):
    """A newer version may write more than this one knows."""
    assert prompt == prompt_from_json(json.dumps({**json.loads(prompt.to_json()), "new": {"a": 1}}))


def test_unknown_fields_within_are_passed_over():
    """An authenticator and a notice may grow, too."""
    choose = Choose(challenge=(SMS,), authenticators=(SMS,), error=Notice.of("wrong_code"))
    found = json.loads(choose.to_json())
    found["challenge"][0]["created_at"] = found["authenticators"][0]["created_at"] = "today"
    found["error"]["since"] = 5
    assert choose == prompt_from_json(json.dumps(found))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[]",
        "null",
        "1",
        '"ask_code"',
        "{}",
        '{"kind":"no_such_kind"}',
        '{"kind":null}',
        '{"kind":["done"]}',
        '{"kind":{}}',
        '{"kind":"wait"}',
        '{"kind":"ask_code"}',
        '{"kind":"stopped"}',
        '{"kind":"pause","seconds":1}',
        '{"kind":"pause","seconds":1,"then":5}',
        '{"kind":"pause","seconds":1,"then":{}}',
        '{"kind":"pause","seconds":1,"then":null}',
        '{"kind":"choose","challenge":5}',
        '{"kind":"choose","challenge":[null]}',
        '{"kind":"choose","challenge":[{}]}',
        '{"kind":"choose","authenticators":[null]}',
        '{"kind":"done","tokens":"x"}',
        '{"kind":"done","tokens":{}}',
        '{"kind":"done","error":"wrong_code"}',
        "9" * 5000,
        "[" * 100000,
        None,
        5,
    ],
    ids=lambda text: str(text)[:50],
)
def test_garbage_is_no_prompt(text):
    """It is refused as bad input, whatever is wrong with it."""
    with pytest.raises(BadInput, match="no prompt"):
        prompt_from_json(text)


@pytest.mark.parametrize(
    ("text", "wrong"), [("nope", "JSONDecodeError"), ('{"text":"Hi"}', "KeyError"), ("[]", "TypeError")]
)
def test_what_is_wrong_with_a_prompt_is_named(text, wrong):
    """Whether it is no JSON, of no kind, or no object: who wrote it finds the mistake."""
    with pytest.raises(BadInput, match=f"^this is no prompt: {wrong}$"):
        prompt_from_json(text)


def test_a_refused_prompt_is_not_quoted():
    """The message names the kind of mistake only."""
    with pytest.raises(BadInput) as caught:
        prompt_from_json('{"kind":"hidden","tokens":{"hidden":1}}')
    assert "hidden" not in str(caught.value)


def test_a_notice_has_a_key_and_a_text():
    """The key for programs, the text for people; an unknown key shows itself."""
    assert Notice("wrong_code", WRONG) == Notice.of("wrong_code")
    assert Notice("new", "new") == Notice.of("new")


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (AskCode(channel="sms"), "Enter the 6-digit code we sent you."),
        (AskCode(channel="sms", to="XX42"), "We sent a 6-digit code to XX42. Enter it here."),
        (AskCode(channel="tin-can", to="Bo"), "Enter the code."),
        (Scan(barcode_uri="otpauth://x", length=None), "Scan the QR code with the Guardian app."),
        (Scan(barcode_uri="otpauth://x", secret="K", length=None), "Scan the QR code with the Guardian app."),
        (
            Scan(barcode_uri="otpauth://x", length=8),
            "Scan the QR code with your authenticator app. Then enter the 8-digit code it shows.",
        ),
        (AskCode(channel="sms", length=None), "Enter the code."),
        (AskCode(channel="voice"), "Enter the 6-digit code we told you by phone."),
        (AskCode(channel="voice", to="XX42"), "We are calling XX42. Enter the 6-digit code you are told."),
        (AskCode(channel="email"), "Enter the 6-digit code we e-mailed you."),
        (AskCode(channel="email", to="a@b"), "We sent a 6-digit code to a@b. Enter it here."),
        (AskCode(channel="recovery", length=24, numeric=False), "Enter your recovery code."),
    ],
)
def test_what_is_not_known_is_not_said(prompt, said):
    """A text speaks of a destination or a key only where there is one."""
    assert said == prompt.text()


@pytest.mark.parametrize(
    ("prompt", "verb", "told"),
    [
        (AskPassword(), "login", "The last attempt to log in was cut off. Try again."),
        (AskCode(channel="sms"), "confirm", CUT_OFF),
        (AskCode(channel="recovery", numeric=False), "confirm", "Your recovery code was cut off on its way."),
        (AskCode(channel="recovery", numeric=False), "go_back", "The last step was cut off before anything"),
        (Pause(seconds=9, then=AskCode(channel="recovery")), "confirm", "Your recovery code was cut off on its way."),
        (Stopped(reason="expired"), "confirm", "Your last answer was cut off. It may have been accepted. If it was a"),
        (Wait(seconds=5), "wait", "The last step was cut off. If you have answered on your phone"),
        (Choose(), "something_new", "The last step was cut off. It may have taken effect."),
    ],
)
def test_what_was_cut_off_is_told_first(prompt, verb, told):
    """What may have come of it, and what to do; of a recovery code more than of another."""
    assert evolve(prompt, interrupted=verb).text().startswith(told)


def test_all_choices_are_listed():
    """Those to be challenged by and those to set up, with commas between."""
    text = Choose(challenge=(OTP, SMS), enroll=("email", "push", "pigeon")).text()
    assert "authenticator app, text message (XXXXXXXX0000)." in text
    assert text.endswith(", push notification, pigeon.")


def test_what_is_there_to_manage():
    """Active ones by name, pending ones not, and what may be added; who has none is told so."""
    one = Authenticator("sms|1", "oob", active=True, oob_channel="sms", name="XX42")
    two = Authenticator("totp|1", "otp", active=True)
    pending = Authenticator("email|1", "oob", active=False, oob_channel="email")
    choose = Choose(verbs=("remove",), authenticators=(one, two, pending), enroll=("push",))
    assert (
        "You have: text message (XX42), authenticator app. You may remove one of them, or set up another factor: "
        "push notification."
    ) == choose.text()
    none = Choose(verbs=("remove",), authenticators=(pending,), enroll=("sms", "pigeon"))
    assert "You have no second factor. You may set one up: text message, pigeon." == none.text()


_PHONE = Authenticator("sms|dev_1", "oob", active=True, oob_channel="sms", name="XXXXXXXX0042")
_IN_FRENCH = [
    AskPassword(error=Notice.of("wrong_password"), interrupted="login"),
    Choose(challenge=(_PHONE,)),
    Choose(enroll=("otp", "sms")),
    Choose(challenge=(_PHONE,), enroll=("otp",)),
    Choose(authenticators=(_PHONE,), enroll=("otp",), verbs=("remove", "enroll")),
    Choose(enroll=("otp",), verbs=("remove", "enroll"), interrupted="remove"),
    AskCode(channel="sms", to="XXXXXXXX0042", recovery_codes=("A" * 24,), interrupted="resend"),
    AskCode(channel="recovery", interrupted="confirm"),
    AskCode(channel="messenger", interrupted="messenger"),
    Scan(barcode_uri="otpauth://x", secret="KEY"),
    Scan(barcode_uri="otpauth://x"),
    Scan(barcode_uri="otpauth://x", length=None),
    Wait(seconds=5),
    Pause(seconds=360, then=AskCode(channel="sms")),
    Done(recovery_code="A" * 24),
    Stopped(reason="expired"),
]


@pytest.mark.parametrize("prompt", _IN_FRENCH, ids=lambda prompt: prompt.kind)
def test_all_of_it_is_in_the_language_asked_for(prompt):
    """No line of it stays English, nor the name of a choice in a line; and so it is in JSON."""
    english, french = prompt.text("en"), prompt.text("fr")
    assert set() == {*english.splitlines()} & {*french.splitlines()}
    assert [] == [name for name in ("text message", "authenticator app", "in 6 minutes", "has ended") if name in french]
    assert french == json.loads(prompt.to_json(locale="fr"))["text"]
