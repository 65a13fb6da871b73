"""Replies as Auth0 writes them, and flows at rest in each state: what the tests of the pure parts share."""

import json
from base64 import urlsafe_b64encode
from typing import Any

from attrs import evolve

from mfa_flow.engine import Engine, Settled
from mfa_flow.factors import steps
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.email import Email
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.push import Push
from mfa_flow.factors.recovery import Recovery
from mfa_flow.factors.registry import by_name
from mfa_flow.factors.sms import Sms
from mfa_flow.factors.voice import Voice
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import Wait
from mfa_flow.wire.call import Reply
from mfa_flow.wire.values import App

NOW = 1_726_830_000.0
PHONE = "+15551230000"
SEAL = "Fe26.2*SERVER_1*mfa-_token*A~b.c"
NEXT_SEAL = "Fe26.2*SERVER_1*next-token*Z"
OOB_CODE = "Fe26.2*SERVER_1*oob-_code*B"
RECOVERY = "MZCRK3YX5V3AKNNYY6JEBQCL"
OTP_SECRET = "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"
BARCODE = (
    "otpauth://totp/My%20Test%20Tenant:user%40example.com"
    f"?secret={OTP_SECRET}&issuer=My%20Test%20Tenant&algorithm=SHA1&digits=6&period=30"
)
OTP_ENTRY = {"id": "totp|dev_WzMZ2sZbUw1wbC2F", "authenticator_type": "otp", "active": True}
SMS_ENTRY = {
    "id": "sms|dev_klnv5yshzzoosSUm",
    "authenticator_type": "oob",
    "active": True,
    "oob_channel": "sms",
    "name": "XXXXXXXX0000",
}
PUSH_ENTRY = {"id": "push|dev_BBTKYpxKHOXVBnql", "authenticator_type": "oob", "active": True, "oob_channel": "auth0"}
RECOVERY_ENTRY = {"id": "recovery-code|dev_i1kgKoFSZLbPt6G1", "authenticator_type": "recovery-code", "active": True}
PUSH_BARCODE = (
    "otpauth://totp/My%20Test%20Tenant:user%40example.com"
    "?enrollment_tx_id=t5FmaYNt8APzKlh3WCRNLi2dG3uZYnAC&base_url=https%3A%2F%2Fx.guardian.eu.auth0.com"
)
SMS = {"factor": "sms", "details": (("phone_number", PHONE),)}
LOGIN = {"username": "user@example.com", "password": "correct horse"}

APP = App(domain="example.eu.auth0.com", client_id="the-client", client_secret="the-secret")
ENGINE = Engine(APP, by_name((Otp(), Sms())))
FULL = Engine(APP, by_name((Otp(), Sms(), Voice(), Email(), Push(), Recovery())))


def jwt(payload: Any) -> str:
    """A JWT with this payload; nobody checks its signature."""
    return f"e30.{urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip('=')}.sig"


ACCESS = jwt({"aud": ["https://example.eu.auth0.com/mfa/"], "scope": "enroll"})


class Knock(Factor):
    """Somebody else's factor: one knocks, and the person opens or does not. Its name is its requirement."""

    name = "knock"

    def associate(self, app: App, flow: Flow, **details: str) -> Step:
        """No request is needed to set it up."""
        return Step.silent(Outcome("associated"))

    def challenge(self, app: App, flow: Flow, authenticator: Any) -> None:
        """Nor to be asked."""

    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        """Nobody is in, somebody is and stays quiet, or the door opens."""
        meanings = {
            "authorization_pending": Outcome("still_pending", "still_pending"),
            "access_denied": Outcome("push_denied", "push_denied"),
        }
        return steps.exchange(app, flow, "knock", {}, lambda problem: meanings.get(problem.error))

    def ask(self, flow: Flow, error: str | None = None) -> Any:
        """Wait at the door."""
        return Wait(seconds=5)


def stub(name: str, requirement: str = "", *, enrolls: bool = True) -> Factor:
    """A factor that has a name and offers itself, for tests that only choose."""
    fields = {"name": name, "requirement": requirement, "enrolls": enrolls}
    found: Factor = type("Stub", (Otp,), fields)()
    return found


def reply(status: int, body: Any, **headers: str) -> Reply:
    """A reply with this value as its compact JSON body."""
    found = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, found, json.dumps(body, separators=(",", ":")).encode())


def refusal(status: int, error: str, description: str = "", **headers: str) -> Reply:
    """An error as all endpoints give it."""
    return reply(status, {"error": error, "error_description": description}, **headers)


def mfa_required(mfa_token: str = SEAL, **more: Any) -> Reply:
    """The answer that demands a second factor."""
    body = {"error": "mfa_required", "error_description": "Multifactor authentication required"}
    return reply(403, {**body, "mfa_token": mfa_token, **more})


def tokens(**more: Any) -> Reply:
    """The answer one wants."""
    return reply(200, {"access_token": "an-access-token", "expires_in": 86400, "token_type": "Bearer", **more})


def otp_associated(*recovery_codes: str) -> Reply:
    """A new one-time password; the recovery codes come with the first factor only."""
    codes = {"recovery_codes": recovery_codes} if recovery_codes else {}
    return reply(200, {"authenticator_type": "otp", "secret": OTP_SECRET, "barcode_uri": BARCODE, **codes})


def sms_associated(*recovery_codes: str, oob_code: str = OOB_CODE) -> Reply:
    """A new phone number, and a message on its way to it."""
    codes = {"recovery_codes": recovery_codes} if recovery_codes else {}
    body = {"authenticator_type": "oob", "binding_method": "prompt", **codes, "oob_channel": "sms"}
    return reply(200, {**body, "oob_code": oob_code})


def push_associated(*recovery_codes: str) -> Reply:
    """A new phone, to be shown a picture; there is nothing to type."""
    codes = {"recovery_codes": recovery_codes} if recovery_codes else {}
    body = {"authenticator_type": "oob", "barcode_uri": PUSH_BARCODE, **codes, "oob_channel": "auth0"}
    return reply(200, {**body, "oob_code": OOB_CODE})


def push_challenged() -> Reply:
    """A notification on its way."""
    return reply(200, {"challenge_type": "oob", "oob_code": OOB_CODE})


def sms_challenged(oob_code: str = OOB_CODE) -> Reply:
    """A message on its way."""
    return reply(200, {"challenge_type": "oob", "oob_code": oob_code, "binding_method": "prompt"})


def act(
    flow: Flow, verb: str, answer: Reply | None = None, /, *, at: float = NOW, by: Engine = ENGINE, **given: Any
) -> Settled:
    """One verb, its one request, and this answer to it."""
    intent = Intent.of(verb, **given)
    step = by.plan(flow, intent, at)
    assert step is not None
    return by.settle(flow, intent, step, answer, at)


def follow(flow: Flow, verb: str, answer: Reply, *, at: float = NOW, by: Engine = ENGINE) -> Settled:
    """The list that is due after a verb, and this answer to it."""
    step = by.follow(flow)
    assert step is not None
    return by.settle(flow, Intent.of(verb), step, answer, at)


def saved(flow: Flow) -> Flow:
    """The flow as it comes back from a store."""
    return evolve(flow, version=flow.version + 1)


def demanded(**more: Any) -> Flow:
    """Logged in, a second factor is demanded, nothing is listed yet."""
    return saved(act(Flow(id="f"), "login", mfa_required(**more), **LOGIN).flow)


def choosing(*entries: dict[str, Any], by: Engine = ENGINE, **more: Any) -> Flow:
    """A second factor is demanded, and these authenticators are listed."""
    return follow(demanded(**more), "login", reply(200, entries), by=by).flow


def enrolling_otp(*recovery_codes: str) -> Flow:
    """A one-time password waits for its first proof."""
    return act(choosing(), "enroll", otp_associated(*recovery_codes), factor="otp").flow


def enrolling_sms(*recovery_codes: str) -> Flow:
    """A phone number waits for its first proof."""
    return act(choosing(), "enroll", sms_associated(*recovery_codes), **SMS).flow


def challenging_otp() -> Flow:
    """A known one-time password waits for its proof."""
    return act(choosing(OTP_ENTRY, SMS_ENTRY), "challenge", authenticator=OTP_ENTRY["id"]).flow


def challenging_sms() -> Flow:
    """A known phone waits for its proof."""
    return act(choosing(OTP_ENTRY, SMS_ENTRY), "challenge", sms_challenged(), authenticator=SMS_ENTRY["id"]).flow


def enrolling_push(*recovery_codes: str) -> Flow:
    """A new phone waits for its first proof."""
    return act(choosing(by=FULL), "enroll", push_associated(*recovery_codes), by=FULL, factor="push").flow


def challenging_push() -> Flow:
    """A notification waits for its answer."""
    return act(
        choosing(PUSH_ENTRY, by=FULL), "challenge", push_challenged(), by=FULL, authenticator=PUSH_ENTRY["id"]
    ).flow


def challenging_recovery() -> Flow:
    """A recovery code is asked for."""
    flow = choosing(OTP_ENTRY, RECOVERY_ENTRY, by=FULL)
    return act(flow, "challenge", by=FULL, authenticator=RECOVERY_ENTRY["id"]).flow


def held() -> Flow:
    """Signed in, with an access token for the MFA API; nothing is listed yet."""
    return saved(act(Flow(id="f"), "manage", access_token=ACCESS).flow)


def signed_in(*entries: dict[str, Any], by: Engine = ENGINE) -> Flow:
    """Signed in, with an access token for the MFA API, and these authenticators are listed."""
    return follow(held(), "manage", reply(200, entries), by=by).flow
