"""A tenant learns a factor that Auth0 does not have, with one call."""

from typing import Any

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.texts import BAD_PHONE, Refused

from .conftest import Wire

ADA = "ada@example.com"


@pytest.fixture
def taught(wide: Wire) -> Wire:
    """It knows one messenger."""
    wide.tenant.teach("telegram", address="handle", sends=(2, 60))
    return wide


def test_a_messenger(taught: Wire) -> None:
    """One call, and it is associated, messaged, proved, listed and challenged as any."""
    mfa_token = taught.login()
    added = taught.add(mfa_token, "telegram", handle="@ada_l")
    keys = ["authenticator_type", "binding_method", "recovery_codes", "oob_channel", "oob_code"]
    assert (200, keys) == (added.status, list(added.body))
    message = taught.tenant.inbox.messages(to="@ada_l", channel="telegram")[0]
    assert f"{message.code} is your code for My Test Tenant." == message.text
    assert 200 == taught.oob(mfa_token, added.body["oob_code"], binding_code=message.code or "").status
    entry = taught.list(mfa_token).body[0]
    assert ("oob", "telegram", True) == (entry["authenticator_type"], entry["oob_channel"], entry["active"])
    assert entry["id"].startswith("telegram|dev_")
    oob_code = taught.challenge(taught.login(), authenticator_id=entry["id"]).body["oob_code"]
    assert oob_code


def test_it_is_as_strict(taught: Wire) -> None:
    """Its parameter is needed, its code must be right, its messages are counted."""
    mfa_token = taught.login()
    assert "Missing required parameter: handle" == taught.add(mfa_token, "telegram").body["error_description"]
    oob_code = taught.add(mfa_token, "telegram", handle="@ada_l").body["oob_code"]
    assert "Invalid binding_code." == taught.oob(mfa_token, oob_code, binding_code="x").body["error_description"]
    statuses = [taught.add(mfa_token, "telegram", handle="@ada_l").status for _ in range(2)]
    assert [200, 400] == statuses


def test_it_can_be_seeded_and_survives_a_reset(taught: Wire) -> None:
    """People have it, of old; their messages go to their email, for want of a handle."""
    taught.tenant.reset()
    taught.tenant.users.add("cy@example.com", "pw", authenticators=["telegram"])
    taught.challenge(taught.login("cy@example.com", "pw"))
    assert ["cy@example.com"] == [each.to for each in taught.tenant.inbox.messages(channel="telegram")]


def test_its_type_is_required_like_any(clock: Clock) -> None:
    """By the name it was given."""
    wire = Wire(Tenant(clock=clock, requirements={"enroll": ["messenger"]}))
    wire.tenant.teach("telegram", type="messenger")
    answer = wire.token("password", username=ADA, password="correct-horse")
    assert {"enroll": [{"type": "messenger"}]} == answer.body["mfa_requirements"]
    assert 200 == wire.add(answer.body["mfa_token"], "telegram").status


def test_one_that_is_answered_like_a_push(wide: Wire) -> None:
    """No binding_method, and the answer comes from the tenant's control."""
    wide.tenant.teach("watch", prompt=False, text="Is it you?")
    wide.tenant.users.add("cy@example.com", "pw", authenticators=["watch"])
    mfa_token = wide.login("cy@example.com", "pw")
    challenged = wide.challenge(mfa_token).body
    assert ["challenge_type", "oob_code"] == list(challenged)
    assert "authorization_pending" == wide.oob(mfa_token, challenged["oob_code"]).body["error"]
    wide.tenant.push("cy@example.com").approve()
    assert 200 == wide.oob(mfa_token, challenged["oob_code"]).status


def test_one_with_a_mind_of_its_own(wide: Wire) -> None:
    """Three functions: what the answers have beside the usual, and whether a code is right. Nothing is sent."""

    def associate(authenticator: Any, fields: Any) -> dict[str, str]:
        if "serial" not in fields:
            raise Refused(BAD_PHONE)
        authenticator.secret = fields["serial"]
        return {"hint": f"press {fields['serial'][0]}"}

    def confirm(authenticator: Any, code: str) -> bool:
        return bool(code == authenticator.secret[::-1])

    wide.tenant.teach("key", associate=associate, challenge=lambda _: {"hint": "press"}, confirm=confirm)
    mfa_token = wide.login()
    assert 400 == wide.add(mfa_token, "key").status
    assert ([], []) == (wide.tenant.users[ADA].authenticators, wide.tenant.inbox.messages())
    added = wide.add(mfa_token, "key", serial="123").body
    assert "press 1" == added["hint"]
    wrong, right = (wide.oob(mfa_token, added["oob_code"], binding_code=code) for code in ("123", "321"))
    assert [403, 200] == [wrong.status, right.status]
    challenged = wide.challenge(mfa_token).body
    assert "press" == challenged["hint"]
    answers = [wide.oob(mfa_token, challenged["oob_code"], binding_code="321").status for _ in range(2)]
    assert ([200, 403], []) == (answers, wide.tenant.inbox.messages())


def test_a_refused_association_leaves_what_was_there(wide: Wire) -> None:
    """With an app pending already, only the new one goes."""

    def associate(_: Any, __: Any) -> dict[str, str]:
        raise Refused(BAD_PHONE)

    wide.tenant.teach("key", associate=associate)
    mfa_token = wide.login()
    wide.add_otp(mfa_token)
    wide.add(mfa_token, "key")
    assert ["totp", "recovery-code"] == [each.kind for each in wide.tenant.users[ADA].authenticators]


def test_it_may_be_taught_again_after_a_reset(taught: Wire) -> None:
    """The last lesson counts, once; a list of two numbers will do."""
    taught.tenant.reset()
    sends: Any = [1, 60]
    taught.tenant.teach("telegram", address="handle", sends=sends, text="{code}!")
    mfa_token = taught.login()
    assert [200, 400] == [taught.add(mfa_token, "telegram", handle="@ada_l").status for _ in range(2)]
    assert ["!"] == [each.text[6:] for each in taught.tenant.inbox.messages()]
    with pytest.raises(ValueError, match="already"):
        taught.tenant.teach("telegram")


@pytest.mark.parametrize("channel", ["Pigeon", "1st", "pi geon", "<b>", "a|b", ""])
def test_odd_names_are_refused(wide: Wire, channel: str) -> None:
    """A name becomes part of ids and paths."""
    with pytest.raises(ValueError, match="small letters"):
        wide.tenant.teach(channel)


@pytest.mark.parametrize("channel", ["sms", "auth0", "otp", "telegram", "totp", "recovery-code", "push"])
def test_nothing_is_taught_twice(taught: Wire, channel: str) -> None:
    """Nor what the tenant knows of old."""
    with pytest.raises(ValueError, match="already"):
        taught.tenant.teach(channel)


def test_neighbours_learn_nothing(taught: Wire) -> None:
    """Each tenant knows its own."""
    other = Wire(Tenant())
    assert "does not know telegram" in other.add(other.login(), "telegram").body["error_description"]
