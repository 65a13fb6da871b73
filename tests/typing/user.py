"""A user's code, never run: it is only checked by the type checkers."""

from collections.abc import Mapping
from typing import Any, assert_never

from mfa_flow import (
    Answer,
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
from mfa_flow.assertion import PrivateKeyJwt
from mfa_flow.chat import Button, Chat, Reply, Turn
from mfa_flow.stores import Seal, Store


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


async def went_on(mfa: MfaClient, tokens: Tokens, answer: Mapping[str, Any]) -> Prompt:
    """The other ways in, and the verbs that need no answer."""
    flow = mfa.flow("chat-42", forwarded_for="203.0.113.7", language="fr")
    prompt: Prompt = await flow.refresh(tokens.refresh_token or "", scope="openid", once="message-2")
    prompt = await flow.begin(answer["mfa_token"], answer.get("mfa_requirements"), once=8)
    prompt = await flow.wait()
    prompt = await flow.wait(timeout=2.5, once=9)
    prompt = await flow.resend()
    prompt = await flow.go_back(once=10)
    prompt = await flow.cancel()
    return prompt if prompt.error else await flow.look()


async def managed(mfa: MfaClient, tokens: Tokens) -> tuple[Authenticator, ...]:
    """Somebody's factors."""
    flow = mfa.flow()
    prompt = await flow.manage(tokens.access_token)
    if isinstance(prompt, Choose) and prompt.authenticators:
        prompt = await flow.remove(prompt.authenticators[0], once="message-3")
        prompt = await flow.remove("sms|dev_1")
    return await flow.authenticators()


def keyed(pem: str) -> App:
    """An application that signs."""
    return App("example.eu.auth0.com", "id", client_auth=PrivateKeyJwt(pem, key_id="k1", algorithm="PS256"))


async def scripted(mfa: MfaClient) -> Tokens:
    """Every kind of answer a script may give."""

    async def ask(prompt: Prompt) -> Answer | Authenticator | str | None:
        match prompt:
            case Choose(challenge=[first, *_]):
                return first
            case Choose():
                return Answer("enroll", "sms", phone_number="+15551230000")
            case AskCode() | AskPassword():
                return "123456"
        return None

    return await mfa.run("ada@example.com", "pw", answer=ask, realm="employees")


async def talked(mfa: MfaClient, seal: Seal, store: Store, kept: dict[str, Tokens]) -> str:
    """A bot of any platform."""

    async def done(chat_id: str, tokens: Tokens) -> None:
        kept[chat_id] = tokens

    chat = Chat(mfa, seal, done)
    turn: Turn = await chat.said(42, "hello", once=7, locale="fr", quoted=None)
    buttons: list[Button] = [button for reply in turn.replies for button in reply.buttons]
    turn = await chat.pressed("42", buttons[0].reference, once="press-8")
    if turn.waits and not turn.delete:
        turn = await chat.watch("42", locale=None)
    waiting: list[str] = [chat_id async for chat_id in chat.waiting(store)]
    reply: Reply = turn.replies[0]
    picture: bytes | None = reply.picture
    return reply.text if picture is None or reply.sensitive or reply.quote else "".join(waiting)
