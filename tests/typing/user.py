"""A user's code, never run: it is only checked by the type checkers."""

from typing import assert_never

from mfa_flow import (
    App,
    AskCode,
    AskPassword,
    Authenticator,
    Choose,
    Done,
    MfaClient,
    Pause,
    Prompt,
    Scan,
    Stopped,
    Tokens,
    Wait,
)


def shown(prompt: Prompt) -> str:
    """All kinds of prompts, and no other."""
    match prompt:
        case AskPassword(error=error):
            return error.text if error else "password?"
        case Choose(challenge=known, enroll=new):
            return ", ".join([one.name or one.factor for one in known] + list(new))
        case AskCode(channel=channel, to=to, length=length):
            return f"{length} digits by {channel} to {to}"
        case Scan(secret=secret):
            return secret or ""
        case Wait(seconds=seconds) | Pause(seconds=seconds):
            return f"{seconds:.0f} s"
        case Done(tokens=Tokens(access_token=token)):
            return token
        case Done():
            return ""
        case Stopped(reason=reason):
            return reason
        case _:
            assert_never(prompt)


async def logged_in(app: App, first: Authenticator) -> Tokens | None:
    """The verbs, as they are meant to be called."""

    async def ask(prompt: Prompt) -> str | Authenticator | None:
        return first if isinstance(prompt, Choose) else None if isinstance(prompt, Pause) else "123456"

    async with MfaClient(app, on_move=print) as mfa:
        flow = mfa.flow("chat-42")
        prompt = await flow.login("ada@example.com", "pw", realm="employees", once="message-1")
        prompt = await flow.enroll("sms", phone_number="+15551230000")
        prompt = await flow.challenge(first)
        prompt = await flow.confirm("123 456", once=7)
        if isinstance(prompt, Done):
            return prompt.tokens
        return await mfa.run("ada@example.com", "pw", answer=ask)
