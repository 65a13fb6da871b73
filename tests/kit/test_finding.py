"""What is told of an error in which anything may be: its kind and its place, and no secret."""

import re

import pytest

from mfa_flow import TransportError
from mfa_flow.kit import WalkFailed, through, walks

from .chats import Chat


def grouped(code):
    return " ".join(re.findall("...", code))


class Refused(TransportError):
    """An error of a front end's own."""


RAISED = {  # what is raised where a code was typed or tokens came
    "in groups": lambda code, prompt: RuntimeError(f"code {grouped(code)}"),
    "with dashes": lambda code, prompt: RuntimeError(f"code {grouped(code).replace(' ', '-')}"),
    "in small letters": lambda code, prompt: RuntimeError(f"code {code.lower()}"),
    "as a key": lambda code, prompt: KeyError(code),
    "as a type": lambda code, prompt: TypeError(f"code {code}"),
    "in a class's name": lambda code, prompt: type(f"Code{code}", (RuntimeError,), {})(),
    "in the library's words": lambda code, prompt: TransportError(f"code {code}"),
    "in what the library repeats": lambda code, prompt: walks(code),
    "in an error of ours": lambda code, prompt: Refused(f"code {grouped(code)}"),
    "in an error of ours by name": lambda code, prompt: type(f"Code{code}", (TransportError,), {})(""),
    "a token's beginning": lambda code, prompt: RuntimeError(f"token {prompt.tokens.access_token[:20]}"),
}
NAMES = "RuntimeError|ValueError|KeyError|TypeError|Refused|TransportError"


@pytest.mark.parametrize("how", RAISED)
@pytest.mark.parametrize("scene", ["sms-challenge", "recovery-challenge"])
async def test_no_message_is_repeated(scene, how):
    """Of what a front end raises only the kind of error is told, and where: anything may be in a message."""

    class Raises(Chat):
        async def say(self, verb, *given, **details):
            prompt = await super().say(verb, *given, **details)
            if verb == "confirm":
                raise RAISED[how](str(given[0]), prompt)
            return prompt

    [walk] = [each for each in walks(scene) if each.name.endswith("/ confirmed")]
    with pytest.raises(WalkFailed) as failed:
        await through(walk, Raises)
    told = rf"at 'confirmed' \(confirm\), the front end fails with ({NAMES}) \(test_finding\.py, line \d+\)"
    assert re.fullmatch(f"{scene} / confirmed: {told}", str(failed.value))


async def test_a_message_of_ours_is_told():
    """What the library says itself has no secret in it, and says what to do."""

    class ResendsAtOnce(Chat):
        async def say(self, verb, *given, **details):
            return await super().say("resend" if verb == "login" else verb)

    with pytest.raises(
        WalkFailed, match=r"the front end fails with UnknownFlow: .* \[flow 'chat', started, resend\] \(chats"
    ):
        await through(walks("sms-enroll")[0], ResendsAtOnce)
