"""A Slack bot, by Bolt: a bot there cannot delete what a person wrote, so passwords and numbers go into a modal."""

import asyncio
import html
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from mfa_flow import MfaClient, Tokens
from mfa_flow.chat import Chat, Reply, Turn
from mfa_flow.stores import Seal
from mfa_flow.texts import text_for


def as_typed(text: str) -> str:
    """A message without what Slack makes of it: ``<mailto:ada@example.com|ada@example.com>``, ``&amp;``."""
    return html.unescape(re.sub(r"<(?:[^<>|]*\|)?([^<>|]*)>", r"\1", text))


def plain(text: str, longest: int = 3000) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:longest] or "-", "emoji": False}  # nothing in it is markup


def button(action: str, value: str, text: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "value": value, "text": plain(text, 75)}


def blocks(reply: Reply, locale: str | None) -> list[dict[str, Any]]:
    keys = [button(f"login_{place}", one.reference, one.text) for place, one in enumerate(reply.buttons)]
    if reply.quote:  # its answer goes into a modal, which this button opens
        keys.append(button("answer", reply.text, text_for("button.confirm", locale)))
    return [{"type": "section", "text": plain(reply.text)}, *([{"type": "actions", "elements": keys}] if keys else [])]


def modal(question: str, labels: list[str], locale: str | None) -> dict[str, Any]:
    fields = [
        {
            "type": "input",
            "block_id": f"field_{place}",
            "label": plain(label),
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
        for place, label in enumerate(labels)
    ]
    words = {"title": text_for("button.login", locale), "submit": text_for("button.confirm", locale)}
    shown = {name: plain(word, 24) for name, word in words.items()}
    return {"type": "modal", "callback_id": "login", "private_metadata": question, "blocks": fields, **shown}


def talk(app: AsyncApp, mfa: MfaClient, seal: Seal, signed_in: dict[str, Tokens]) -> None:
    tasks: set[asyncio.Task[None]] = set()

    async def done(chat_id: str, tokens: Tokens) -> None:
        signed_in[chat_id] = tokens  # keep them where secrets are kept

    chat = Chat(mfa, seal, done)

    async def language(client: AsyncWebClient, user: str) -> str | None:
        return (await client.users_info(user=user, include_locale=True))["user"].get("locale")

    async def person(client: AsyncWebClient, body: dict[str, Any]) -> tuple[str, str | None]:
        user = body["user"]["id"]
        return f"{body['team']['id']}.{user}", await language(client, user)

    async def tell(client: AsyncWebClient, chat_id: str, turn: Turn, locale: str | None) -> None:
        user = chat_id.partition(".")[2]
        channel = (await client.conversations_open(users=user))["channel"]["id"]
        for reply in turn.replies:
            if reply.picture:
                await client.files_upload_v2(channel=channel, content=reply.picture, filename="qr.png")
            said = {"channel": channel, "text": html.escape(reply.text, quote=False), "blocks": blocks(reply, locale)}
            if reply.sensitive:  # only on this person's screen, in no archive
                await client.chat_postEphemeral(user=user, **said)
            else:
                await client.chat_postMessage(**said)
        if turn.delete:
            please = text_for("label.delete_message", locale)
            await client.chat_postEphemeral(channel=channel, user=user, text=please)
        if turn.waits:
            task = asyncio.create_task(watched(client, chat_id, locale))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def watched(client: AsyncWebClient, chat_id: str, locale: str | None) -> None:
        await tell(client, chat_id, await chat.watch(chat_id, locale=locale), locale)

    @app.command("/login")
    async def begun(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        locale = await language(client, body["user_id"])
        labels = [text_for(key, locale) for key in ("label.email", "label.password")]
        await client.views_open(trigger_id=body["trigger_id"], view=modal("", labels, locale))

    @app.view("login")
    async def filled(ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        chat_id, locale = await person(client, body)
        typed = " ".join(field["typed"]["value"] for _, field in sorted(view["state"]["values"].items()))
        question = view["private_metadata"] or None
        turn = await chat.said(chat_id, typed, once=view["id"], locale=locale, quoted=question)
        await tell(client, chat_id, Turn(turn.replies, waits=turn.waits), locale)  # a modal leaves nothing to delete

    @app.action(re.compile("login_.*"))
    async def pressed(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        chat_id, locale = await person(client, body)
        turn = await chat.pressed(chat_id, action["value"], once=action["action_ts"], locale=locale)
        if turn.replies and turn.replies[-1].quote:  # a question of its own: its answer goes into a modal
            question = turn.replies[-1].text
            await client.views_open(trigger_id=body["trigger_id"], view=modal(question, [question], locale))
        else:
            await tell(client, chat_id, turn, locale)

    @app.action("answer")
    async def asked(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        _, locale = await person(client, body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(action["value"], [action["value"]], locale))

    @app.message()
    async def said(body: dict[str, Any], message: dict[str, Any], client: AsyncWebClient) -> None:
        if message.get("channel_type") == "im" and "user" in message:
            locale, once = await language(client, message["user"]), body["event_id"]  # Slack may deliver it again
            chat_id, text = f"{body['team_id']}.{message['user']}", as_typed(message.get("text", ""))
            await tell(client, chat_id, await chat.said(chat_id, text, once=once, locale=locale), locale)
