"""The 36 questions that nobody at Auth0 has answered, chapter 8: what the tenant does, and where that is shown.

Each has its default shown by a test and, where there is a knob, its other value by another. The tests named here are
in this folder; those without a file stand below.
"""

import base64
import json
from pathlib import Path

import pytest

from mfa_flow.testing import Clock, Tenant

from .conftest import PHONE, Wire, has

HERE = Path(__file__).parent
ROWS = "test_refusals.py::test_row"
GRANTS, POLICY, ENROL = "wire/test_grants.py::", "wire/test_policy.py::", "wire/test_enrolment.py::"
PUSH, REMOVAL, CHALLENGES = "test_push.py::", "wire/test_removal.py::", "wire/test_challenges.py::"
CHANNELS, ISSUING = "test_channels.py::", "wire/test_issuing.py::"
BELOW = "test_questions.py::"
# Number and question, the knob, and the tests of its default and of its other value.
QUESTIONS: list[tuple[str, str | None, list[str]]] = [
    ("1 mfa_token lifetime", "mfa_token_ttl", [GRANTS + "test_an_mfa_token_lasts_600_seconds", GRANTS + "test_lifetimes_are_knobs"]),
    ("2 oob_code lifetime", "oob_ttl", [GRANTS + "test_a_message_code_lasts_300_seconds", GRANTS + "test_lifetimes_are_knobs"]),
    ("3 expired_token status", "expired_status", [ROWS, POLICY + "test_statuses_nobody_is_sure_of"]),
    ("4 failure bucket answer", "lockout_style", [BELOW + "test_4_a_lockout_does_not_say_how_long", "wire/test_limits.py::test_every_429_says_how_long_to_wait"]),
    ("5 push denial", "push_denied_style", [PUSH + "test_m5_denied_golden_body", PUSH + "test_m5_in_the_documents_style"]),
    ("6 slow_down", "slow_down_status", [PUSH + "test_m6_the_thirteenth_poll_at_once_is_too_fast", PUSH + "test_m6_with_another_status"]),
    ("7 bad client credentials", "client_auth_style", [ROWS, BELOW + "test_7_at_the_challenge_too"]),
    ("8 association_required status", "association_status", [ROWS, POLICY + "test_statuses_nobody_is_sure_of"]),
    ("9 invalid authenticator id", None, [CHALLENGES + "test_somebody_elses_authenticator_is_unknown"]),
    ("10 OTP window", "otp_window", ["world/test_people.py::test_otp_window", GRANTS + "test_an_otp_works_once", GRANTS + "test_otp_knob_narrows_the_window"]),
    ("11 multi-channel associate", None, [BELOW + "test_11_of_several_channels_the_first"]),
    ("12 which pending totp", None, ["world/test_people.py::test_the_app_whose_code_it_is", GRANTS + "test_an_app_whose_other_entry_is_pending", BELOW + "test_12_newest_first"]),
    ("13 pending entries expire", "pending_ttl", [BELOW + "test_13_pending_entries_stay", POLICY + "test_pending_entries_may_end"]),
    ("14 mfa_token reuse after success", "consume_on_success", [GRANTS + "test_the_mfa_token_stays_usable_after_success", POLICY + "test_a_used_mfa_token_may_end"]),
    ("15 earlier oob_code after resend", "invalidate_previous", [CHALLENGES + "test_a_resend_leaves_the_earlier_code_good", BELOW + "test_15_a_resend_may_end_the_earlier_code"]),
    ("16 recovery-code-only user may associate", None, [REMOVAL + "test_after_the_last_one_a_first_may_come_again"]),
    ("17 enroll requirement with an active factor", None, [POLICY + "test_who_has_to_enroll_may_though_enrolled"]),
    ("18 factor disabled on tenant", None, [CHANNELS + "test_a_factor_that_is_off_cannot_be_associated", CHANNELS + "test_a_factor_switched_off_since_is_listed_but_not_challenged"]),
    ("19 missing scope", None, [ISSUING + "test_a9_and_l5_each_door_has_its_scope", REMOVAL + "test_l5_without_the_scope", BELOW + "test_19_and_20_are_marked"]),
    ("20 DELETE unknown id body", None, [REMOVAL + "test_l3_unknown_and_other_peoples", BELOW + "test_19_and_20_are_marked"]),
    ("21 type in list", "list_type_field", [POLICY + "test_challenge_names_what_the_user_has", POLICY + "test_the_lists_type_is_a_knob_too"]),
    ("22 mfa_requirements", "requirements", [POLICY + "test_without_requirements_nothing_is_said_of_them", POLICY + "test_both_and_unknown_types"]),
    ("23 recovery codes", "recovery_codes_enabled", [ENROL + "test_first_app_comes_with_a_recovery_code_last", ENROL + "test_recovery_codes_switched_off"]),
    ("24 voice twin", None, [CHANNELS + "test_a_phone_is_listed_twice_with_one_device", CHANNELS + "test_without_the_other_channel_there_is_no_twin"]),
    ("25 push's totp twin", None, [PUSH + "test_approving_an_associated_push_stands_for_scanning"]),
    ("26 binding_code sent for push", None, [PUSH + "test_a_binding_code_does_not_matter"]),
    ("27 oob without binding_code", None, [ROWS]),
    ("28 form on challenge and associate", None, [CHALLENGES + "test_sms_body_in_form_and_json", ENROL + "test_a_form_is_refused"]),
    ("29 JSON on token", None, ["wire/test_exchange.py::test_json_in_any_spelling"]),
    ("30 Basic on challenge", None, [BELOW + "test_30_basic_at_the_challenge"]),
    ("31 rate-limit headers on 200", "ratelimit_headers", [BELOW + "test_31_on_a_success", "wire/test_limits.py::test_the_headers_are_a_knob"]),
    ("32 order of id and secret errors", None, ["test_refusals.py::test_order_of_checks"]),
    ("33 email masking", None, [ENROL + "test_email_masks"]),
    ("34 headers of a 204", None, [REMOVAL + "test_204_and_nothing_else", "test_scenarios.py::test_delete"]),
    ("35 access token as mfa_token", None, [ISSUING + "test_it_lists_associates_and_confirms_a_further_factor", ISSUING + "test_without_enroll_it_confirms_nothing"]),
    ("36 automatic email", None, [CHANNELS + "test_a_verified_email_can_be_challenged", ENROL + "test_a_verified_email_does_not_close_the_door", ISSUING + "test_who_has_no_factor_gets_it_at_once"]),
]  # fmt: skip


def test_every_question_is_in_the_table() -> None:
    """All 36, in their order."""
    assert list(map(str, range(1, 37))) == [question.partition(" ")[0] for question, _, _ in QUESTIONS]


@pytest.mark.parametrize(("knob", "shown"), [each[1:] for each in QUESTIONS], ids=[each[0] for each in QUESTIONS])
def test_each_is_shown(knob: str | None, shown: list[str]) -> None:
    """The tests exist, and a knob is turned where they stand."""
    texts = {file: (HERE / file).read_text() for file, _, _ in (each.partition("::") for each in shown)}
    assert [] == [each for each in shown if f"def {each.partition('::')[2]}(" not in texts[each.partition("::")[0]]]
    assert knob is None or any(f"{knob}=" in text or f'"{knob}"' in text for text in texts.values())


def test_4_a_lockout_does_not_say_how_long(wire: Wire) -> None:
    """400, and no Retry-After."""
    mfa_token = wire.login("bob@example.com", "pw")
    for _ in range(10):
        wire.otp(mfa_token, "x")
    body = json.dumps(
        {"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", **wire.client, "mfa_token": mfa_token, "otp": "x"}
    )
    reply = wire.send("POST", "/oauth/token", body.encode(), content_type="application/json")
    assert (400, False) == (reply.status, "retry-after" in reply.headers)


@pytest.mark.parametrize(
    ("style", "answer"),
    [
        ("access_denied", {"error": "access_denied", "error_description": "Unauthorized"}),
        ("invalid_client", {"error": "invalid_client", "error_description": "Client authentication failed"}),
    ],
)
def test_7_at_the_challenge_too(clock: Clock, style: str, answer: dict[str, str]) -> None:
    """C9 speaks as T3 or T4 does."""
    wire = Wire(Tenant(clock=clock, client_auth_style=style))  # type: ignore[arg-type]
    mfa_token = wire.login()
    wire.client = {"client_id": "demo-client", "client_secret": "wrong"}
    assert (401, answer) == wire.challenge(mfa_token)


@pytest.mark.parametrize("channels", [["voice", "sms"], ["sms", "voice"]])
def test_11_of_several_channels_the_first(wide: Wire, wire: Wire, channels: list[str]) -> None:
    """It is used and reported, both twins are there; if it is off, it is refused as if it were alone."""
    fields = {"authenticator_types": ["oob"], "oob_channels": channels, "phone_number": PHONE}
    mfa_token = wide.login()
    assert channels[0] == wide.associate(mfa_token, **fields).body["oob_channel"]
    assert channels[:1] == [each.channel for each in wide.tenant.inbox.messages()]
    assert channels == [each["oob_channel"] for each in wide.list(mfa_token).body[:2]]
    assert (200 if channels[0] == "sms" else 400) == wire.associate(wire.login(), **fields).status


def test_12_newest_first(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that show the same code."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    monkeypatch.setattr(wire.tenant._desk.world.mint, "otp_secret", lambda: secret)
    mfa_token = wire.login()
    for _ in range(2):
        wire.add_otp(mfa_token)
    assert 200 == wire.otp(mfa_token, wire.tenant.otp("ada@example.com")).status
    assert [False, True, True] == [each["active"] for each in wire.list(mfa_token).body]


def test_13_pending_entries_stay(wire: Wire, clock: Clock) -> None:
    """For years."""
    wire.add_otp(wire.login())
    clock.advance(10**8)
    assert 2 == len(wire.list(wire.login()).body)


def test_15_a_resend_may_end_the_earlier_code(clock: Clock) -> None:
    """With the knob, what came before is malformed, and the latest is good."""
    wire = Wire(Tenant(clock=clock, invalidate_previous=True))
    has(wire, "sms")
    mfa_token, sent = wire.login("cy@example.com", "pw"), []
    for _ in range(2):
        oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
        sent.append((oob_code, wire.tenant.inbox.code(PHONE)))
    answers = [wire.oob(mfa_token, oob_code, binding_code=code) for oob_code, code in sent]
    assert ["Malformed oob_code", None] == [each.body.get("error_description") for each in answers]


def test_19_and_20_are_marked(wide: Wire) -> None:
    """Nobody has seen these texts."""
    has(wide, "otp")
    replies = [
        wide.delete(wide.access_token("cy@example.com", "pw", scope=scope), "totp|dev_0000000000000000")
        for scope in ("enroll", "remove:authenticators")
    ]
    assert [(403, "error_description"), (404, "error_description")] == [
        (each.status, each.headers["x-synthetic"]) for each in replies
    ]
    assert ["insufficient_scope", "not_found"] == [json.loads(each.body)["error"] for each in replies]


@pytest.mark.parametrize(("secret", "status"), [("demo-secret", 200), ("wrong", 401)])
def test_30_basic_at_the_challenge(wire: Wire, secret: str, status: int) -> None:
    """With nothing of the client in the body."""
    mfa_token = wire.login("bob@example.com", "pw")
    word = base64.b64encode(f"demo-client:{secret}".encode()).decode()
    headers = {"content_type": "application/json", "authorization": f"Basic {word}"}
    body = json.dumps({"mfa_token": mfa_token, "challenge_type": "otp"}).encode()
    assert status == wire.send("POST", "/mfa/challenge", body, **headers).status


def test_31_on_a_success(wire: Wire) -> None:
    """All three, on a list that is empty."""
    reply = wire.send("GET", "/mfa/authenticators", authorization=f"Bearer {wire.login()}")
    names = [name for name in reply.headers if name.startswith("x-ratelimit")]
    assert (200, ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]) == (reply.status, names)
