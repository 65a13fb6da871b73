"""The scenarios of 8.1, one test a line, over a real socket and in virtual time.

The requests are written by hand, byte for byte as the canonical ones of 1.9; no client library takes part.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import pytest

from mfa_flow.testing import Clock, Tenant, serve
from mfa_flow.testing.knobs import KnobSettings

GRANT = "http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2F"
CLIENT = "&client_id=demo-client&client_secret=demo-secret"
CLIENT_JSON = '"client_id":"demo-client","client_secret":"demo-secret"'
ADA, BOB, PHONE = "ada@example.com", "bob@example.com", "+15551230000"
TOO_MANY = "Too many failed codes. Wait for some minutes before retrying."
TOO_MANY_SMS = "Too many SMS sent by the user. Wait for some minutes before retrying."
ENROLLED = {"error": "access_denied", "error_description": "User is already enrolled."}
BAD_BEARER = {
    "error": "invalid_grant",
    "error_description": "The mfa_token provided is invalid. Try getting a new token.",
}


class Answer(NamedTuple):
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """As values."""
        return json.loads(self.raw)

    @property
    def said(self) -> tuple[int, str, str]:
        """Of a refusal: its status, code and text."""
        return self.status, self.body["error"], self.body["error_description"]


class Socket:
    """Writes HTTP by hand, one connection for each request."""

    def __init__(self, tenant: Tenant, url: str) -> None:
        self.tenant = tenant
        self.url = url
        self.host = url.removeprefix("http://")

    async def send(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """One exchange."""
        host, _, port = self.host.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Connection: close"]
        lines += [f"Content-Length: {len(body.encode())}"] if body else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", body]).encode())
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        first, *others = head.decode().split("\r\n")
        named = dict(each.split(": ", 1) for each in others)
        return Answer(int(first.split()[1]), {name.lower(): value for name, value in named.items()}, rest)

    async def token(self, form: str, client: str = CLIENT) -> Answer:
        """The token endpoint."""
        kind = "application/x-www-form-urlencoded"
        return await self.send("POST", "/oauth/token", form + client, content_type=kind)

    async def login(self, email: str = ADA, password: str = "correct-horse", more: str = "") -> str:
        """A password, and the mfa_token it gives."""
        answer = await self.password(email, password, more)
        assert (403, "mfa_required", "Multifactor authentication required") == answer.said
        return str(answer.body["mfa_token"])

    async def password(self, email: str = ADA, password: str = "correct-horse", more: str = "") -> Answer:
        """A password."""
        return await self.token(f"grant_type=password&username={quote_plus(email)}&password={password}{more}")

    async def otp(self, mfa_token: str, code: str, client: str = CLIENT) -> Answer:
        """Prove an app. The token is sent with its stars as they are."""
        return await self.token(f"grant_type={GRANT}mfa-otp&mfa_token={mfa_token}&otp={code}", client)

    async def oob(self, mfa_token: str, oob_code: str, code: str | None = None) -> Answer:
        """Prove a phone, or poll."""
        more = "" if code is None else f"&binding_code={code}"
        return await self.token(f"grant_type={GRANT}mfa-oob&mfa_token={mfa_token}&oob_code={oob_code}{more}")

    async def recover(self, mfa_token: str, code: str) -> Answer:
        """Prove a recovery code."""
        return await self.token(f"grant_type={GRANT}mfa-recovery-code&mfa_token={mfa_token}&recovery_code={code}")

    async def associate(self, bearer: str, fields: str) -> Answer:
        """Add an authenticator."""
        headers = {"authorization": f"Bearer {bearer}", "content_type": "application/json"}
        return await self.send("POST", "/mfa/associate", fields, **headers)

    async def add_otp(self, bearer: str) -> Answer:
        """An app."""
        return await self.associate(bearer, '{"authenticator_types":["otp"]}')

    async def add_sms(self, bearer: str, phone: str = PHONE) -> Answer:
        """A phone."""
        fields = f'{{"authenticator_types":["oob"],"oob_channels":["sms"],"phone_number":"{phone}"}}'
        return await self.associate(bearer, fields)

    async def challenge(
        self, mfa_token: str, more: str = '"challenge_type":"oob"', client: str = CLIENT_JSON
    ) -> Answer:
        """Challenge an authenticator."""
        body = f'{{{client},{more},"mfa_token":"{mfa_token}"}}'
        return await self.send("POST", "/mfa/challenge", body, content_type="application/json")

    async def list(self, bearer: str) -> Any:
        """The authenticators."""
        answer = await self.send(
            "GET", "/mfa/authenticators", authorization=f"Bearer {bearer}", content_type="application/json"
        )
        assert (200, "application/json; charset=utf-8") == (answer.status, answer.headers["content-type"])
        return answer.body

    async def delete(self, bearer: str, path_id: str) -> Answer:
        """Remove an authenticator; its id is written as it is to be sent."""
        return await self.send("DELETE", f"/mfa/authenticators/{path_id}", authorization=f"Bearer {bearer}")

    async def access_token(self, email: str) -> str:
        """An MFA access token of somebody with an app."""
        mfa_token = await self.login(email, "pw", f"&audience={quote_plus(self.url + '/mfa/')}")
        answer = await self.otp(mfa_token, self.tenant.otp(email))
        assert 600 == answer.body["expires_in"]
        return str(answer.body["access_token"])


async def served(clock: Clock, **knobs: Any) -> AsyncIterator[Socket]:
    """A tenant behind a socket. Bob has a phone and an app."""
    settings: KnobSettings = {**knobs}  # type: ignore[typeddict-item]
    tenant = Tenant(clock=clock, seed=7, **settings)
    tenant.users.add(BOB, "pw", phone=PHONE, authenticators=("otp", "sms"))
    async with serve(tenant) as server:
        yield Socket(tenant, server.url)


@pytest.fixture
async def http(clock: Clock) -> AsyncIterator[Socket]:
    """A tenant with every factor."""
    async for socket in served(clock):
        yield socket


async def test_password_mfa_required_nothing_associate_otp_confirm_list_active(http: Socket) -> None:
    """T1, G1, 5.2: from a password to tokens, and an app that is active."""
    mfa_token = await http.login()
    assert [] == await http.list(mfa_token)
    added = await http.add_otp(mfa_token)
    assert (200, "otp") == (added.status, added.body["authenticator_type"])
    assert 1 == len(added.body["recovery_codes"])
    done = await http.otp(mfa_token, http.tenant.otp(ADA))
    assert (200, "Bearer", "application/json") == (
        done.status, done.body["token_type"], done.headers["content-type"]
    )  # fmt: skip
    listed = await http.list(mfa_token)
    assert [("otp", True), ("recovery-code", True)] == [(each["authenticator_type"], each["active"]) for each in listed]


async def test_recovery_codes_off_and_a_second_associate_without_codes(clock: Clock, http: Socket) -> None:
    """2.3: none at all on a tenant without; on one with, only the first has them."""
    mfa_token = await http.login()
    assert [True, False] == ["recovery_codes" in (await http.add_otp(mfa_token)).body for _ in range(2)]
    async for off in served(clock, recovery_codes_enabled=False):
        mfa_token = await off.login()
        assert "recovery_codes" not in (await off.add_otp(mfa_token)).body
        assert 200 == (await off.otp(mfa_token, off.tenant.otp(ADA))).status
        assert [("otp", True)] == [(each["authenticator_type"], each["active"]) for each in await off.list(mfa_token)]


async def test_sms_twin_appears_and_disappears_together(http: Socket) -> None:
    """5.7: two entries with one device, and one DELETE for both."""
    bearer = await http.access_token(BOB)
    oob_code = (await http.add_sms(bearer, "+15559990000")).body["oob_code"]
    assert 200 == (await http.oob(bearer, oob_code, http.tenant.inbox.code("+15559990000"))).status
    sms, voice = [each["id"] for each in await http.list(bearer)][-2:]
    assert (f"voice|{sms.partition('|')[2]}", "sms") == (voice, sms.partition("|")[0])
    assert 204 == (await http.delete(bearer, voice.replace("|", "%7C"))).status
    assert not {sms, voice} & {each["id"] for each in await http.list(bearer)}


async def test_push_approve_deny_too_fast_expiry(http: Socket, clock: Clock) -> None:
    """M4 to M8, 5.5: pending, tokens; pending, no; the thirteenth poll at once; second 300."""
    http.tenant.users.add("cy@example.com", "pw", authenticators=["push"])
    pending = "Authorization pending: please repeat the request in a few seconds."

    async def asked() -> tuple[str, str]:
        mfa_token = await http.login("cy@example.com", "pw")
        answer = await http.challenge(mfa_token)
        assert ["challenge_type", "oob_code"] == list(answer.body)
        return mfa_token, answer.body["oob_code"]

    question = await asked()
    for _ in range(3):
        assert (400, "authorization_pending", pending) == (await http.oob(*question)).said
        clock.advance(5)
    http.tenant.push("cy@example.com").approve()
    assert 200 == (await http.oob(*question)).status
    question = await asked()
    assert (400, "authorization_pending", pending) == (await http.oob(*question)).said
    http.tenant.push("cy@example.com").deny()
    assert (400, "access_denied", "MFA Authorization rejected.") == (await http.oob(*question)).said
    question = await asked()
    answers = [await http.oob(*question) for _ in range(13)]
    assert ([400] * 12 + [429], "slow_down") == ([each.status for each in answers], answers[-1].body["error"])
    assert "5" == answers[-1].headers["retry-after"]
    clock.advance(299)
    assert (400, "authorization_pending", pending) == (await http.oob(*question)).said
    clock.advance(1)
    assert (401, "expired_token", "oob_code is expired") == (await http.oob(*question)).said


async def test_wrong_code_ten_times_lockout_six_minutes_one_more_attempt(http: Socket, clock: Clock) -> None:
    """M1, M16, 4."""
    mfa_token = await http.login(BOB, "pw")
    said = [(await http.otp(mfa_token, "abcdef")).said for _ in range(11)]
    assert [(403, "invalid_grant", "Invalid otp_code.")] * 10 + [(400, "invalid_request", TOO_MANY)] == said
    clock.advance(359)
    assert (400, "invalid_request", TOO_MANY) == (await http.otp(mfa_token, http.tenant.otp(BOB))).said
    clock.advance(1)
    assert (403, "invalid_grant", "Invalid otp_code.") == (await http.otp(mfa_token, "abcdef")).said
    assert (400, "invalid_request", TOO_MANY) == (await http.otp(mfa_token, http.tenant.otp(BOB))).said


async def test_eleventh_sms(http: Socket, clock: Clock) -> None:
    """A8, C11: in the same words at both steps, and one more after an hour."""
    mfa_token = await http.login()
    answers = [await http.add_sms(mfa_token) for _ in range(11)]
    assert [200] * 10 + [400] == [each.status for each in answers]
    assert (400, "invalid_request", TOO_MANY_SMS) == answers[-1].said
    mfa_token = await http.login(BOB, "pw")
    answers = [await http.challenge(mfa_token) for _ in range(11)]
    assert [200] * 10 + [400] == [each.status for each in answers]
    assert (400, "invalid_request", TOO_MANY_SMS) == answers[-1].said
    clock.advance(3600)
    mfa_token = await http.login(BOB, "pw")
    assert [200, 400] == [(await http.challenge(mfa_token)).status for _ in range(2)]


async def test_recovery_used_code_dies_new_one_works(http: Socket) -> None:
    """2.6: replaced at once."""
    used = http.tenant.users[BOB].recovery_code or ""
    mfa_token = await http.login(BOB, "pw")
    done = await http.recover(mfa_token, used)
    assert ["access_token", "expires_in", "recovery_code", "token_type"] == list(done.body)
    assert (403, "invalid_grant", "MFA Authorization rejected.") == (await http.recover(mfa_token, used)).said
    assert 200 == (await http.recover(await http.login(BOB, "pw"), done.body["recovery_code"])).status


async def test_associate_with_an_active_factor(http: Socket) -> None:
    """A1."""
    answer = await http.add_otp(await http.login(BOB, "pw"))
    assert (403, ENROLLED) == (answer.status, answer.body)


@pytest.mark.parametrize("pipe", ["%7C", "%7c", "|"])
async def test_delete(http: Socket, pipe: str) -> None:
    """L1, 1.5: refused to an mfa_token, done for an access token; a bare 204."""
    phone = http.tenant.users[BOB].of_kind("sms")[0].id.replace("|", pipe)
    refused = await http.delete(await http.login(BOB, "pw"), phone)
    assert (401, BAD_BEARER) == (refused.status, refused.body)
    gone = await http.delete(await http.access_token(BOB), phone)
    assert (204, b"", False) == (gone.status, gone.raw, "content-type" in gone.headers)
    assert [] == http.tenant.users[BOB].of_kind("sms", "voice")


async def test_jwt_access_token_at_challenge(http: Socket) -> None:
    """C1."""
    answer = await http.challenge(await http.access_token(BOB))
    assert (403, "invalid_grant", "Malformed mfa_token") == answer.said


async def test_mfa_token_of_another_client(http: Socket) -> None:
    """M12, C12."""
    mfa_token = await http.login(BOB, "pw")
    expected = (400, "invalid_request", "mfa_token not issued to this client")
    assert expected == (await http.otp(mfa_token, http.tenant.otp(BOB), "&client_id=demo-public")).said
    assert expected == (await http.challenge(mfa_token, client='"client_id":"demo-public"')).said


@pytest.mark.parametrize(
    ("requirements", "wanted"),
    [
        (None, None),
        ({"challenge": ["otp", "phone", "email"]}, {"challenge": [{"type": "otp"}, {"type": "phone"}]}),
        ({"enroll": ["otp", "push-notification"]}, {"enroll": [{"type": "push-notification"}]}),
        ({"challenge": ["webauthn-roaming"]}, {"challenge": [{"type": "webauthn-roaming"}]}),
        (
            {"challenge": ["phone"], "enroll": ["email"]},
            {"challenge": [{"type": "phone"}], "enroll": [{"type": "email"}]},
        ),
    ],
    ids=["none", "challenge", "enroll", "unknown types", "both"],
)
async def test_requirements(clock: Clock, requirements: dict[str, list[str]] | None, wanted: object) -> None:
    """5.4: what is said, and that the list has types exactly then."""
    async for http in served(clock, requirements=requirements):
        answer = await http.password(BOB, "pw")
        assert (403, wanted) == (answer.status, answer.body.get("mfa_requirements"))
        listed = await http.list(answer.body["mfa_token"])
        assert {requirements is not None} == {"type" in each for each in listed}
        refused = await http.challenge(answer.body["mfa_token"], '"challenge_type":"otp"')
        otp_fits = requirements is None or "otp" in requirements.get("challenge", [])
        assert (200 if otp_fits else 401) == refused.status


async def test_chained_mfa(http: Socket) -> None:
    """M17: another 403 with another mfa_token, and tokens after both factors."""
    http.tenant.users[BOB].factors = 2
    first = await http.login(BOB, "pw")
    more = await http.otp(first, http.tenant.otp(BOB))
    assert (403, "mfa_required", "Multifactor authentication required") == more.said
    second = more.body["mfa_token"]
    assert first != second
    oob_code = (await http.challenge(second)).body["oob_code"]
    assert 200 == (await http.oob(second, oob_code, http.tenant.inbox.code(PHONE))).status


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (502, "<html>Bad Gateway</html>", b"<html>Bad Gateway</html>"),
        (200, "", b""),
        (400, ["x"], b'["x"]'),
        (403, {"error": "invalid_grant"}, b'{"error":"invalid_grant"}'),
    ],
    ids=["HTML 502", "empty 200", "array error body", "missing description"],
)
async def test_strange_answers(http: Socket, status: int, body: Any, expected: bytes) -> None:
    """3.1: as a fault wants them, once, and nothing has happened."""
    mfa_token, code = await http.login(BOB, "pw"), http.tenant.otp(BOB)
    http.tenant.faults.add(path="/oauth/token", status=status, body=body)
    strange = await http.otp(mfa_token, code)
    assert (status, expected) == (strange.status, strange.raw)
    assert 200 == (await http.otp(mfa_token, code)).status


async def test_tokens_of_2_kb_with_stars_and_plus_in_phone_and_username(http: Socket) -> None:
    """1.1, 2.8: stars raw and as %2A; a plus in a form is %2B, and a raw one is a blank."""
    http.tenant.users.add("ada+1@example.com", "pw")
    raw = await http.token("grant_type=password&username=ada+1%40example.com&password=pw")
    assert (403, "invalid_grant", "Wrong email or password.") == raw.said
    mfa_token = await http.login("ada+1@example.com", "pw")
    assert (1986, 7) == (len(mfa_token), mfa_token.count("*"))
    added = await http.add_sms(mfa_token)
    assert (200, 620) == (added.status, len(added.body["oob_code"]))
    assert [PHONE] == [each.to for each in http.tenant.inbox.messages()]
    encoded = [each.replace("*", "%2A") for each in (mfa_token, added.body["oob_code"])]
    assert 200 == (await http.oob(*encoded, http.tenant.inbox.code(PHONE))).status
