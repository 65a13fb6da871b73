"""Voice and email beside sms: associating, challenging and proving each, and what comes with it."""

import json

import pytest

from mfa_flow.testing import Clock, Tenant

from .conftest import PHONE, Wire, form_call, get_call, has

ADA = "ada@example.com"
CY = "cy@example.com"


@pytest.mark.parametrize(
    ("channel", "to", "fields"),
    [
        ("sms", PHONE, {"phone_number": PHONE}),
        ("voice", PHONE, {"phone_number": PHONE}),
        ("email", "other@example.com", {"email": "other@example.com"}),
        ("email", ADA, {}),
    ],
)
def test_from_associating_to_tokens(wide: Wire, channel: str, to: str, fields: dict[str, str]) -> None:
    """The answer names its channel, the message arrives there, and the code makes it active."""
    mfa_token = wide.login()
    added = wide.add(mfa_token, channel, **fields)
    keys = ["authenticator_type", "binding_method", "recovery_codes", "oob_channel", "oob_code"]
    assert (200, keys, channel) == (added.status, list(added.body), added.body["oob_channel"])
    assert [(channel, to)] == [(each.channel, each.to) for each in wide.tenant.inbox.messages()]
    done = wide.oob(mfa_token, added.body["oob_code"], binding_code=wide.tenant.inbox.code(to))
    assert 200 == done.status
    assert all(each["active"] for each in wide.list(mfa_token).body)


@pytest.mark.parametrize(("factor", "to"), [("sms", PHONE), ("voice", PHONE), ("email", CY)])
def test_from_challenge_to_tokens(wide: Wire, factor: str, to: str) -> None:
    """A confirmed one is challenged by its id, and its code gives tokens."""
    user, mfa_token = has(wide, factor), wide.login(CY, "pw")
    challenged = wide.challenge(mfa_token, authenticator_id=user.of_kind(factor)[0].id, challenge_type="oob").body
    assert ["challenge_type", "oob_code", "binding_method"] == list(challenged)
    assert [factor] == [each.channel for each in wide.tenant.inbox.messages()]
    code = wide.tenant.inbox.code(to)
    assert 200 == wide.oob(mfa_token, challenged["oob_code"], binding_code=code).status


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_phone_is_listed_twice_with_one_device(wide: Wire, channel: str) -> None:
    """Both channels on: two entries that share what follows the pipe, asked-for first, and go active together."""
    mfa_token = wide.login()
    oob_code = wide.add(mfa_token, channel, phone_number=PHONE).body["oob_code"]
    first, second, recovery = wide.list(mfa_token).body
    assert {"sms", "voice"} == {first["oob_channel"], second["oob_channel"]}
    assert (channel, "recovery-code") == (first["oob_channel"], recovery["authenticator_type"])
    assert first["id"].partition("|")[2] == second["id"].partition("|")[2]
    assert [False, False] == [first["active"], second["active"]]
    wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(PHONE))
    assert [True] * 3 == [each["active"] for each in wide.list(mfa_token).body]


def test_the_twin_may_ring_instead(wide: Wire) -> None:
    """The sms does not arrive: its voice twin is challenged, without having been associated."""
    user, mfa_token = has(wide, "sms"), wide.login(CY, "pw")
    oob_code = wide.challenge(mfa_token, authenticator_id=user.of_kind("voice")[0].id).body["oob_code"]
    code = wide.tenant.inbox.messages(channel="voice")[0].code or ""
    assert 200 == wide.oob(mfa_token, oob_code, binding_code=code).status


@pytest.mark.parametrize(("factors", "count"), [(("sms",), 2), (("voice",), 2), (("sms", "voice"), 3)])
def test_without_the_other_channel_there_is_no_twin(clock: Clock, factors: tuple[str, ...], count: int) -> None:
    """As in the recorded list: an sms alone where voice is off."""
    wire = Wire(Tenant(clock=clock, factors=factors))
    mfa_token = wire.login()
    wire.add(mfa_token, factors[0], phone_number=PHONE)
    assert count == len(wire.list(mfa_token).body)


def test_voice_and_sms_share_ten_messages(wide: Wire, clock: Clock) -> None:
    """A8, C11: one bucket for the phone, one more every hour, in the recorded words."""
    mfa_token = wide.login()
    answers = [wide.add(mfa_token, ("sms", "voice")[turn % 2], phone_number=PHONE) for turn in range(11)]
    assert [200] * 10 + [400] == [each.status for each in answers]
    assert (
        "Too many SMS sent by the user. Wait for some minutes before retrying." == answers[-1].body["error_description"]
    )
    clock.advance(3600)
    mfa_token = wide.login()
    statuses = [wide.add(mfa_token, channel, phone_number=PHONE).status for channel in ("voice", "sms")]
    assert [200, 400] == statuses


def test_emails_are_twenty_and_one_a_minute(wide: Wire, clock: Clock) -> None:
    """The twenty-first waits for a minute; a phone's bucket is another."""
    mfa_token = wide.login()
    statuses = [wide.add(mfa_token, "email").status for _ in range(21)]
    assert [200] * 20 + [400] == statuses
    assert 200 == wide.add(mfa_token, "sms", phone_number=PHONE).status
    clock.advance(59)
    refused = wide.add(mfa_token, "email").body
    assert ("invalid_request", "Too many email messages sent by the user. Wait for some minutes before retrying.") == (
        refused["error"],
        refused["error_description"],
    )
    clock.advance(1)
    assert [200, 400] == [wide.add(mfa_token, "email").status for _ in range(2)]


@pytest.mark.parametrize("email", ["nobody", "a b@c.d", "@", "a@", "a@b@c", " "])
def test_no_email_is_refused(wide: Wire, email: str) -> None:
    """What cannot be an address gets no message and leaves no entry."""
    answer = wide.add(wide.login(), "email", email=email)
    assert (400, "invalid_request") == (answer.status, answer.body["error"])
    assert ([], []) == (wide.tenant.inbox.messages(), wide.tenant.users[ADA].authenticators)


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_phones_need_a_number(wide: Wire, channel: str) -> None:
    """A6, A4: missing, or no number."""
    mfa_token = wide.login()
    texts = [wide.add(mfa_token, channel, **more).body["error_description"] for more in ({}, {"phone_number": "1"})]
    assert ["Missing required parameter: phone_number", "The phone number is invalid."] == texts


@pytest.mark.parametrize(
    ("channel", "off"), [("sms", "sms"), ("voice", "voice"), ("email", "email"), ("auth0", "push"), (None, "otp")]
)
def test_a_factor_that_is_off_cannot_be_associated(clock: Clock, channel: str | None, off: str) -> None:
    """A7: whatever else is right."""
    factors = [each for each in ("otp", "sms", "voice", "email", "push") if each != off]
    wire = Wire(Tenant(clock=clock, factors=factors))
    mfa_token = wire.login()
    answer = wire.add_otp(mfa_token) if channel is None else wire.add(mfa_token, channel, phone_number=PHONE)
    assert (400, "unsupported_challenge_type") == (answer.status, answer.body["error"])
    assert f"The factor {channel or 'otp'} is not enabled." == answer.body["error_description"]


def test_a_verified_email_can_be_challenged(wide: Wire) -> None:
    """It was never associated, and proves as well as any."""
    mfa_token = wide.login("eve@example.com", "pw")
    oob_code = wide.challenge(mfa_token).body["oob_code"]
    code = wide.tenant.inbox.code("eve@example.com")
    assert 200 == wide.oob(mfa_token, oob_code, binding_code=code).status


def test_an_associated_email_closes_the_door(wide: Wire) -> None:
    """A1: other than the automatic one it is a factor like any."""
    has(wide, "email")
    assert "User is already enrolled." == wide.add_otp(wide.login(CY, "pw")).body["error_description"]


def test_somebody_elses_code_is_wrong(wide: Wire) -> None:
    """M2: a code works with its own oob_code only."""
    mfa_token = wide.login()
    oob_codes = [wide.add(mfa_token, "email", email=f"{name}@example.com").body["oob_code"] for name in "ab"]
    answer = wide.oob(mfa_token, oob_codes[0], binding_code=wide.tenant.inbox.code("b@example.com"))
    assert (403, "Invalid binding_code.") == (answer.status, answer.body["error_description"])


@pytest.mark.parametrize(
    ("factors", "asked", "sent"),
    [
        (("email", "sms", "push"), "otp oob", []),
        (("email", "sms", "push"), "oob", ["push"]),
        (("email", "voice"), "oob", ["sms"]),
        (("email",), "oob otp", ["email"]),
    ],
)
def test_left_to_choose_the_order_is_app_push_sms_voice_email(
    wide: Wire, factors: tuple[str, ...], asked: str, sent: list[str]
) -> None:
    """An app sends nothing; of what is out of band, the push comes first."""
    has(wide, *factors)
    answer = wide.challenge(wide.login(CY, "pw"), challenge_type=asked)
    assert ("oob" if sent else "otp") == answer.body["challenge_type"]
    assert sent == [each.channel for each in wide.tenant.inbox.messages()]


@pytest.mark.parametrize(("channel", "sent"), [("sms", "sms"), ("voice", "voice"), ("auth0", "push")])
def test_a_channel_may_be_asked_for(wide: Wire, channel: str, sent: str) -> None:
    """The one parameter that only the OpenAPI file names."""
    has(wide, "sms", "push")
    wide.challenge(wide.login(CY, "pw"), oob_channel=channel)
    assert [sent] == [each.channel for each in wide.tenant.inbox.messages()]


def test_a_factor_switched_off_since_is_listed_but_not_challenged(clock: Clock) -> None:
    """C6: what somebody has stays theirs."""
    wire = Wire(Tenant(clock=clock, factors=["otp"]))
    has(wire, "sms")
    mfa_token = wire.login(CY, "pw")
    answer = wire.challenge(mfa_token, challenge_type="oob")
    assert (401, "unsupported_challenge_type") == (answer.status, answer.body["error"])
    assert answer.body["error_description"].endswith("Currently there is no supported challenge available.")
    assert ["sms", "recovery-code"] == [each["id"].partition("|")[0] for each in wire.list(mfa_token).body]


def test_list_golden_body(wide: Wire) -> None:
    """The recorded list's kinds in its order, byte for byte: twins next to each other, names masked, email last."""
    mfa_token = wide.login("eve@example.com", "pw")
    wide.add(mfa_token, "sms", phone_number="+15551239167")
    wide.add(mfa_token, "auth0")
    ids = [each.id for each in wide.tenant.users["eve@example.com"].authenticators]
    phone = '"authenticator_type":"oob","active":false,"oob_channel":"{}","name":"XXXXXXXX9167"'
    email = '"authenticator_type":"oob","active":true,"oob_channel":"email","name":"***@exam*******"'
    entries = [
        phone.format("sms"), phone.format("voice"), '"authenticator_type":"recovery-code","active":false',
        '"authenticator_type":"oob","active":false,"oob_channel":"auth0"', '"authenticator_type":"otp","active":false', email,
    ]  # fmt: skip
    expected = ",".join(f'{{"id":"{name}",{entry}}}' for name, entry in zip(ids, entries, strict=True))
    assert f"[{expected}]".encode() == wide.tenant.answer(get_call("/mfa/authenticators", mfa_token)).body
    assert ["sms", "voice", "recovery-code", "push", "totp", "email"] == [each.partition("|")[0] for each in ids]


def test_a_body_in_form_is_challenged_too(wide: Wire) -> None:
    """Voice as any."""
    user = has(wide, "voice")
    fields = {**wide.client, "mfa_token": wide.login(CY, "pw"), "authenticator_id": user.of_kind("voice")[0].id}
    reply = wide.tenant.answer(form_call("/mfa/challenge", fields))
    assert "prompt" == json.loads(reply.body)["binding_method"]
