"""A whole login in one call: prompts go out to a function, its answers come back as verbs."""

from collections.abc import Awaitable, Callable
from typing import Any

from mfa_flow.errors import BadInput, FlowStopped
from mfa_flow.handle import FlowHandle
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.waiting import Clock
from mfa_flow.wire.values import Authenticator, Tokens


class Answer:
    """An answer that is a verb: ``Answer("enroll", "sms", phone_number="+15551230000")``, ``Answer("resend")``."""

    def __init__(self, verb: str, *given: Any, **details: Any) -> None:
        if verb not in _VERBS:
            raise BadInput(f"Answer({verb!r}): the verbs are {', '.join(_VERBS)}")
        self.verb, self._given, self._details = verb, given, details

    async def said_to(self, flow: FlowHandle) -> Prompt:
        """Call the verb."""
        return await _VERBS[self.verb](flow, *self._given, **self._details)


Ask = Callable[[Prompt], Awaitable[Answer | Authenticator | str | None]]

_VERBS: dict[str, Callable[..., Awaitable[Prompt]]] = {
    verb.__name__: verb
    for verb in (
        FlowHandle.login,
        FlowHandle.challenge,
        FlowHandle.enroll,
        FlowHandle.confirm,
        FlowHandle.wait,
        FlowHandle.resend,
        FlowHandle.go_back,
        FlowHandle.cancel,
        FlowHandle.look,
    )
}


async def run(flow: FlowHandle, clock: Clock, username: str, password: str, answer: Ask, realm: str | None) -> Tokens:
    """Log in, and ask ``answer`` at every prompt until there are tokens. Raises FlowStopped where there are none."""
    prompt = await flow.login(username, password, realm)
    while True:
        match prompt:
            case Done(tokens=Tokens() as tokens):
                if prompt.recovery_code is not None:
                    await answer(prompt)  # nothing else will ever have it
                return tokens
            case Stopped(reason=reason):
                raise FlowStopped(prompt.text(), reason)
        given = await answer(prompt)
        if isinstance(prompt, Pause) and given is None:
            await clock.sleep(prompt.seconds)
            prompt = await flow.look()
            continue
        asked = prompt.then if isinstance(prompt, Pause) else prompt
        if given is None and isinstance(asked, Wait | Scan):
            prompt = await flow.wait()
        elif isinstance(asked, AskPassword) and isinstance(given, str):
            prompt = await flow.login(username, given, realm)
        else:
            prompt = await _as_verb(asked, given).said_to(flow)


def _as_verb(asked: Prompt, given: Any) -> Answer:
    """The verb an answer stands for at this prompt."""
    match asked, given:
        case _, Answer():
            return given
        case _, Authenticator():
            return Answer("challenge", given)
        case Choose(), str():
            return Answer("enroll" if given in asked.enroll else "challenge", given)
        case AskCode() | Scan(), str():
            return Answer("confirm", given)
    raise BadInput(f"{type(given).__name__} is no answer to {asked.kind}; nothing was sent")
