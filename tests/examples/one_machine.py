"""Flows on one machine: they rest in a file that all its processes share, and outlive each of them."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mfa_flow import App, MfaClient
from mfa_flow.stores import Seal, SqliteStore


@asynccontextmanager
async def client(app: App, path: str) -> AsyncIterator[MfaClient]:
    seal = Seal(os.environ["MFA_FLOW_KEY"])  # made once by Seal.generate_key(), kept where secrets are kept
    async with SqliteStore(path, seal=seal) as store, MfaClient(app, store=store) as mfa:
        yield mfa


async def code_came(mfa: MfaClient, chat_id: str, message_id: int, code: str) -> str:
    prompt = await mfa.flow(chat_id).confirm(code, once=message_id)  # in any process; delivered twice, sent once
    return prompt.text()  # if a process died with an answer in the air, it begins with that, and what to do
