"""The engine: every row of the table is walked, and every rule of a flow holds. Values in, values out."""

import pytest
from attrs import evolve
from replies import (
    ACCESS,
    APP,
    BARCODE,
    ENGINE,
    FULL,
    LOGIN,
    NEXT_SEAL,
    NOW,
    OOB_CODE,
    OTP_ENTRY,
    OTP_SECRET,
    PHONE,
    PUSH_BARCODE,
    PUSH_ENTRY,
    RECOVERY,
    RECOVERY_ENTRY,
    SEAL,
    SMS,
    SMS_ENTRY,
    Knock,
    act,
    challenging_otp,
    challenging_push,
    challenging_recovery,
    challenging_sms,
    choosing,
    demanded,
    enrolling_otp,
    enrolling_push,
    enrolling_sms,
    follow,
    held,
    jwt,
    mfa_required,
    otp_associated,
    push_associated,
    push_challenged,
    refusal,
    reply,
    saved,
    signed_in,
    sms_associated,
    sms_challenged,
    tokens,
)

from mfa_flow.engine import Engine
from mfa_flow.errors import (
    BadInput,
    MfaFlowError,
    TenantBroken,
    UnexpectedReply,
    UnknownFactor,
    UnknownFlow,
    WrongState,
)
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.registry import by_name
from mfa_flow.factors.sms import Sms
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import SEEN, Flow, remembered
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Notice, Pause, Scan, Stopped, Wait
from mfa_flow.machine.table import ENDS, OPEN, TRANSITIONS, State
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens


class Lifeline(Otp):
    """A factor one is given, and cannot set up."""

    name = "lifeline"

    def associate(self, app, flow, **details):
        """There is nothing to ask for."""


class Badge(Knock):
    """A factor that is set up by a request of its own, which names the application and the person's details."""

    name = "badge"

    def associate(self, app, flow, **details):
        """Ask for one to be printed."""
        return Step(Call.json("/badges", {"for": app.client_id, **details}), lambda _: Outcome("associated"))


DOORS = Engine(APP, by_name((Otp(), Sms(), Knock(), Lifeline(), Badge())))
KNOCK_ENTRY = {"id": "knock|dev_1", "authenticator_type": "knock", "active": True}
LATE = NOW + 600
NEW = Flow(id="f")
CODE = {"answer": "123456"}

WRONG_CODE = refusal(403, "invalid_grant", "Invalid otp_code.")
TOO_MANY = refusal(400, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.")
TOO_MANY_SMS = refusal(400, "invalid_request", "Too many SMS sent by the user. Wait for some minutes before retrying.")
BLOCKED = refusal(403, "unauthorized", "user is blocked")
EXPIRED = refusal(401, "expired_token", "mfa_token is expired")
OLD_CODE = refusal(401, "expired_token", "oob_code is expired")
NO_FACTOR = refusal(401, "unsupported_challenge_type", "User is not enrolled.")
ENROLLED = refusal(403, "access_denied", "User is already enrolled.")
BAD_PHONE = refusal(400, "invalid_request", "The phone number is invalid.")
PENDING = refusal(400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.")
DENIED = refusal(400, "access_denied", "MFA Authorization rejected.")
DENIED_GRANT = refusal(403, "invalid_grant", "MFA Authorization rejected.")
CHAINED = mfa_required(NEXT_SEAL)
BAD_REFRESH = refusal(403, "invalid_grant", "Unknown or invalid refresh token.")
NEXT_RECOVERY = "N3BGPZZWJ85JLCNPZBDW6QXC"
STUCK = refusal(400, "invalid_request", "This authenticator cannot be removed.")
REFRESH = {"refresh_token": "v1.Mhidden"}

known = {"authenticator": OTP_ENTRY["id"]}
texted = {"authenticator": SMS_ENTRY["id"]}


def knocking():
    """At somebody else's door, which is known."""
    return act(choosing(KNOCK_ENTRY, by=DOORS), "challenge", by=DOORS, authenticator=KNOCK_ENTRY["id"]).flow


def adding(*entries):
    """Somebody who is signed in sets up one more phone."""
    return act(signed_in(*entries), "enroll", sms_associated(), **SMS).flow


def stays(found, by=ENGINE):
    """What a verb came to, and the move that follows for somebody who is signed in."""
    [moved] = found.moves
    after = by.settle(found.flow, Intent.of(moved.verb), by.follow(found.flow), None, NOW)
    return evolve(after, moves=(moved, *after.moves))


# By event and source: how a caller comes to walk that row.
WALKS = {
    ("password_accepted", "started"): lambda: act(NEW, "login", mfa_required(), **LOGIN),
    ("password_rejected", "started"): lambda: act(NEW, "login", WRONG_CODE, **LOGIN),
    ("refresh_accepted", "started"): lambda: act(NEW, "refresh", tokens(), **REFRESH),
    ("refresh_rejected", "started"): lambda: act(NEW, "refresh", BAD_REFRESH, **REFRESH),
    ("signed_in", "started"): lambda: act(NEW, "manage", access_token=ACCESS),
    ("tokens_issued", "authenticated"): lambda: act(NEW, "login", tokens(), **LOGIN),
    ("mfa_demanded", "authenticated"): lambda: act(NEW, "login", mfa_required(), **LOGIN),
    ("mfa_demanded", "started"): lambda: act(NEW, "begin", mfa_token=SEAL),
    ("listed", "mfa_required"): lambda: follow(demanded(), "login", reply(200, [OTP_ENTRY])),
    ("listed", "authenticated"): lambda: follow(held(), "manage", reply(200, [OTP_ENTRY])),
    ("associated", "mfa_required"): lambda: act(choosing(), "enroll", otp_associated(), factor="otp"),
    ("associated", "authenticated"): lambda: act(signed_in(), "enroll", sms_associated(), **SMS),
    ("associated", "enrolling"): lambda: act(enrolling_sms(), "resend", sms_associated()),
    ("already_enrolled", "mfa_required"): lambda: act(choosing(), "enroll", ENROLLED, factor="otp"),
    ("already_enrolled", "enrolling"): lambda: act(enrolling_sms(), "resend", ENROLLED),
    ("details_rejected", "authenticated"): lambda: act(signed_in(), "enroll", BAD_PHONE, **SMS),
    ("details_rejected", "mfa_required"): lambda: act(choosing(), "enroll", BAD_PHONE, **SMS),
    ("details_rejected", "enrolling"): lambda: act(enrolling_otp(), "enroll", BAD_PHONE, **SMS),
    ("challenged", "mfa_required"): lambda: act(choosing(OTP_ENTRY), "challenge", **known),
    ("challenged", "challenging"): lambda: act(challenging_sms(), "resend", sms_challenged()),
    ("unavailable", "mfa_required"): lambda: act(choosing(SMS_ENTRY), "challenge", NO_FACTOR, **texted),
    ("unavailable", "authenticated"): lambda: act(signed_in(OTP_ENTRY), "remove", STUCK, **known),
    ("unavailable", "enrolling"): lambda: act(enrolling_otp(), "confirm", NO_FACTOR, **CODE),
    ("unavailable", "challenging"): lambda: act(challenging_sms(), "resend", NO_FACTOR),
    ("code_rejected", "enrolling"): lambda: act(enrolling_otp(), "confirm", WRONG_CODE, **CODE),
    ("code_rejected", "challenging"): lambda: act(challenging_sms(), "confirm", WRONG_CODE, **CODE),
    ("still_pending", "enrolling"): lambda: act(enrolling_push(), "wait", PENDING, by=FULL),
    ("still_pending", "challenging"): lambda: act(challenging_push(), "wait", PENDING, by=FULL),
    ("push_denied", "enrolling"): lambda: act(enrolling_push(), "wait", DENIED, by=FULL),
    ("push_denied", "challenging"): lambda: act(challenging_push(), "wait", DENIED, by=FULL),
    ("code_expired", "enrolling"): lambda: act(enrolling_sms(), "confirm", OLD_CODE, **CODE),
    ("code_expired", "challenging"): lambda: act(challenging_sms(), "confirm", OLD_CODE, **CODE),
    ("mfa_demanded", "enrolling"): lambda: act(enrolling_sms(), "confirm", CHAINED, **CODE),
    ("mfa_demanded", "challenging"): lambda: act(challenging_otp(), "confirm", CHAINED, **CODE),
    ("tokens_issued", "enrolling"): lambda: act(enrolling_otp(), "confirm", tokens(), **CODE),
    ("tokens_issued", "challenging"): lambda: act(challenging_sms(), "confirm", tokens(), **CODE),
    ("went_back", "enrolling"): lambda: act(enrolling_sms(), "go_back"),
    ("went_back", "challenging"): lambda: act(challenging_otp(), "go_back"),
    ("still_signed_in", "mfa_required"): lambda: stays(act(adding(), "go_back")),
    ("removed", "authenticated"): lambda: act(signed_in(OTP_ENTRY), "remove", Reply(204), **known),
    ("throttled", "started"): lambda: act(NEW, "login", refusal(429, "too_many_attempts", "Suspicious"), **LOGIN),
    ("throttled", "authenticated"): lambda: act(signed_in(), "enroll", TOO_MANY_SMS, **SMS),
    ("throttled", "mfa_required"): lambda: act(choosing(SMS_ENTRY), "challenge", TOO_MANY_SMS, **texted),
    ("throttled", "enrolling"): lambda: act(enrolling_sms(), "resend", TOO_MANY_SMS),
    ("throttled", "challenging"): lambda: act(challenging_sms(), "confirm", TOO_MANY, **CODE),
    ("token_expired", "authenticated"): lambda: act(signed_in(), "enroll", at=LATE, factor="otp"),
    ("token_expired", "mfa_required"): lambda: follow(demanded(), "login", EXPIRED),
    ("token_expired", "enrolling"): lambda: act(enrolling_sms(), "confirm", EXPIRED, **CODE),
    ("token_expired", "challenging"): lambda: act(challenging_sms(), "confirm", at=LATE, **CODE),
    ("refused", "started"): lambda: act(NEW, "login", BLOCKED, **LOGIN),
    ("refused", "authenticated"): lambda: act(signed_in(), "enroll", BLOCKED, factor="otp"),
    ("refused", "mfa_required"): lambda: follow(demanded(), "login", reply(200, [{"id": "new|dev_1", "active": True}])),
    ("refused", "enrolling"): lambda: act(enrolling_otp(), "confirm", BLOCKED, **CODE),
    ("refused", "challenging"): lambda: act(challenging_otp(), "confirm", BLOCKED, **CODE),
    ("cancelled", "started"): lambda: act(NEW, "cancel"),
    ("cancelled", "authenticated"): lambda: act(signed_in(), "cancel"),
    ("cancelled", "mfa_required"): lambda: act(choosing(), "cancel"),
    ("cancelled", "enrolling"): lambda: act(enrolling_sms(), "cancel"),
    ("cancelled", "challenging"): lambda: act(challenging_sms(), "cancel"),
}


def name_of(row):
    """The two words that name a row."""
    return row.event, row.source.value


def passed(moves):
    """The rows that these moves have passed, each with the verb it was passed by."""
    rows = {(row.event, row.source, row.dest): row for row in TRANSITIONS}
    return [(rows[move.event, move.source, move.dest], move.verb) for move in moves]


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source.value}-{row.event}")
def test_each_row_is_walked(row):
    """By a verb that leads there, through the engine; and the flow rests where the row leads."""
    assert row in [found for found, _ in passed(WALKS[name_of(row)]().moves)]


@pytest.mark.parametrize("walk", WALKS.values(), ids=map("-".join, WALKS))
def test_a_walk_ends_where_its_last_row_leads(walk):
    """One move follows the other without a gap, all at one moment, and the last tells the state."""
    found = walk()
    assert [move.dest for move in found.moves[:-1]] == [move.source for move in found.moves[1:]]
    assert found.flow.state is found.moves[-1].dest
    assert 1 == len({(move.flow_id, move.verb, move.at) for move in found.moves})


def test_all_rows_are_walked():
    """No row is left out, and a row that went out of the table is named, too."""
    assert {name_of(row) for row in TRANSITIONS} == set(WALKS)


RELISTED = [
    (lambda: act(choosing(SMS_ENTRY), "challenge", NO_FACTOR, **texted), "challenge"),
    (lambda: act(choosing(), "enroll", ENROLLED, factor="otp"), "enroll"),
    (lambda: act(enrolling_sms(), "resend", ENROLLED), "resend"),
    (lambda: act(challenging_sms(), "resend", NO_FACTOR), "resend"),
    (lambda: act(challenging_otp(), "confirm", CHAINED, **CODE), "confirm"),
    (lambda: act(NEW, "begin", mfa_token=SEAL), "begin"),
    (lambda: act(NEW, "refresh", mfa_required(), **REFRESH), "refresh"),
    (lambda: act(challenging_push(), "wait", CHAINED, by=FULL), "wait"),
]


# Moves that a verb of many can make, told by the same words in the table.
OTHERWISE = [
    lambda: act(NEW, "refresh", mfa_required(), **REFRESH),
    lambda: act(NEW, "refresh", tokens(), **REFRESH),
    lambda: act(enrolling_push(), "wait", tokens(), by=FULL),
    lambda: act(challenging_push(), "wait", tokens(), by=FULL),
    lambda: act(challenging_push(), "confirm", tokens(), by=FULL),
    lambda: act(challenging_push(), "wait", CHAINED, by=FULL),
    lambda: act(challenging_push(), "wait", OLD_CODE, by=FULL),
    lambda: act(challenging_push(), "wait", NO_FACTOR, by=FULL),
    lambda: act(enrolling_push(), "wait", NO_FACTOR, by=FULL),
    lambda: act(challenging_push(), "wait", WRONG_CODE, by=FULL),
    lambda: act(enrolling_push(), "wait", WRONG_CODE, by=FULL),
    lambda: act(challenging_push(), "resend", sms_challenged(), by=FULL),
    lambda: act(choosing(OTP_ENTRY), "authenticators", reply(200, [OTP_ENTRY])),
    lambda: act(signed_in(), "authenticators", reply(200, [OTP_ENTRY])),
    lambda: act(signed_in(), "enroll", NO_FACTOR, factor="otp"),
    lambda: act(adding(), "enroll", NO_FACTOR, factor="otp"),
    lambda: act(knocking(), "confirm", PENDING, by=DOORS),
    lambda: act(knocking(), "confirm", DENIED, by=DOORS),
]
# Where somebody who is signed in comes back to what they manage, and the verb that led there.
COME_BACK = {
    "go_back": lambda: act(adding(), "go_back"),
    "confirm": lambda: act(adding(), "confirm", OLD_CODE, **CODE),
    "resend": lambda: act(adding(), "resend", NO_FACTOR),
    "enroll": lambda: act(adding(), "enroll", ENROLLED, **SMS),
    "wait": lambda: act(pushing(), "wait", DENIED, by=FULL),
}


def pushing():
    """Somebody who is signed in sets up push notifications."""
    return act(signed_in(by=FULL), "enroll", push_associated(), by=FULL, factor="push").flow


def test_a_move_is_made_by_a_verb_of_its_row():
    """What observers are told agrees with the table that is printed and drawn, lists that follow included."""
    seen = [found for walk in (*WALKS.values(), *OTHERWISE) for found in passed(walk().moves)]
    for walk, verb in RELISTED:
        seen += passed(follow(walk().flow, verb, reply(200, [OTP_ENTRY])).moves)
    for verb, walk in COME_BACK.items():
        back = stays(walk(), FULL)
        seen += passed(back.moves) + passed(follow(back.flow, verb, reply(200, [])).moves)
    for verb, walk in {"remove": WALKS["removed", "authenticated"], "enroll": OTHERWISE[14]}.items():
        seen += passed(follow(walk().flow, verb, reply(200, [])).moves)
    strange = {(*name_of(row), verb) for row, verb in seen if verb not in row.verbs and row.verb != "any"}
    assert set() == strange


# What a flow is asked, and what it keeps.


def question(flow, at=NOW, by=ENGINE):
    """The prompt that stands."""
    return by.look(flow, at)


def test_a_new_flow_asks_for_the_password():
    """Or takes over what was begun elsewhere."""
    assert AskPassword(verbs=("login", "refresh", "manage", "begin", "cancel")) == question(NEW)


def test_a_choice_is_offered_after_the_list():
    """With the verbs that make sense in it."""
    flow = choosing(SMS_ENTRY, OTP_ENTRY)
    otp = Authenticator("totp|dev_WzMZ2sZbUw1wbC2F", "otp", active=True)
    sms = Authenticator("sms|dev_klnv5yshzzoosSUm", "oob", active=True, oob_channel="sms", name="XXXXXXXX0000")
    verbs = ("authenticators", "challenge", "cancel")
    assert Choose(challenge=(otp, sms), authenticators=(sms, otp), verbs=verbs) == question(flow)


def test_before_the_list_there_is_nothing_to_choose():
    """Neither is anything guessed."""
    assert Choose(verbs=("authenticators", "enroll", "challenge", "cancel")) == question(demanded())


def test_who_is_signed_in_may_set_up_another_factor():
    """Whatever there is already, and remove what there is, pending ones included."""
    pending = {**SMS_ENTRY, "active": False}
    prompt = question(signed_in(OTP_ENTRY, pending))
    assert ((), ("otp", "sms")) == (prompt.challenge, prompt.enroll)
    assert [OTP_ENTRY["id"], SMS_ENTRY["id"]] == [one.id for one in prompt.authenticators]
    assert ("authenticators", "enroll", "remove", "cancel") == prompt.verbs


def test_a_new_otp_is_shown_with_the_recovery_code():
    """Everything that is needed to show it again lies in the flow."""
    expected = Scan(
        barcode_uri=BARCODE,
        secret=OTP_SECRET,
        recovery_codes=(RECOVERY,),
        verbs=("enroll", "confirm", "go_back", "cancel"),
    )
    assert expected == question(enrolling_otp(RECOVERY))
    assert str is type(question(enrolling_otp(RECOVERY)).recovery_codes[0])


def test_a_message_is_asked_for_with_its_place_and_time():
    """Five minutes from when it was sent."""
    verbs = ("challenge", "resend", "confirm", "go_back", "cancel")
    assert AskCode(channel="sms", to="XXXXXXXX0000", until=NOW + 300, verbs=verbs) == question(challenging_sms())


def test_tokens_are_the_end_one_wants():
    """No verb is possible after it."""
    flow = act(challenging_otp(), "confirm", tokens(scope="openid"), **CODE).flow
    assert Done(tokens=Tokens("an-access-token", scope="openid", expires_in=86400)) == question(flow)


@pytest.mark.parametrize("interrupted", [None, "confirm"])
@pytest.mark.parametrize(
    "flow",
    [
        NEW,
        challenging_sms(),
        Flow(id="f", state=State.FAILED, error="blocked"),
        Flow(id="f", state=State.CONFIRMED, tokens=Tokens("an-access-token")),
    ],
    ids=lambda flow: flow.state.value,
)
def test_an_interrupted_verb_is_named(flow, interrupted):
    """It may have been accepted; the question is the same."""
    assert interrupted == ENGINE.look(flow, NOW, interrupted).interrupted
    assert interrupted == ENGINE.look(flow, NOW + 1e9, interrupted).interrupted
    assert question(flow) == evolve(ENGINE.look(flow, NOW, interrupted), interrupted=None)


AT_REST = {
    "new otp": lambda: enrolling_otp(RECOVERY),
    "new sms": lambda: enrolling_sms(RECOVERY),
    "known otp": challenging_otp,
    "known sms": challenging_sms,
}
waiting = pytest.mark.parametrize("rest", AT_REST.values(), ids=AT_REST)


@waiting
def test_a_wrong_code_asks_the_same_question_again(rest):
    """The same memory, details, authenticator, picture and recovery codes; only the error is new."""
    before = rest()
    after = act(before, "confirm", WRONG_CODE, at=NOW + 60, **CODE).flow
    assert evolve(before, error="wrong_code") == after
    assert "That code is not right. Check it and try again." == question(after).error.text
    assert question(before) == evolve(question(after), error=None)


@waiting
def test_a_refused_code_may_be_right_later(rest):
    """It is sent again, and the error goes away with it."""
    after = act(rest(), "confirm", WRONG_CODE, **CODE).flow
    assert ENGINE.plan(after, Intent.of("confirm", **CODE), NOW) is not None
    assert State.CONFIRMED is act(after, "confirm", tokens(), **CODE).flow.state


FORGOTTEN = {"factor": None, "authenticator": None, "details": {}, "memory": {}}


@waiting
@pytest.mark.parametrize(
    ("verb", "answer", "given"),
    [
        ("go_back", None, {}),
        ("cancel", None, {}),
        ("confirm", tokens(), CODE),
        ("confirm", CHAINED, CODE),
        ("confirm", OLD_CODE, CODE),
        ("confirm", NO_FACTOR, CODE),
        ("confirm", EXPIRED, CODE),
        ("confirm", BLOCKED, CODE),
    ],
)
def test_leaving_a_factor_forgets_it(rest, verb, answer, given):
    """Its memory and its details."""
    after = act(rest(), verb, answer, **given).flow
    assert FORGOTTEN == {name: getattr(after, name) for name in FORGOTTEN}


@pytest.mark.parametrize(
    ("verb", "answer", "given", "stay"),
    [
        ("go_back", None, {}, True),
        ("confirm", OLD_CODE, CODE, True),
        ("confirm", NO_FACTOR, CODE, True),
        ("confirm", CHAINED, CODE, False),
        ("confirm", tokens(), CODE, False),
        ("cancel", None, {}, False),
    ],
)
def test_recovery_codes_stay_until_something_is_proved(verb, answer, given, stay):
    """Auth0 gives them once, and they are good with whatever factor is proved in the end."""
    before = evolve(enrolling_otp(), recovery_codes=(Secret("ABC"),))
    after = act(before, verb, answer, **given).flow
    assert (before.recovery_codes if stay else ()) == after.recovery_codes


@waiting
def test_one_may_go_back(rest):
    """To the choice as it was, without a request and without a new list."""
    before = rest()
    step = ENGINE.plan(before, Intent.of("go_back"), NOW)
    after = act(before, "go_back").flow
    assert step.call is None
    assert (State.MFA_REQUIRED, before.authenticators, before.mfa_token) == (
        after.state,
        after.authenticators,
        after.mfa_token,
    )
    assert ENGINE.follow(after) is None
    assert Choose is type(question(after))


@pytest.mark.parametrize("flow", [NEW, signed_in(), demanded(), choosing(), enrolling_otp(), challenging_sms()])
@pytest.mark.parametrize("at", [NOW, LATE])
def test_one_may_always_give_up(flow, at):
    """Without a request, even when it is too late for anything else."""
    step = ENGINE.plan(flow, Intent.of("cancel"), at)
    after = act(flow, "cancel", at=at).flow
    assert step.call is None
    assert (State.CANCELLED, None) == (after.state, after.mfa_token)
    assert Stopped(reason="cancelled") == question(after)


def test_enrolling_again_keeps_the_recovery_codes():
    """They come with the first answer only, and nobody may have read them yet."""
    again = act(enrolling_otp(RECOVERY), "enroll", sms_associated(), **SMS).flow
    assert ((RECOVERY,), "sms", {"oob_code": OOB_CODE}) == (again.recovery_codes, again.factor, again.memory)
    assert {"phone_number": PHONE} == again.details
    assert (RECOVERY,) == question(again).recovery_codes


def test_enrolling_another_factor_forgets_the_first():
    """Its memory and its details are replaced, not mixed."""
    again = act(enrolling_sms(), "enroll", otp_associated(), at=NOW + 30, factor="otp").flow
    assert ("otp", {}, {"secret": OTP_SECRET, "barcode_uri": BARCODE}) == (again.factor, again.details, again.memory)
    assert NOW + 30 == again.asked_at
    assert Scan is type(question(again))


def test_new_recovery_codes_take_the_place_of_old_ones():
    """The last ones are those that work."""
    again = act(enrolling_otp(RECOVERY), "enroll", otp_associated(NEXT_RECOVERY), factor="otp").flow
    assert (NEXT_RECOVERY,) == again.recovery_codes


def test_another_known_factor_may_be_chosen_while_one_is_asked_for():
    """The first one is forgotten."""
    after = act(challenging_sms(), "challenge", **known).flow
    assert ("otp", {}, "otp") == (after.factor, after.memory, after.authenticator.factor)
    assert AskCode is type(question(after))


def test_rejected_details_ask_again_where_one_was():
    """A number Auth0 cannot use is the person's to mend; what stood before still stands."""
    flow = choosing()
    after = act(flow, "enroll", BAD_PHONE, **SMS).flow
    assert evolve(flow, error="phone_rejected") == after
    before = enrolling_otp(RECOVERY)
    assert evolve(before, error="phone_rejected") == act(before, "enroll", BAD_PHONE, **SMS).flow


# Sending once more.


def test_a_message_for_a_new_number_is_sent_once_more():
    """The same enrolment again, with the details that were given then; the old code is forgotten."""
    flow = enrolling_sms(RECOVERY)
    step = ENGINE.plan(flow, Intent.of("resend"), NOW)
    assert ENGINE.plan(choosing(), Intent.of("enroll", **SMS), NOW).call == step.call
    after = act(flow, "resend", sms_associated(oob_code="Fe26*new"), at=NOW + 40).flow
    assert {"oob_code": "Fe26*new"} == after.memory
    assert ({"phone_number": PHONE}, (RECOVERY,), NOW + 40) == (after.details, after.recovery_codes, after.asked_at)
    assert NOW + 340 == question(after).until


def test_a_message_to_a_known_number_is_sent_once_more():
    """The same challenge again, by the same authenticator."""
    flow = challenging_sms()
    step = ENGINE.plan(flow, Intent.of("resend"), NOW)
    assert ENGINE.plan(choosing(SMS_ENTRY), Intent.of("challenge", **texted), NOW).call == step.call
    after = act(flow, "resend", sms_challenged("Fe26*new"), at=NOW + 40).flow
    assert ({"oob_code": "Fe26*new"}, flow.authenticator, "sms") == (after.memory, after.authenticator, after.factor)


@pytest.mark.parametrize("rest", [enrolling_otp, challenging_otp])
def test_an_app_has_nothing_to_send_once_more(rest):
    """It is refused as a verb that is not possible now, and is not offered either."""
    with pytest.raises(WrongState, match="resend") as caught:
        ENGINE.plan(rest(), Intent.of("resend"), NOW)
    assert "resend" not in caught.value.allowed
    assert "resend" not in question(rest()).verbs


# Buckets and time.


def test_an_empty_bucket_is_a_pause():
    """With the seconds to wait, the reason, and the question that stands meanwhile."""
    before = enrolling_sms(RECOVERY)
    after = act(before, "confirm", TOO_MANY, **CODE).flow
    prompt = question(after, NOW + 100)
    assert (Pause, 260.0, "too_many_attempts") == (type(prompt), prompt.seconds, prompt.error.key)
    assert question(before) == prompt.then
    assert (question(before).verbs, (RECOVERY,)) == (prompt.verbs, prompt.recovery_codes)


@pytest.mark.parametrize(
    ("at", "kind"), [(NOW, Pause), (NOW + 359.9, Pause), (NOW + 360, AskCode), (NOW + 500, AskCode)]
)
def test_a_pause_ends_with_time(at, kind):
    """Then the same question is asked as before, and nothing speaks of the pause any more."""
    after = act(challenging_sms(), "confirm", TOO_MANY, **CODE).flow
    prompt = question(after, at)
    assert (kind, "too_many_attempts" if kind is Pause else None) == (type(prompt), prompt.error and prompt.error.key)


def test_a_pause_lasts_as_long_as_auth0_says():
    """Its header goes before the guides."""
    answer = refusal(429, "too_many_attempts", "", retry_after="20")
    assert 20.0 == question(act(challenging_sms(), "confirm", answer, **CODE).flow).seconds


def test_during_a_pause_one_may_answer_otherwise():
    """A bucket is not a lock: one may choose another way, or try after all. Codes stay paused whatever is chosen."""
    after = act(challenging_sms(), "confirm", TOO_MANY, **CODE).flow
    assert Pause is type(question(act(after, "challenge", **known).flow))
    assert Done is type(question(act(after, "confirm", tokens(), **CODE).flow))
    assert Choose is type(question(act(after, "go_back").flow))


def test_a_message_bucket_leaves_the_choice():
    """Nothing was sent, so nothing is asked; another factor may be chosen."""
    flow = choosing(SMS_ENTRY, OTP_ENTRY)
    prompt = question(act(flow, "challenge", TOO_MANY_SMS, **texted).flow)
    assert (3600.0, "too_many_messages", question(flow)) == (prompt.seconds, prompt.error.key, prompt.then)


OPEN_FLOWS = {
    "signed in": signed_in,
    "demanded": demanded,
    "choosing": lambda: choosing(OTP_ENTRY),
    **AT_REST,
}


@pytest.mark.parametrize("rest", OPEN_FLOWS.values(), ids=OPEN_FLOWS)
def test_a_look_after_the_time_shows_the_end(rest):
    """Without a move; a second earlier the question still stood."""
    assert Stopped(reason="expired") == question(rest(), LATE)
    assert Stopped is not type(question(rest(), LATE - 1))


VERBS = {
    "login": {"username": "user@example.com", "password": "another"},
    "begin": {"mfa_token": SEAL},
    "enroll": SMS,
    "challenge": texted,
    "confirm": CODE,
    "resend": {},
    "go_back": {},
    "refresh": REFRESH,
    "manage": {"access_token": jwt({"aud": "https://example.eu.auth0.com/mfa/"})},
    "remove": known,
    "authenticators": {},
    "wait": {},
}
WAYS_IN = ("login", "begin", "refresh", "manage")


@pytest.mark.parametrize("rest", OPEN_FLOWS.values(), ids=OPEN_FLOWS)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WAYS_IN])
def test_any_verb_after_the_time_is_the_end(rest, verb):
    """No request is made, whatever was given; and what comes after that moves nothing."""
    flow, intent = rest(), Intent.of(verb, **VERBS[verb])
    step = ENGINE.plan(flow, intent, LATE)
    found = ENGINE.settle(flow, intent, step, None, LATE)
    assert step.call is None
    assert ["token_expired"] == [move.event for move in found.moves]
    assert Stopped(reason="expired") == question(found.flow, LATE)
    assert found.flow.mfa_token is None
    assert ENGINE.plan(found.flow, intent, LATE) is None


@pytest.mark.parametrize("rest", OPEN_FLOWS.values(), ids=OPEN_FLOWS)
@pytest.mark.parametrize("verb", WAYS_IN)
def test_a_way_in_after_the_time_begins_anew(rest, verb):
    """Who is told to log in again can: the same password is no late duplicate then."""
    flow, intent = evolve(rest(), accepted=Intent.of(verb, **VERBS[verb]).digest("f")), Intent.of(verb, **VERBS[verb])
    new = ENGINE.opened(flow, intent, LATE)
    assert (State.STARTED, None, flow.version) == (new.state, new.mfa_token, flow.version)
    assert ENGINE.plan(new, intent, LATE) is not None
    assert flow is ENGINE.opened(flow, intent, NOW)


def test_auth0_may_end_it_sooner():
    """The server's word comes first."""
    assert Stopped(reason="expired") == question(act(challenging_sms(), "confirm", EXPIRED, **CODE).flow)
    bad = refusal(403, "invalid_grant", "Malformed mfa_token")
    assert Stopped(reason="mfa_token_invalid") == question(act(challenging_sms(), "confirm", bad, **CODE).flow)


# Duplicates.


@pytest.mark.parametrize("answer", ["123456", "123 456", " 123-456 ", "123\u2011456"])
@pytest.mark.parametrize("accepted", [tokens(), CHAINED], ids=["tokens", "chained"])
def test_a_late_duplicate_is_not_sent(answer, accepted):
    """An accepted code is known again in any spelling."""
    after = act(challenging_otp(), "confirm", accepted, **CODE).flow
    assert ENGINE.plan(after, Intent.of("confirm", answer=answer), NOW) is None
    assert ENGINE.plan(after, Intent.of("confirm", answer=answer), LATE) is None


def test_another_code_is_no_duplicate():
    """After the end it is refused, and so is another flow's."""
    after = act(challenging_otp(), "confirm", tokens(), **CODE).flow
    for flow, answer in ((after, "123457"), (evolve(after, id="g"), "123456")):
        with pytest.raises(WrongState):
            ENGINE.plan(flow, Intent.of("confirm", answer=answer), NOW)


def test_a_login_given_twice_is_not_sent_twice():
    """The choice stands; another password is refused, for the flow has gone on."""
    flow = choosing(OTP_ENTRY)
    assert ENGINE.plan(flow, Intent.of("login", **LOGIN), NOW) is None
    with pytest.raises(WrongState):
        ENGINE.plan(flow, Intent.of("login", username="user@example.com", password="other"), NOW)


def test_a_begin_given_twice_is_not_taken_twice():
    """The same token from the same place."""
    flow = saved(act(NEW, "begin", mfa_token=SEAL).flow)
    assert ENGINE.plan(flow, Intent.of("begin", mfa_token=SEAL), NOW) is None


def test_intents_are_equal_in_any_spelling_of_the_answer():
    """But not if anything else differs."""
    intent = Intent.of("confirm", answer="123 456")
    assert Intent.of("confirm", answer="123456") == intent
    assert hash(Intent.of("confirm", answer="123456")) == hash(intent)
    assert Intent.of("confirm", answer="123457") != intent
    assert Intent.of("challenge", answer="123456") != intent
    assert Intent.of("login", username="u", password="a b") != Intent.of("login", username="u", password="ab")


def test_what_is_none_was_not_given():
    """An optional argument left out is the same as none."""
    assert Intent("login", (("username", "u"),)) == Intent.of("login", username="u", realm=None)


def test_a_digest_tells_nothing_of_a_password():
    """Two bytes fit one password in 65536: too few to find it from. A code's digest is long."""
    login = Intent.of("login", **LOGIN).digest("f")
    assert ("login", 4) == (login.split(":")[0], len(login.split(":")[1]))
    assert 32 == len(Intent.of("confirm", **CODE).digest("f").split(":")[1])
    assert Intent.of("confirm", answer="123 456").digest("f") == Intent.of("confirm", **CODE).digest("f")
    assert Intent.of("confirm", **CODE).digest("f") != Intent.of("confirm", **CODE).digest("g")


def test_seen_messages_are_remembered_up_to_a_number():
    """The oldest is forgotten first."""
    flow = NEW
    for number in range(SEEN + 2):
        flow = remembered(flow, [str(number)])
    assert tuple(str(number) for number in range(2, SEEN + 2)) == flow.seen


# Chains, lists, and ways in once more.


def test_a_chained_demand_starts_again_with_the_new_token():
    """The old token is dropped, its requirements too; the list is read with the new one, and time starts anew."""
    answer = mfa_required(NEXT_SEAL, mfa_requirements={"challenge": [{"type": "phone"}]})
    after = act(challenging_otp(), "confirm", answer, at=NOW + 100, **CODE).flow
    assert (State.MFA_REQUIRED, NEXT_SEAL, None, NOW + 700) == (
        after.state,
        after.mfa_token,
        after.authenticators,
        after.expires_at,
    )
    assert {"Authorization": f"Bearer {NEXT_SEAL}"} == ENGINE.follow(after).call.headers
    listed = follow(after, "confirm", reply(200, [OTP_ENTRY, SMS_ENTRY])).flow
    assert ["sms"] == [one.factor for one in question(listed).challenge]
    body = ENGINE.plan(listed, Intent.of("challenge", **texted), NOW).call.body
    assert NEXT_SEAL.encode() in body
    assert SEAL.encode() not in body


@pytest.mark.parametrize(
    ("walk", "error"),
    [
        (lambda: act(choosing(SMS_ENTRY), "challenge", NO_FACTOR, **texted), "factor_unavailable"),
        (lambda: act(choosing(), "enroll", NO_FACTOR, **SMS), "factor_unavailable"),
        (lambda: act(enrolling_otp(), "confirm", NO_FACTOR, **CODE), "factor_unavailable"),
        (lambda: act(choosing(), "enroll", ENROLLED, **SMS), "already_enrolled"),
        (lambda: act(enrolling_sms(), "resend", ENROLLED), "already_enrolled"),
    ],
)
def test_a_list_that_is_out_of_date_is_read_again(walk, error):
    """And the person still learns why, when it has been."""
    after = walk().flow
    assert (State.MFA_REQUIRED, None, error) == (after.state, after.authenticators, after.error)
    listed = follow(after, "enroll", reply(200, [OTP_ENTRY])).flow
    prompt = question(listed)
    assert (error, ["otp"]) == (prompt.error.key, [one.factor for one in prompt.challenge])
    assert ENGINE.follow(listed) is None


EVERY_REFUSAL = {(one.error, one.text): refusal(400, one.error, one.text) for one in MEANINGS}


@pytest.mark.parametrize(
    "answer", [*EVERY_REFUSAL.values(), Reply(429), Reply(500), refusal(418, "brand_new"), refusal(403, "mfa_required")]
)
def test_a_list_that_fails_is_not_asked_for_for_ever(answer):
    """It either raises, or leads to where no further list is due at once."""
    try:
        after = follow(demanded(), "login", answer).flow
    except MfaFlowError:
        return
    assert ENGINE.follow(after) is None


@pytest.mark.parametrize("flow", [NEW, choosing(), signed_in(), enrolling_otp(), Flow(id="f", state=State.CONFIRMED)])
def test_no_list_is_due_where_none_is_wanted(flow):
    """Only a demand whose authenticators are unknown asks for one."""
    assert ENGINE.follow(flow) is None


def test_a_dead_end_ends_the_flow():
    """A second factor is required, and none can be used."""
    requirements = {"challenge": [{"type": "push-notification"}]}
    after = follow(demanded(mfa_requirements=requirements), "login", reply(200, [SMS_ENTRY])).flow
    assert State.FAILED is after.state
    assert Stopped(reason="no_available_factor") == question(after)


def test_a_wrong_password_asks_again():
    """The flow is still at its beginning."""
    after = act(NEW, "login", WRONG_CODE, **LOGIN).flow
    assert ("wrong_password", AskPassword) == (question(after).error.key, type(question(after)))
    assert State.AUTHENTICATED is act(after, "login", mfa_required(), **LOGIN).moves[0].dest


def test_begin_goes_on_where_another_left_off():
    """The list is due, with the token that was given."""
    requirements = Requirements(enroll=("phone",))
    after = act(NEW, "begin", mfa_token=SEAL, requirements=requirements).flow
    assert (State.MFA_REQUIRED, SEAL, NOW + 600) == (after.state, after.mfa_token, after.expires_at)
    assert ("sms",) == question(follow(after, "begin", reply(200, [])).flow).enroll


@pytest.mark.parametrize("state", sorted(ENDS))
@pytest.mark.parametrize("verb", WAYS_IN)
def test_after_an_end_one_may_log_in_again(state, verb):
    """A new flow under the same id: it knows the messages seen and its version, and nothing else."""
    ended = Flow(id="f", state=state, version=7, seen=("m1",), error="blocked", accepted="x", tokens=Tokens("t"))
    assert Flow(id="f", version=7, seen=("m1",)) == ENGINE.opened(ended, Intent.of(verb), NOW)


@pytest.mark.parametrize("state", sorted(ENDS))
@pytest.mark.parametrize("verb", ["cancel", *(verb for verb in VERBS if verb not in WAYS_IN), "look"])
def test_after_an_end_nothing_else_opens_it(state, verb):
    """A late message is no new beginning."""
    ended = Flow(id="f", state=state, version=7)
    assert ended is ENGINE.opened(ended, Intent.of(verb), NOW)


@pytest.mark.parametrize("state", OPEN)
def test_an_open_flow_is_never_thrown_away(state):
    """Not even by logging in."""
    flow = Flow(id="f", state=state, version=7)
    assert flow is ENGINE.opened(flow, Intent.of("login"), NOW)


# What is refused before anything is sent.


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WAYS_IN])
def test_of_an_unknown_flow_nothing_is_known(verb):
    """It was never begun, or ended long ago; one may log in."""
    with pytest.raises(
        UnknownFlow, match=f"so {verb} is not possible.*login, refresh, manage, begin, cancel.*nothing was sent"
    ) as caught:
        ENGINE.plan(NEW, Intent.of(verb, **VERBS[verb]), NOW)
    assert ("login", "refresh", "manage", "begin", "cancel") == caught.value.allowed


IMPOSSIBLE = [
    (choosing(), [*WAYS_IN, "remove", "confirm", "wait", "resend", "go_back"]),
    (signed_in(OTP_ENTRY), [*WAYS_IN, "challenge", "confirm", "wait", "resend", "go_back"]),
    (enrolling_sms(), [*WAYS_IN, "challenge", "authenticators", "remove", "wait"]),
    (challenging_sms(), [*WAYS_IN, "enroll", "authenticators", "remove", "wait"]),
    *(
        (Flow(id="f", state=state, version=1), ["confirm", "cancel", "go_back"])
        for state in sorted(ENDS - {State.EXPIRED})
    ),
    (saved(NEW), ["confirm", "go_back", "remove", "authenticators", "wait"]),
]


@pytest.mark.parametrize(("flow", "verb"), [(flow, verb) for flow, verbs in IMPOSSIBLE for verb in verbs])
def test_a_verb_without_a_row_is_a_wrong_state(flow, verb):
    """The message names what is possible now; the flow is known, so it is no unknown one."""
    given = {**VERBS, "cancel": {}}[verb]
    with pytest.raises(WrongState, match=f"{verb} is not possible while the flow is {flow.state.value}") as caught:
        ENGINE.plan(flow, Intent.of(verb, **given), NOW)
    assert WrongState is type(caught.value)
    assert ENGINE.verbs(flow) == caught.value.allowed


@pytest.mark.parametrize("verb", ["dance", "", "look", "any", "Login"])
@pytest.mark.parametrize("flow", [saved(NEW), signed_in(), choosing(), challenging_sms()])
def test_a_verb_that_is_none_is_a_wrong_state(flow, verb):
    """Whatever it is called."""
    with pytest.raises(WrongState):
        ENGINE.plan(flow, Intent.of(verb), NOW)


BAD_CODES = [None, "", "12345", "1234567", "12345a", "one two", 123456, b"123456", "\ud80012345"]


@waiting
@pytest.mark.parametrize("answer", BAD_CODES)
def test_a_code_that_cannot_be_one_is_not_planned(rest, answer):
    """No attempt is spent, and the message does not show it."""
    with pytest.raises(BadInput, match="nothing was sent"):
        ENGINE.plan(rest(), Intent.of("confirm", answer=answer), NOW)


@waiting
def test_digits_of_other_scripts_are_sent_as_plain_ones(rest):
    """Other keyboards have other digits."""
    step = ENGINE.plan(rest(), Intent.of("confirm", answer="١٢٣ ٤٥٦"), NOW)
    assert ENGINE.plan(rest(), Intent.of("confirm", answer="123456"), NOW).call == step.call


UNREADABLE = "\ud800"
BAD_INPUT = [
    (NEW, "login", {"username": "", "password": "p"}),
    (NEW, "login", {"username": "u", "password": " "}),
    (NEW, "login", {"username": 5, "password": "p"}),
    (NEW, "login", {"username": None, "password": "p"}),
    (NEW, "login", {"username": "u", "password": None}),
    (NEW, "login", {"username": UNREADABLE, "password": "p"}),
    (NEW, "login", {"username": "u", "password": UNREADABLE}),
    (NEW, "login", {"username": "u", "password": "p", "realm": UNREADABLE}),
    (NEW, "login", {"username": "u", "password": "p", "audience": UNREADABLE}),
    (NEW, "begin", {"mfa_token": "two words"}),
    (NEW, "begin", {"mfa_token": None}),
    (NEW, "begin", {"mfa_token": UNREADABLE}),
    (NEW, "begin", {"mfa_token": ACCESS}),
    (NEW, "refresh", {}),
    (NEW, "refresh", {"refresh_token": UNREADABLE}),
    (NEW, "refresh", {"refresh_token": "t", "scope": UNREADABLE}),
    (NEW, "manage", {}),
    (NEW, "manage", {"access_token": SEAL}),
    (NEW, "manage", {"access_token": UNREADABLE}),
    (signed_in(OTP_ENTRY), "remove", {}),
    (signed_in(OTP_ENTRY), "remove", {"authenticator": "totp|dev_other"}),
    (signed_in({**OTP_ENTRY, "id": UNREADABLE}), "remove", {"authenticator": UNREADABLE}),
    (held(), "remove", known),
    (choosing(), "enroll", {"factor": "sms"}),
    (choosing(), "enroll", {"factor": "sms", "details": (("phone_number", "555 1230"),)}),
    (choosing(), "enroll", {"factor": "sms", "details": (("phone_number", 15551230000),)}),
    (choosing(), "enroll", {"factor": "sms", "details": (("phone_number", UNREADABLE),)}),
    (choosing(), "enroll", {"factor": "sms", "details": (("email", "user@example.com"),)}),
    (choosing(), "enroll", {"factor": "otp", "details": (("phone_number", PHONE),)}),
    (choosing(), "enroll", {"factor": "otp", "details": (("flow", "x"),)}),
    (choosing(), "enroll", {"factor": "sms", "details": (("app", "x"),)}),
    (choosing(), "enroll", {"factor": "sms", "details": (("self", "x"),)}),
    (choosing(OTP_ENTRY), "challenge", {"authenticator": "totp|dev_other"}),
    (choosing(OTP_ENTRY), "challenge", {"authenticator": ""}),
    (choosing(OTP_ENTRY), "challenge", {"authenticator": 5}),
    (choosing(OTP_ENTRY), "challenge", {"authenticator": None}),
    (choosing(OTP_ENTRY), "challenge", {"authenticator": UNREADABLE}),
    (choosing(OTP_ENTRY, {**SMS_ENTRY, "active": False}), "challenge", texted),
    (choosing({**SMS_ENTRY, "id": UNREADABLE}), "challenge", {"authenticator": UNREADABLE}),
    (demanded(), "challenge", texted),
]


@pytest.mark.parametrize(("flow", "verb", "given"), BAD_INPUT)
def test_what_cannot_be_right_is_not_planned(flow, verb, given):
    """Numbers for texts, unknown and pending authenticators, details of another factor, what has no bytes."""
    with pytest.raises(BadInput):
        ENGINE.plan(flow, Intent.of(verb, **given), NOW)


@pytest.mark.parametrize("factor", ["", "voice", "OTP", "\ud800", 5])
def test_a_factor_that_is_not_installed_is_named(factor):
    """Together with those that are."""
    with pytest.raises(UnknownFactor, match="otp, sms"):
        ENGINE.plan(choosing(), Intent.of("enroll", factor=factor), NOW)


def test_a_factor_must_be_named():
    """None is no name."""
    with pytest.raises(UnknownFactor, match="otp, sms"):
        ENGINE.plan(choosing(), Intent.of("enroll", factor=None), NOW)


def test_a_listed_authenticator_may_belong_to_no_factor():
    """It is not offered, and cannot be asked for by its id."""
    flow = choosing(OTP_ENTRY, {"id": "webauthn|dev_1", "authenticator_type": "webauthn-roaming", "active": True})
    with pytest.raises(BadInput, match="Choose"):
        ENGINE.plan(flow, Intent.of("challenge", authenticator="webauthn|dev_1"), NOW)


@pytest.mark.parametrize("factor", ["sms", "otp"])
def test_what_is_not_asked_for_is_not_sent(factor):
    """Where the demand names its types, nothing else is set up or challenged: no message is spent in vain."""
    asked = evolve(choosing(SMS_ENTRY, OTP_ENTRY), requirements=Requirements(challenge=("otp",)))
    details = (("phone_number", "+15551230000"),) if factor == "sms" else ()
    with pytest.raises(BadInput, match="may enroll nothing"):
        ENGINE.plan(asked, Intent.of("enroll", factor=factor, details=details), NOW)
    with pytest.raises(BadInput, match="Choose"):
        ENGINE.plan(asked, Intent.of("challenge", authenticator=asked.authenticators[0].id), NOW)


def test_the_bucket_of_wrong_codes_outlives_a_resend():
    """A fresh code would be refused just the same: the pause stands, and goes with time."""
    paused = act(challenging_sms(), "confirm", TOO_MANY, **CODE).flow
    again = act(paused, "resend", reply(200, {"challenge_type": "oob", "oob_code": "x"})).flow
    assert (Pause, 360) == (type(question(again)), question(again).seconds)
    assert AskCode is type(question(again, NOW + 360))


def test_a_list_that_failed_is_read_again():
    """Once it is there, nothing speaks of the failure any more."""
    flow = evolve(demanded(), error="list_failed")
    assert Choose(
        verbs=("authenticators", "enroll", "challenge", "cancel"), error=Notice.of("list_failed")
    ) == question(flow)
    assert question(follow(flow, "challenge", reply(200, [])).flow).error is None


def test_when_the_limit_resets_is_told():
    """Without Retry-After the time is worked out from the moment the limit resets."""
    busy = evolve(refusal(429, "too_many_requests", ""), headers={"x-ratelimit-reset": str(int(NOW) + 7)})
    with pytest.raises(TenantBroken) as caught:
        act(challenging_sms(), "confirm", busy, **CODE)
    assert 7.0 == caught.value.retry_after


def test_some_factors_cannot_be_set_up():
    """They say so by giving no step."""
    with pytest.raises(UnknownFactor, match="lifeline cannot be enrolled"):
        DOORS.plan(choosing(by=DOORS), Intent.of("enroll", factor="lifeline"), NOW)


def test_a_factor_of_somebody_else_is_set_up_by_its_own_request():
    """It is given the application, and the details as they were said."""
    intent = Intent.of("enroll", factor="badge", details=(("colour", "red"),))
    step = DOORS.plan(choosing(by=DOORS), intent, NOW)
    assert ("/badges", b'{"for":"the-client","colour":"red"}') == (step.call.path, step.call.body)
    assert {"factor": "badge"} == step.enters


def test_a_factor_of_somebody_else_asks_its_own_question():
    """The engine adds the verbs; there is nothing to resend."""
    assert Wait(seconds=5, verbs=("challenge", "confirm", "go_back", "cancel")) == question(knocking(), by=DOORS)
    pending = act(knocking(), "confirm", PENDING, by=DOORS).flow
    assert "still_pending" == question(pending, by=DOORS).error.key
    assert "push_denied" == question(act(knocking(), "confirm", DENIED, by=DOORS).flow, by=DOORS).error.key


# Where Auth0's answer moves nothing.


@pytest.mark.parametrize("event", ["no_such_event", "password_accepted"])
def test_a_factor_cannot_invent_a_move(event):
    """An event without a row is a reply that makes no sense, and the flow stays where it was."""
    flow = challenging_otp()
    step = evolve(ENGINE.plan(flow, Intent.of("confirm", **CODE), NOW), read=lambda _: Outcome(event))
    with pytest.raises(UnexpectedReply, match=f"{event}.*challenging") as caught:
        ENGINE.settle(flow, Intent.of("confirm", **CODE), step, Reply(200), NOW)
    assert ("POST /oauth/token", 200) == (caught.value.operation, caught.value.status)


def test_a_second_move_that_cannot_be_undoes_the_first():
    """Nothing is kept of half a step."""
    step = Step.silent(Outcome("password_accepted", then=Outcome("went_back")))
    with pytest.raises(UnexpectedReply) as caught:
        ENGINE.settle(NEW, Intent.of("login"), step, None, NOW)
    assert ("", 0) == (caught.value.operation, caught.value.status)


@pytest.mark.parametrize("error", ["expired_token", "unsupported_challenge_type", "association_required"])
def test_an_answer_that_fits_no_row_is_unexpected(error):
    """Nothing runs out, and no factor is missing, before there is a password."""
    with pytest.raises(UnexpectedReply) as caught:
        act(NEW, "login", refusal(401, error), **LOGIN)
    assert ("POST /oauth/token", 401) == (caught.value.operation, caught.value.status)


def test_an_outage_names_what_was_tried():
    """Method and path, and no more."""
    with pytest.raises(TenantBroken) as caught:
        act(challenging_sms(), "confirm", Reply(503), **CODE)
    assert ("POST /oauth/token", 503) == (caught.value.operation, caught.value.status)


# Secrets.

SECRETS = (
    *(
        SEAL,
        NEXT_SEAL,
        ACCESS,
        NEXT_RECOVERY,
        "v1.Mhidden",
        OOB_CODE,
        OTP_SECRET,
        RECOVERY,
        PHONE,
        "123456",
        "correct horse",
        "the-secret",
        "otpauth",
    ),
    *("an-access-token", "an-id-token", "a-refresh-token"),
)
ISSUED = tokens(id_token="an-id-token", refresh_token="a-refresh-token", recovery_code=NEXT_RECOVERY)
# The verbs of a life, each with the answer to it, and the list that may follow.
LIVES = {
    "otp": [
        ("login", mfa_required(), LOGIN),
        ("enroll", otp_associated(RECOVERY), {"factor": "otp"}),
        ("confirm", WRONG_CODE, CODE),
        ("confirm", ISSUED, CODE),
    ],
    "sms": [
        ("begin", None, {"mfa_token": SEAL}),
        ("enroll", sms_associated(RECOVERY), SMS),
        ("resend", sms_associated(), {}),
        ("confirm", CHAINED, CODE),
    ],
    "known": [
        ("login", mfa_required(), LOGIN),
        ("challenge", sms_challenged(), texted),
        ("confirm", TOO_MANY, CODE),
        ("go_back", None, {}),
        ("challenge", None, known),
    ],
    "push": [
        ("refresh", mfa_required(), REFRESH),
        ("challenge", push_challenged(), {"authenticator": PUSH_ENTRY["id"]}),
        ("wait", PENDING, {}),
        ("wait", CHAINED, {}),
    ],
    "recovery": [
        ("login", mfa_required(), LOGIN),
        ("challenge", None, {"authenticator": RECOVERY_ENTRY["id"]}),
        ("confirm", ISSUED, {"answer": RECOVERY}),
    ],
    "managed": [
        ("manage", None, {"access_token": ACCESS}),
        ("remove", Reply(204), known),
        ("authenticators", reply(200, [OTP_ENTRY]), {}),
        ("enroll", push_associated(RECOVERY), {"factor": "push"}),
        ("go_back", None, {}),
    ],
}
ENTRIES = {
    "otp": [],
    "sms": [],
    "known": [OTP_ENTRY, SMS_ENTRY],
    "push": [PUSH_ENTRY],
    "recovery": [RECOVERY_ENTRY],
    "managed": [OTP_ENTRY],
}


def shown(life):
    """The repr of everything that is passed around in a life."""
    flow = NEW
    for verb, answer, given in LIVES[life]:
        intent = Intent.of(verb, **given)
        step = FULL.plan(flow, intent, NOW)
        while step is not None:
            listed = step.call is not None and step.call.operation == "GET /mfa/authenticators"
            got = reply(200, ENTRIES[life]) if listed else answer
            found = FULL.settle(flow, intent, step, got, NOW)
            yield from map(repr, (intent, step, step.call, got, step.read(got or Reply(0)), found, *found.moves))
            flow = found.flow
            step = FULL.follow(flow)
        yield from map(repr, (flow, FULL.look(flow, NOW), FULL, intent.digest("f")))


@pytest.mark.parametrize("life", LIVES)
def test_no_repr_shows_a_secret(life):
    """Flows, steps, calls, replies, outcomes, intents, moves and prompts hide passwords, tokens, codes and numbers."""
    found = list(shown(life))
    assert [] == [(secret, text) for text in found for secret in SECRETS if secret in text]


HIDDEN = "hidden-and-never-shown"
BAD_ANSWERS = [
    (NEW, "login", LOGIN, reply(200, {"access_token": [HIDDEN]})),
    (NEW, "login", LOGIN, reply(403, {"error": "mfa_required", "mfa_token": f"{HIDDEN} {HIDDEN}"})),
    (NEW, "login", LOGIN, refusal(418, "brand_new", HIDDEN)),
    (NEW, "login", LOGIN, refusal(401, "access_denied", f"Unauthorized {HIDDEN}")),
    (choosing(), "enroll", {"factor": "otp"}, reply(200, {"authenticator_type": HIDDEN, "secret": HIDDEN})),
    (
        choosing(),
        "enroll",
        SMS,
        reply(200, {"authenticator_type": "oob", "oob_code": "Fe26*x", "recovery_codes": {"a": HIDDEN}}),
    ),
    (challenging_sms(), "confirm", CODE, Reply(200, {"x": HIDDEN}, HIDDEN.encode())),
    (challenging_sms(), "confirm", CODE, Reply(502, {}, HIDDEN.encode())),
]


@pytest.mark.parametrize(("flow", "verb", "given", "answer"), BAD_ANSWERS)
def test_no_error_about_a_reply_shows_a_secret(flow, verb, given, answer):
    """Neither what was sent nor what came back, in the message, the attributes or the chain of causes."""
    with pytest.raises(MfaFlowError) as caught:
        act(flow, verb, answer, **given)
    error = caught.value.during("f", flow.state.value, verb)
    text = f"{error!r} {error} {vars(error)} {error.__cause__!r}"
    assert [] == [secret for secret in (HIDDEN, *SECRETS) if secret in text]
    assert error.__suppress_context__


@pytest.mark.parametrize(
    ("flow", "verb", "given"),
    [
        (NEW, "login", {"username": HIDDEN, "password": " "}),
        (NEW, "login", {"username": "u", "password": HIDDEN + UNREADABLE}),
        (NEW, "begin", {"mfa_token": f"{HIDDEN} {HIDDEN}"}),
        (NEW, "begin", {"mfa_token": jwt({"aud": "https://x/mfa/", "sub": HIDDEN})}),
        (NEW, "refresh", {"refresh_token": HIDDEN + UNREADABLE}),
        (NEW, "manage", {"access_token": f"{HIDDEN} {HIDDEN}"}),
        (NEW, "manage", {"access_token": f"Fe26.2*{HIDDEN}"}),
        (signed_in(OTP_ENTRY), "remove", {"authenticator": HIDDEN}),
        (choosing(), "enroll", {"factor": "sms", "details": (("phone_number", HIDDEN),)}),
        (choosing(), "enroll", {"factor": "otp", "details": (("phone_number", HIDDEN),)}),
        (choosing(), "challenge", {"authenticator": HIDDEN}),
        (challenging_sms(), "confirm", {"answer": HIDDEN}),
        (challenging_otp(), "confirm", {"answer": Secret(HIDDEN)}),
        (choosing(), "confirm", {"answer": HIDDEN}),
    ],
)
def test_no_error_about_what_was_given_shows_it(flow, verb, given):
    """The message names what is wrong, not what was typed."""
    with pytest.raises(MfaFlowError) as caught:
        ENGINE.plan(flow, Intent.of(verb, **given), NOW)
    error = caught.value
    assert HIDDEN not in f"{error!r} {error} {vars(error)} {error.__cause__!r}"
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("verb", ["cancel", "go_back"])
def test_a_factor_that_is_gone_lets_one_leave(verb):
    """A flow whose factor is no longer installed cannot ask its question, but can be left."""
    bare = Engine(APP, {})
    with pytest.raises(UnknownFactor, match="sms"):
        bare.look(enrolling_sms(), NOW)
    step = bare.plan(enrolling_sms(), Intent.of(verb), NOW)
    assert bare.settle(enrolling_sms(), Intent.of(verb), step, None, NOW).flow.factor is None


# Refreshing, managing, waiting, recovering.


def test_a_refresh_token_gives_tokens():
    """Two moves of one reply."""
    after = act(NEW, "refresh", tokens(), **REFRESH)
    assert ["refresh_accepted", "tokens_issued"] == [move.event for move in after.moves]
    assert Tokens("an-access-token", expires_in=86400) == question(after.flow).tokens


def test_a_refresh_may_demand_a_second_factor():
    """Then it goes on as after a password, and the list is due."""
    after = act(NEW, "refresh", mfa_required(), **REFRESH).flow
    assert (State.MFA_REQUIRED, SEAL, NOW + 600) == (after.state, after.mfa_token, after.expires_at)
    assert ENGINE.plan(saved(after), Intent.of("refresh", **REFRESH), NOW) is None


def test_a_refresh_token_that_is_no_longer_good_asks_for_the_password():
    """With the reason."""
    prompt = question(act(NEW, "refresh", BAD_REFRESH, **REFRESH).flow)
    assert (AskPassword, "refresh_token_rejected") == (type(prompt), prompt.error.key)


def test_who_manages_factors_lists_them_with_the_access_token():
    """It lives as long as an mfa_token, and the same one given twice is taken once."""
    flow = held()
    assert (State.AUTHENTICATED, None, ACCESS, NOW + 600) == (
        flow.state,
        flow.mfa_token,
        flow.access_token,
        flow.expires_at,
    )
    assert {"Authorization": f"Bearer {ACCESS}"} == ENGINE.follow(flow).call.headers
    assert ENGINE.plan(flow, Intent.of("manage", access_token=ACCESS), NOW) is None


def test_who_manages_factors_may_have_none():
    """An empty list is no dead end."""
    assert ("otp", "sms") == question(signed_in()).enroll


def test_a_further_factor_is_set_up_and_confirmed_with_the_access_token():
    """As the bearer of one request, in the body of the other; and tokens come of it."""
    enrolled = ENGINE.plan(signed_in(OTP_ENTRY), Intent.of("enroll", **SMS), NOW)
    assert f"Bearer {ACCESS}" == enrolled.call.headers["Authorization"]
    confirmed = ENGINE.plan(adding(OTP_ENTRY), Intent.of("confirm", **CODE), NOW)
    assert f"&mfa_token={ACCESS}&".encode() in confirmed.call.body
    after = act(adding(OTP_ENTRY), "confirm", tokens(), **CODE).flow
    assert (State.CONFIRMED, None) == (after.state, after.access_token)


@pytest.mark.parametrize("walk", COME_BACK.values(), ids=COME_BACK)
def test_who_is_signed_in_comes_back_to_what_they_manage(walk):
    """Nothing is demanded of them; why they are back is told, and the list is read again: there may be a pending one."""
    before = walk()
    after = stays(before, FULL).flow
    assert (State.AUTHENTICATED, before.flow.error, None) == (after.state, after.error, after.authenticators)
    assert {"Authorization": f"Bearer {ACCESS}"} == FULL.follow(after).call.headers
    listed = follow(after, "go_back", reply(200, [{**SMS_ENTRY, "active": False}]), by=FULL).flow
    assert ([SMS_ENTRY["id"]], before.flow.error) == ([one.id for one in listed.authenticators], listed.error)
    assert FULL.follow(listed) is None


def test_a_demand_while_managing_is_met_with_its_own_token():
    """The access token speaks for the flow no more: from there on it is a login like any other."""
    after = act(adding(), "confirm", CHAINED, **CODE).flow
    assert (State.MFA_REQUIRED, NEXT_SEAL, None) == (after.state, after.bearer, after.access_token)
    assert {"Authorization": f"Bearer {NEXT_SEAL}"} == ENGINE.follow(after).call.headers
    assert ("otp",) == tuple(
        one.factor for one in question(follow(after, "confirm", reply(200, [OTP_ENTRY])).flow).challenge
    )


def test_what_was_removed_is_gone_from_the_list():
    """Which is read again."""
    after = act(signed_in(OTP_ENTRY, SMS_ENTRY), "remove", Reply(204), **known).flow
    assert (State.AUTHENTICATED, None, None) == (after.state, after.authenticators, after.error)
    listed = follow(after, "remove", reply(200, [SMS_ENTRY])).flow
    assert [SMS_ENTRY["id"]] == [one.id for one in question(listed).authenticators]


def test_what_cannot_be_removed_stays():
    """The person is told so, once the list has been read again."""
    after = act(signed_in(OTP_ENTRY), "remove", STUCK, **known).flow
    listed = follow(after, "remove", reply(200, [OTP_ENTRY])).flow
    assert ("not_removable", 1) == (question(listed).error.key, len(question(listed).authenticators))


@pytest.mark.parametrize("rest", [lambda: choosing(OTP_ENTRY), lambda: signed_in(OTP_ENTRY)])
def test_the_list_may_be_read_anew(rest):
    """With the token that is held; pending ones are on it, too."""
    flow, pending = rest(), {**SMS_ENTRY, "active": False}
    step = ENGINE.plan(flow, Intent.of("authenticators"), NOW)
    assert ("GET /mfa/authenticators", {"Authorization": f"Bearer {flow.bearer}"}) == (
        step.call.operation,
        step.call.headers,
    )
    after = act(flow, "authenticators", reply(200, [OTP_ENTRY, pending])).flow
    assert (flow.state, ["otp", "sms"]) == (after.state, [one.factor for one in question(after).authenticators])


def test_the_answer_to_a_push_is_waited_for():
    """The prompt says how often to ask and how long; pending keeps the question, with the reason."""
    flow = challenging_push()
    verbs = ("challenge", "resend", "confirm", "wait", "go_back", "cancel")
    assert Wait(seconds=5, until=NOW + 300, verbs=verbs) == question(flow, by=FULL)
    pending = act(flow, "wait", PENDING, at=NOW + 5, by=FULL).flow
    assert Wait(seconds=5, until=NOW + 300, verbs=verbs, error=Notice.of("still_pending")) == question(pending, by=FULL)


def test_a_new_phone_is_scanned_and_waited_for():
    """The picture has no key to type in, and no code to enter."""
    verbs = ("enroll", "resend", "confirm", "wait", "go_back", "cancel")
    expected = Scan(
        barcode_uri=PUSH_BARCODE, length=None, seconds=5, until=NOW + 300, recovery_codes=(RECOVERY,), verbs=verbs
    )
    assert expected == question(enrolling_push(RECOVERY), by=FULL)


@pytest.mark.parametrize(("header", "seconds"), [({}, 10), ({"retry_after": "30"}, 30), ({"retry_after": "1"}, 5)])
def test_a_push_is_asked_for_less_often_when_auth0_says_so(header, seconds):
    """What is remembered beside the pace stays; the next push starts at the usual pace again."""
    flow = act(challenging_push(), "wait", refusal(429, "slow_down", **header), by=FULL).flow
    assert {"oob_code": OOB_CODE, "interval": seconds} == flow.memory
    assert (Wait, seconds) == (type(question(flow, by=FULL)), question(flow, by=FULL).seconds)
    assert 5 == question(act(flow, "resend", push_challenged(), by=FULL).flow, by=FULL).seconds


def test_a_bucket_of_wrong_codes_does_not_hold_up_a_push():
    """There is nothing to type; only codes stay paused."""
    flow = act(choosing(PUSH_ENTRY, SMS_ENTRY, by=FULL), "challenge", sms_challenged(), by=FULL, **texted).flow
    paused = act(flow, "confirm", TOO_MANY, by=FULL, **CODE).flow
    pushed = act(paused, "challenge", push_challenged(), by=FULL, authenticator=PUSH_ENTRY["id"]).flow
    assert (Pause, Wait) == (type(question(paused, by=FULL)), type(question(pushed, by=FULL)))


def test_a_push_sets_up_once_more_on_resend():
    """A fresh picture, for there is no other way to send it again."""
    step = FULL.plan(enrolling_push(), Intent.of("resend"), NOW)
    assert FULL.plan(choosing(by=FULL), Intent.of("enroll", factor="push"), NOW).call == step.call


@pytest.mark.parametrize("rest", [enrolling_sms, challenging_sms, challenging_otp, challenging_recovery])
def test_a_code_is_not_waited_for(rest):
    """Only an answer that is given elsewhere is; the verb is not offered either."""
    with pytest.raises(WrongState, match="wait") as caught:
        FULL.plan(rest(), Intent.of("wait"), NOW)
    assert "wait" not in caught.value.allowed


def test_a_recovery_code_brings_the_next_one():
    """It reaches the person with the tokens, as a plain text."""
    after = act(challenging_recovery(), "confirm", ISSUED, by=FULL, answer=RECOVERY.lower()).flow
    prompt = question(after, by=FULL)
    assert (Done, NEXT_RECOVERY, str) == (type(prompt), prompt.recovery_code, type(prompt.recovery_code))
    assert NEXT_RECOVERY in prompt.text()


def test_a_recovery_code_is_asked_for():
    """Letters too, and there is nothing to send again."""
    verbs = ("challenge", "confirm", "go_back", "cancel")
    assert AskCode(channel="recovery", length=24, numeric=False, verbs=verbs) == question(
        challenging_recovery(), by=FULL
    )


def test_a_recovery_code_cannot_be_set_up_by_itself():
    """It comes with the first factor."""
    with pytest.raises(UnknownFactor, match="first factor"):
        FULL.plan(choosing(by=FULL), Intent.of("enroll", factor="recovery"), NOW)


def test_a_wrong_recovery_code_may_be_mended():
    """The same bytes that deny a push."""
    after = act(challenging_recovery(), "confirm", DENIED_GRANT, by=FULL, answer=RECOVERY).flow
    assert (State.CHALLENGING, "wrong_code") == (after.state, after.error)


@pytest.mark.parametrize("answer", [DENIED, DENIED_GRANT], ids=["as recorded", "as documented"])
@pytest.mark.parametrize("rest", [enrolling_push, challenging_push])
@pytest.mark.parametrize("verb", ["wait", "confirm"])
def test_a_denied_push_leaves_the_choice(verb, rest, answer):
    """The person pressed No: another factor may be chosen."""
    prompt = question(act(rest(), verb, answer, by=FULL).flow, by=FULL)
    assert (Choose, "push_denied") == (type(prompt), prompt.error.key)


# The only choice there is.


@pytest.mark.parametrize(
    ("flow", "operation"),
    [
        (choosing(SMS_ENTRY, by=FULL), "POST /mfa/challenge"),
        (choosing(by=FULL, mfa_requirements={"enroll": [{"type": "otp"}]}), "POST /mfa/associate"),
    ],
)
def test_the_only_choice_can_be_taken_at_once(flow, operation):
    """One authenticator and nothing to set up, or one factor to set up that needs no details."""
    assert operation == FULL.only_choice(flow).call.operation


@pytest.mark.parametrize(
    "flow",
    [
        NEW,
        signed_in(),
        choosing(by=FULL),
        choosing(SMS_ENTRY, OTP_ENTRY, by=FULL),
        choosing(RECOVERY_ENTRY, by=FULL),
        evolve(choosing(SMS_ENTRY), error="factor_unavailable"),
        choosing(by=FULL, mfa_requirements={"enroll": [{"type": "phone"}]}),
        evolve(choosing(), requirements=Requirements(enroll=("phone",))),
    ],
)
def test_a_real_choice_is_left_to_the_person(flow):
    """So is one that failed before, and one that needs a number."""
    assert (FULL if flow.requirements is None else ENGINE).only_choice(flow) is None


def test_the_recovery_code_has_a_bucket_of_its_own():
    """Who typed too many wrong codes may still use the recovery code, and is asked for it at once."""
    locked = evolve(challenging_recovery(), locked_until=NOW + 360)
    assert (AskCode, "recovery") == (type(question(locked, by=FULL)), question(locked, by=FULL).channel)
    assert Pause is type(question(evolve(challenging_sms(), locked_until=NOW + 360)))


def test_who_is_enrolled_already_is_offered_nothing_to_set_up_any_more():
    """Not after another answer either, until the end; before, an address of one's own did not count."""
    email = {"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email", "active": True}
    flow = choosing(email, by=FULL)
    assert question(flow, by=FULL).enroll
    flow = follow(
        act(flow, "enroll", ENROLLED, by=FULL, factor="otp").flow, "enroll", reply(200, [email]), by=FULL
    ).flow
    asked = act(flow, "challenge", sms_challenged(), by=FULL, authenticator="email|dev_1").flow
    back = act(asked, "go_back", by=FULL).flow
    assert [((), 1)] * 2 == [
        (one.enroll, len(one.challenge)) for one in (question(flow, by=FULL), question(back, by=FULL))
    ]
    assert not act(back, "cancel", by=FULL).flow.enrolled


def test_wrong_recovery_codes_leave_the_six_digits_alone():
    """Each bucket pauses its own question, and only that."""
    after = act(challenging_recovery(), "confirm", TOO_MANY, by=FULL, answer=RECOVERY).flow
    assert Pause is type(question(after, by=FULL))
    otp = act(after, "challenge", by=FULL, authenticator=OTP_ENTRY["id"]).flow
    assert (AskCode, None) == (type(question(otp, by=FULL)), otp.locked_until)


def test_wrong_digits_leave_the_recovery_code_alone():
    """But not the digits of another factor."""
    flow = choosing(OTP_ENTRY, SMS_ENTRY, RECOVERY_ENTRY, by=FULL)
    otp = act(flow, "challenge", by=FULL, authenticator=OTP_ENTRY["id"]).flow
    locked = act(otp, "confirm", TOO_MANY, by=FULL, **CODE).flow
    recovery = act(locked, "challenge", by=FULL, authenticator=RECOVERY_ENTRY["id"]).flow
    assert AskCode is type(question(recovery, by=FULL))
    sms = act(recovery, "challenge", sms_challenged(), by=FULL, authenticator=SMS_ENTRY["id"]).flow
    assert (Pause, 360) == (type(question(sms, by=FULL)), question(sms, by=FULL).seconds)


def chained(rest, *entries, answer, by=ENGINE):
    """A further factor is demanded after this answer, and these are listed."""
    after = act(rest, "confirm", mfa_required(NEXT_SEAL), by=by, **answer).flow
    return follow(after, "confirm", reply(200, entries), by=by).flow


def test_a_further_factor_is_told_of():
    """M17: the proof was right; what was proved comes last, and is forgotten at the end."""
    flow = chained(challenging_otp(), OTP_ENTRY, SMS_ENTRY, answer=CODE)
    choose = question(flow)
    assert ("further_factor", [SMS_ENTRY["id"], OTP_ENTRY["id"]]) == (
        choose.error.key,
        [one.id for one in choose.challenge],
    )
    asked = act(flow, "challenge", sms_challenged(), **texted).flow
    assert None is question(asked).error
    assert ((OTP_ENTRY["id"],), ()) == (asked.proved, act(asked, "confirm", tokens(), **CODE).flow.proved)


def test_a_late_duplicate_is_known_after_an_automatic_choice():
    """The code that led to it is not sent to the next factor; for a push nothing is given, and it is polled for."""
    flow, intent = chained(challenging_otp(), SMS_ENTRY, answer=CODE), Intent.of("confirm", **CODE)
    asked = ENGINE.settle(flow, intent, ENGINE.only_choice(flow), sms_challenged(), NOW).flow
    assert AskCode is type(question(asked))
    assert ENGINE.plan(asked, intent, NOW) is None
    flow, intent = chained(challenging_push(), PUSH_ENTRY, answer={}, by=FULL), Intent.of("confirm")
    asked = FULL.settle(flow, intent, FULL.only_choice(flow), push_challenged(), NOW).flow
    assert "POST /oauth/token" == FULL.plan(asked, intent, NOW).call.operation


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (NO_FACTOR, "factor_unavailable"),
        (ENROLLED, "already_enrolled"),
        (refusal(400, "invalid_email"), "email_rejected"),
    ],
)
def test_an_automatic_choice_that_is_refused_is_made_by_the_person(answer, error):
    """It is a move of the verb that led there, by a row of the table, and the choice is not taken again."""
    flow, intent = choosing(by=FULL, mfa_requirements={"enroll": [{"type": "email"}]}), Intent.of("login", **LOGIN)
    settled = FULL.settle(flow, intent, FULL.only_choice(flow), answer, NOW)
    [moved] = settled.moves
    [row] = [row for row in TRANSITIONS if (row.event, row.source) == (moved.event, moved.source)]
    assert ("login", True, error) == (moved.verb, "login" in row.verbs, settled.flow.error)
    assert FULL.only_choice(evolve(settled.flow, authenticators=())) is None


def test_a_new_number_may_be_refused_when_it_is_sent_to_again():
    """The row of it names resend, too."""
    [moved] = act(enrolling_sms(), "resend", refusal(400, "invalid_phone")).moves
    [row] = [row for row in TRANSITIONS if (row.event, row.source) == (moved.event, moved.source)]
    assert ("details_rejected", True) == (moved.event, "resend" in row.verbs)
