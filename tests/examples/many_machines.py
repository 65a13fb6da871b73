"""Flows on many machines: they rest in Redis; the key is changed without losing one, and no token with the store."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mfa_flow import App, MfaClient, Prompt, StoreError
from mfa_flow.stores import RedisStore, Seal


@asynccontextmanager
async def client(app: App, redis_url: str) -> AsyncIterator[MfaClient]:
    new, *old = os.environ["MFA_FLOW_KEYS"].split()  # the first one seals, the others still open
    async with RedisStore(redis_url, seal=Seal(new, *old)) as store, MfaClient(app, store=store) as mfa:
        yield mfa


async def code_came(mfa: MfaClient, chat_id: str, message_id: int, code: str) -> Prompt:
    try:
        return await mfa.flow(chat_id).confirm(code, once=message_id)
    except StoreError as error:
        if error.prompt is None:  # nothing was sent: Busy with another message of this chat, or the store is away
            raise
        return error.prompt  # it was sent and could not be kept: tokens and recovery codes are in here, and only here
