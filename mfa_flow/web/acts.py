"""What a form's field or a JSON object asks for, as a verb of the flow."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from typing import Any

from mfa_flow.errors import BadInput
from mfa_flow.factors.registry import installed
from mfa_flow.handle import FlowHandle
from mfa_flow.machine.prompts import Prompt
from mfa_flow.web.visit import Visit

Given = Mapping[str, Any]
# Seconds that one request may wait for a push: less than proxies give up after.
LONGEST_WAIT = 20
# Characters of a mark that the flow keeps; a longer one is kept by a digest.
_ONCE = 64
# What may be told to a factor that does not need it: without an address the person's own is used.
_WELCOME = {"email": ("email",)}


async def act(visit: Visit, verb: str, given: Given, once: str | None) -> Prompt:
    """Do what was asked for. Raises what the verbs raise, and BadInput for no verb of a page."""
    if verb not in ACTS:
        raise BadInput("there is no such verb here; nothing was sent")
    if once and len(once) > _ONCE:
        once = blake2b(once.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return await ACTS[verb](visit.flow, {**given, "realm": visit.realm}, once)


def details_of(factor: str) -> tuple[str, ...]:
    """The names of what a person is asked for before a factor is set up."""
    known = installed().get(factor)
    return (known.needs if known else ()) or _WELCOME.get(factor, ())


async def _login(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.login(given.get("username") or "", given.get("password") or "", given["realm"], once=once)


async def _challenge(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.challenge(given.get("authenticator") or "", once=once)


async def _enroll(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    factor = given.get("factor") or ""
    details = {name: given[name] for name in details_of(factor) if given.get(name)}
    return await flow.enroll(factor, once=once, **details)


async def _confirm(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.confirm(given.get("code"), once=once)


async def _wait(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.wait(timeout=given.get("seconds", LONGEST_WAIT), once=once)


async def _resend(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.resend(once=once)


async def _go_back(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.go_back(once=once)


async def _cancel(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.cancel(once=once)


async def _remove(flow: FlowHandle, given: Given, once: str | None) -> Prompt:
    return await flow.remove(given.get("authenticator") or "", once=once)


ACTS: Mapping[str, Callable[[FlowHandle, Given, str | None], Awaitable[Prompt]]] = {
    "login": _login,
    "challenge": _challenge,
    "enroll": _enroll,
    "confirm": _confirm,
    "wait": _wait,
    "resend": _resend,
    "go_back": _go_back,
    "cancel": _cancel,
    "remove": _remove,
}
