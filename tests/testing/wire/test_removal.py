"""Removing authenticators: by whom, which, and what goes with them."""

import json

import pytest

from mfa_flow.testing import Clock
from mfa_flow.wire.call import Call
from testing.conftest import PHONE, Wire, has

CY = "cy@example.com"
BAD_BEARER = (
    '{"error":"invalid_grant","error_description":"The mfa_token provided is invalid. Try getting a new token."}'
)


def test_204_and_nothing_else(wide: Wire) -> None:
    """An empty body of no type."""
    user = has(wide, "otp")
    reply = wide.delete(wide.access_token(CY, "pw"), user.of_kind("totp")[0].id)
    assert (204, b"", False) == (reply.status, reply.body, "content-type" in reply.headers)
    assert ["recovery-code"] == [each.kind for each in user.authenticators]


@pytest.mark.parametrize(("factor", "kind"), [("sms", "voice"), ("voice", "sms"), ("push", "totp"), ("push", "push")])
def test_twins_go_together(wide: Wire, factor: str, kind: str) -> None:
    """A phone with its other channel, a push with its app, whichever is named; a second pair stays."""
    user = has(wide, "otp", factor, factor)
    bearer = wide.access_token(CY, "pw")
    before = len(user.authenticators)
    twin = next(each for each in user.of_kind(kind) if each.twins)
    assert 204 == wide.delete(bearer, twin.id).status
    assert (before - 2, []) == (len(user.authenticators), [each for each in user.authenticators if each in twin.twins])


@pytest.mark.parametrize("name", ["sms|dev_{}", "sms%7Cdev_{}", "sms%7cdev_{}"])
def test_ids_in_every_spelling(wide: Wire, name: str) -> None:
    """A bare pipe and an encoded one."""
    user = has(wide, "otp", "sms")
    headers = {"Authorization": f"Bearer {wide.access_token(CY, 'pw')}"}
    device = user.of_kind("sms")[0].id.partition("dev_")[2]
    assert 204 == wide.tenant.answer(Call("DELETE", f"/mfa/authenticators/{name.format(device)}", headers)).status


def test_l1_an_mfa_token_removes_nothing(wide: Wire) -> None:
    """However good it is for the list."""
    user = has(wide, "otp")
    reply = wide.delete(wide.login(CY, "pw"), user.of_kind("totp")[0].id)
    assert (401, BAD_BEARER.encode()) == (reply.status, reply.body)
    assert 2 == len(user.authenticators)


@pytest.mark.parametrize("bearer", ["x", "eyJ.e30.x"])
def test_l1_other_bearers(wide: Wire, bearer: str) -> None:
    """Nor does anything else."""
    assert BAD_BEARER.encode() == wide.delete(bearer, "totp|dev_0000000000000000").body


def test_l1_an_access_token_for_elsewhere(wide: Wire) -> None:
    """Not the MFA API's."""
    has(wide, mfa=False)
    for audience in ({}, {"audience": "https://api.example/"}):
        token = wide.token("password", username=CY, password="pw", **audience).body["access_token"]
        assert BAD_BEARER.encode() == wide.delete(token, "x").body


def test_l3_unknown_and_other_peoples(wide: Wire) -> None:
    """404, the second time as well."""
    user, other = has(wide, "otp", "otp"), has(wide, "otp", email="di@example.com")
    bearer = wide.access_token(CY, "pw")
    mine, theirs = user.of_kind("totp")[1].id, other.of_kind("totp")[0].id
    replies = [wide.delete(bearer, each) for each in (mine, mine, theirs, "totp|dev_0000000000000000")]
    assert [204, 404, 404, 404] == [each.status for each in replies]
    assert {"error": "not_found", "error_description": "Authenticator not found."} == json.loads(replies[1].body)
    assert 2 == len(other.authenticators)


@pytest.mark.parametrize("kind", ["recovery-code", "email"])
def test_l4_what_cannot_be_removed(wide: Wire, kind: str) -> None:
    """A recovery code, and an email that is listed because it is verified."""
    user = has(wide, "otp", verified=True)
    reply = wide.delete(wide.access_token(CY, "pw"), user.of_kind(kind)[0].id)
    assert (400, "invalid_request") == (reply.status, json.loads(reply.body)["error"])
    assert 3 == len(user.authenticators)


def test_an_associated_email_can_be_removed(wide: Wire) -> None:
    """It is a factor like any; the automatic one beside it stays."""
    user = has(wide, "otp", "email", verified=True)
    explicit = next(each for each in user.of_kind("email") if not user.is_automatic(each))
    assert 204 == wide.delete(wide.access_token(CY, "pw"), explicit.id).status
    assert 1 == len(user.of_kind("email"))


def test_l5_without_the_scope(wide: Wire) -> None:
    """403, and nothing is removed."""
    user = has(wide, "otp")
    reply = wide.delete(wide.access_token(CY, "pw", scope="enroll read:authenticators"), user.of_kind("totp")[0].id)
    assert (403, "insufficient_scope") == (reply.status, json.loads(reply.body)["error"])
    assert 2 == len(user.authenticators)


def test_l6_without_a_bearer(wide: Wire) -> None:
    """401."""
    assert 401 == wide.send("DELETE", "/mfa/authenticators/x").status


def test_what_is_removed_proves_nothing_any_more(wide: Wire) -> None:
    """A code on its way to a phone that was removed is of no use, and the phone cannot be challenged."""
    user = has(wide, "otp", "sms")
    mfa_token, bearer = wide.login(CY, "pw"), wide.access_token(CY, "pw")
    oob_code = wide.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    phone = user.of_kind("sms")[0].id
    wide.delete(bearer, phone)
    answer = wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(PHONE))
    assert "Malformed oob_code" == answer.body["error_description"]
    assert "invalid_authenticator" == wide.challenge(mfa_token, authenticator_id=phone).body["error"]


def test_after_the_last_one_a_first_may_come_again(wide: Wire) -> None:
    """Nobody is enrolled any more, and there is no second recovery code."""
    user = has(wide, "otp")
    wide.delete(wide.access_token(CY, "pw"), user.of_kind("totp")[0].id)
    added = wide.add_otp(wide.login(CY, "pw"))
    assert (200, False) == (added.status, "recovery_codes" in added.body)


@pytest.mark.parametrize(("method", "path"), [("GET", "/mfa/authenticators/x"), ("DELETE", "/mfa/authenticators")])
def test_one_is_only_deleted_and_all_are_only_listed(wide: Wire, method: str, path: str) -> None:
    """405."""
    assert 405 == wide.send(method, path).status


@pytest.mark.parametrize("path", ["/mfa/authenticators/", "/mfa/authenticators/a/b"])
def test_no_id_is_no_path(wide: Wire, path: str) -> None:
    """404."""
    assert 404 == wide.send("DELETE", path).status


@pytest.mark.parametrize(("seconds", "status"), [(599, 204), (600, 401)])
def test_an_mfa_access_token_lasts_600_seconds(wide: Wire, clock: Clock, seconds: float, status: int) -> None:
    """Of the tenant's time, whatever the signed times say."""
    user = has(wide, "otp")
    bearer = wide.access_token(CY, "pw")
    clock.advance(seconds)
    assert status == wide.delete(bearer, user.of_kind("totp")[0].id).status
