"""The proof: a code that is typed, or a word in its place."""

from mfa_flow import AskCode, FlowHandle, Prompt, Scan, Wait
from mfa_flow.cli.terminal.asking import GivenUp
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.cli.terminal.words import verb_of
from mfa_flow.texts import text_for


async def prove(flow: FlowHandle, talk: Talk, prompt: AskCode | Scan) -> Prompt:
    """The prompt after the code, or after the word. Raises GivenUp, and OSError where nobody would read it."""
    talk.question(_question(prompt, talk.locale), prompt.verbs)
    if isinstance(prompt, Scan):
        talk.picture(prompt)  # last, so that it is seen whole
    by_recovery = isinstance(prompt, AskCode) and prompt.channel == "recovery"
    if by_recovery:  # it is used up then, and what is told is the next
        talk.paper.must_be_read()
    typed = await talk.line(text_for("label.recovery_code" if by_recovery else "label.code", talk.locale))
    verb = verb_of(typed, prompt.verbs, talk.locale)
    return await (flow.confirm(typed) if verb is None else say(flow, talk, verb))


def _question(prompt: AskCode | Scan, locale: str) -> str:
    """With a QR code, without the key: that is told by itself."""
    return text_for("scan.code", locale, length=prompt.length) if isinstance(prompt, Scan) else prompt.question(locale)


async def say(flow: FlowHandle, talk: Talk, verb: str) -> Prompt:
    """The verb of a word."""
    talk.anew()
    match verb:
        case "resend":
            return _resent(await flow.resend(), talk)
        case "go_back":
            return await flow.go_back()
    raise GivenUp


def _resent(prompt: Prompt, talk: Talk) -> Prompt:
    """Said where it is so: the question may stand there again with another text above it, which says why it is not; and
    a new key to scan was sent to nobody."""
    if prompt.error is None and isinstance(prompt, AskCode | Wait):
        talk.paper.tell(text_for("resent", talk.locale))
    return prompt
