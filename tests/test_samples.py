"""Every answer that Auth0's own SDKs recorded or mock, played to the client over HTTP at the step it belongs to."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from mfa_flow import App, AskCode, AskPassword, Choose, Done, MfaClient, MfaFlowError, Pause, Scan, Stopped, Wait
from mfa_flow.kit import ANSWERS
from mfa_flow.testing import Clock

SAMPLES = json.loads((Path(__file__).parent / "samples" / "responses.json").read_text())["responses"]
PROMPTS = AskCode | AskPassword | Choose | Done | Pause | Scan | Stopped | Wait
FIRST, ACCESS, PHONE = "Fe26.2*first", "an-access-token", "+15551230042"
TOKENS = ("access_token", "id_token", "refresh_token", "scope", "expires_in")
LISTED = [
    {"id": "sms|dev_1", "authenticator_type": "oob", "active": True, "oob_channel": "sms", "name": "XXXXXXXX0042"},
    {"id": "email|dev_2", "authenticator_type": "oob", "active": True, "oob_channel": "email"},
    {"id": "push|dev_3", "authenticator_type": "oob", "active": True, "oob_channel": "auth0"},
    {"id": "totp|dev_4", "authenticator_type": "otp", "active": True},
    {"id": "recovery-code|dev_5", "authenticator_type": "recovery-code", "active": True},
]
DETAILS = {"sms": {"phone_number": PHONE}, "voice": {"phone_number": PHONE}, "email": {"email": "ada@example.com"}}


class Hurried(Clock):
    """Whoever sleeps moves it on."""

    async def sleep(self, seconds):
        """Not really."""
        await asyncio.sleep(0)
        self.advance(seconds)


class Player:
    """Answers as usual, until a sample is put on: then with that, at its endpoint."""

    def __init__(self, sample):
        self.sample, self.on, self.played, self.asked = sample, False, 0, []
        self.method, self.path = sample["endpoint"].replace("/{id}", "/").split()
        self.listed = LISTED

    async def answer(self, request):
        """The sample, or the usual."""
        body = await request.text()
        self.asked.append((request.method, request.path, body, request.headers.get("Authorization")))
        here = request.path.startswith(self.path) and (self.path.endswith("/") or request.path == self.path)
        if self.on and request.method == self.method and here:
            self.played += 1
            return self._sampled()
        match request.path:
            case "/oauth/token":
                return web.json_response({"error": "mfa_required", "mfa_token": FIRST}, status=403)
            case "/mfa/authenticators":
                return web.json_response(self.listed)
        return web.json_response({"challenge_type": "oob", "oob_code": "usual", "binding_method": "prompt"})

    def _sampled(self):
        body, status = self.sample["body"], self.sample["status"]
        if body is None:
            return web.Response(status=status)
        kind = self.sample.get("content_type", "application/json")
        raw = body if isinstance(body, str) else json.dumps(body)
        return web.Response(status=status, body=raw.encode(), headers={"Content-Type": kind})


@asynccontextmanager
async def playing(sample):
    """A player that listens, and a flow of a client of it."""
    player = Player(sample)
    server = web.Application()
    server.router.add_route("*", "/{path:.*}", player.answer)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        async with MfaClient(App(f"http://{host}:{port}", "the-client"), clock=Hurried()) as mfa:
            yield player, mfa.flow("f")
    finally:
        await runner.cleanup()


def body_of(sample):
    return sample["body"] if isinstance(sample["body"], dict) else {}


def enrolled_factor(sample):
    """The factor that was enrolled, as far as the sample says."""
    body, asked = body_of(sample), json.dumps(sample.get("request", ""))
    channel = body.get("oob_channel")
    if channel:
        return {"auth0": "push"}.get(channel, channel)
    told = json.dumps(body).lower()
    if "phone" in told or "sms" in asked:
        return "sms"
    return "email" if "email" in told and "oob" in told else "otp"


def challenged_factor(sample):
    """The factor that was challenged: without a binding_method a push, and where nobody says, a message."""
    asked = json.dumps(sample.get("request", ""))
    if "push|" in asked:
        return "push"
    return "email" if "email|" in asked else "sms"


def proved_factor(sample):
    """The factor whose proof was exchanged."""
    grant, told = sample["grant"], json.dumps(body_of(sample))
    if grant == "mfa-oob":
        return "push" if "authorization_pending" in told or "rejected" in told else "sms"
    return {"mfa-otp": "otp", "mfa-recovery-code": "recovery"}[grant]


async def challenge(flow, factor):
    choose = await flow.login("ada@example.com", "pw")
    return await flow.challenge(next(one for one in choose.challenge if one.factor == factor))


async def take(player, flow):
    """Walk to the step of the sample, put it on, take the step."""
    sample = player.sample
    match player.method, player.path, sample.get("grant"):
        case "POST", "/oauth/token", "password" | None:
            player.on = True
            return await flow.login("ada@example.com", "pw")
        case "POST", "/oauth/token", "refresh_token":
            player.on = True
            return await flow.refresh("a-refresh-token")
        case "POST", "/oauth/token", "passwordless/otp":
            # Another library's grant: what it met is begun with.
            player.played += 1
            return await flow.begin(sample["body"]["mfa_token"], sample["body"].get("mfa_requirements"))
        case "POST", "/oauth/token", _:
            factor = proved_factor(sample)
            await challenge(flow, factor)
            player.on = True
            answer = {"push": None, "recovery": "A" * 24}.get(factor, "123456")
            return await flow.confirm(answer)
        case "POST", "/mfa/associate", _:
            player.listed = []
            await flow.login("ada@example.com", "pw")
            player.on = True
            factor = enrolled_factor(sample)
            return await flow.enroll(factor, **DETAILS.get(factor, {}))
        case "POST", "/mfa/challenge", _:
            choose = await flow.login("ada@example.com", "pw")
            player.on = True
            factor = challenged_factor(sample)
            return await flow.challenge(next(one for one in choose.challenge if one.factor == factor))
        case "GET", _, _:
            player.on = True
            return await flow.manage(ACCESS)
        case "DELETE", _, _:
            await flow.manage(ACCESS)
            player.on = True
            return await flow.remove("sms|dev_1")
    raise AssertionError(sample)


async def result_of(player, flow):
    """The prompt, or the one kind of error there is."""
    try:
        return await take(player, flow)
    except MfaFlowError as error:
        return error


async def is_tokens(player, flow, result):
    body = player.sample["body"]
    assert isinstance(result, Done)
    assert [body.get(name) for name in TOKENS] == [getattr(result.tokens, name) for name in TOKENS]
    assert (body.get("recovery_code"), body.get("token_type", "Bearer")) == (
        result.recovery_code,
        result.tokens.token_type,
    )


async def is_mfa_required(player, flow, result):
    """The list is read with the new token; without one there is nothing to go on with."""
    body = player.sample["body"]
    if "mfa_token" not in body:
        assert isinstance(result, MfaFlowError)
        return
    assert isinstance(result, Choose)
    assert f"Bearer {body['mfa_token']}" == player.asked[-1][3]
    wanted = [one["type"] for one in body.get("mfa_requirements", {}).get("challenge", [])]
    assert result.challenge
    assert not wanted or set(wanted) == {one.factor for one in result.challenge}
    chosen = result.challenge[-1]
    await flow.challenge(chosen)
    await flow.confirm("A" * 24 if chosen.factor == "recovery" else "123456")
    assert [body["mfa_token"]] == parse_qs(last_exchange(player))["mfa_token"]


def last_exchange(player):
    return [body for _, path, body, _ in player.asked if path == "/oauth/token"][-1]


async def is_authenticators(player, flow, result):
    entries, values = player.sample["body"], player.sample.get("values", {})
    assert isinstance(result, Choose)
    assert [one["id"] for one in entries] == [one.id for one in result.authenticators]
    assert [bool(one.get("active")) for one in entries] == [one.active for one in result.authenticators]
    assert values.get("ids", [one["id"] for one in entries]) == [one.id for one in result.authenticators]
    assert values.get("count", len(entries)) == len(result.authenticators)
    assert all(one.factor for one in result.authenticators)


async def is_enrollment(player, flow, result):
    """The question, all recovery codes on it; and the proof goes with the sample's oob_code."""
    body = player.sample["body"]
    assert isinstance(result, AskCode | Scan | Wait)
    assert tuple(body.get("recovery_codes") or ()) == result.recovery_codes == (await flow.look()).recovery_codes
    if isinstance(result, Scan):
        assert (body["barcode_uri"], body.get("secret")) == (result.barcode_uri, result.secret)
    await proves_with(player, flow, result)


async def is_challenge(player, flow, result):
    """The question; a reply that speaks of an app, to a message that was asked for, is none."""
    if player.sample["body"]["challenge_type"] == "otp":
        assert isinstance(result, MfaFlowError)
        return
    assert isinstance(result, AskCode | Wait)
    await proves_with(player, flow, result)


async def proves_with(player, flow, question):
    await flow.confirm("123456" if getattr(question, "length", None) else None)
    assert [player.sample["body"].get("oob_code")] == parse_qs(last_exchange(player)).get("oob_code", [None])


async def is_deleted(player, flow, result):
    assert isinstance(result, Choose)
    assert result.error is None


async def is_error(player, flow, result):
    """A move, a prompt with a reason, or an error; the flow can be asked about either way."""
    if isinstance(result, MfaFlowError):
        assert result.verb
        assert isinstance(await flow.look(), PROMPTS)
        return
    assert isinstance(result, PROMPTS)
    assert not isinstance(result, Done)
    if player.method == "DELETE" and player.sample["status"] == 404:
        return  # what is not there is removed
    assert isinstance(result, Stopped | Pause) or result.error is not None


async def is_unusable(player, flow, result):
    """What other SDKs refuse may be of use to us; what is not is an error, and no recovery code was lost in it."""
    assert isinstance(result, MfaFlowError | PROMPTS)
    if isinstance(result, MfaFlowError):
        assert not body_of(player.sample).get("recovery_codes")
        assert not body_of(player.sample).get("recovery_code")


CHECKS = {
    "tokens": is_tokens,
    "mfa_required": is_mfa_required,
    "authenticators": is_authenticators,
    "enrollment": is_enrollment,
    "challenge": is_challenge,
    "deleted": is_deleted,
    "error": is_error,
    "unusable": is_unusable,
}


@pytest.fixture(scope="module")
def played():
    """Which samples were played; their number is printed at the end."""
    found = set()
    yield found
    print(f"\n{len(found)} of the {len(SAMPLES)} samples were played")  # noqa: T201 - it is asked for


@pytest.mark.parametrize("number", range(len(SAMPLES)))
async def test_a_sample(number, played):
    """Each is the right kind of result by its outcome: never a bare exception, never a lost recovery code."""
    async with playing(SAMPLES[number]) as (player, flow):
        result = await result_of(player, flow)
        assert player.played
        await CHECKS[SAMPLES[number]["outcome"]](player, flow, result)
    played.add(number)


# The answers of the test kit that somebody's SDK has seen, too; of the others the contract has other sources.
SEEN = ("T1", "T2", "M1", "M2", "M3", "M4", "M5", "M7", "M9", "M10", "M14", "M15", "A1", "A2", "C2", "C4", "L1")


def test_the_kit_s_answers_were_seen():
    """What the test kit gives by name is, to the letter, what SDKs were given; each says so that can."""
    said = {(body_of(each).get("error"), body_of(each).get("error_description")) for each in SAMPLES}
    errors = {each.row: each.payload for each in ANSWERS.values() if each.error}
    assert set(SEEN) == {row for row, told in errors.items() if (told["error"], told["error_description"]) in said}


def test_all_kinds_are_there():
    """The collection is whole, and each of its outcomes has a check."""
    assert 178 == len(SAMPLES)
    assert set(CHECKS) == {sample["outcome"] for sample in SAMPLES}
