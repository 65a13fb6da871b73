"""Flows in Redis, or whatever speaks its protocol: for the processes of many machines."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

from mfa_flow.errors import BadInput
from mfa_flow.stores.base import Entry, Lease, Parked
from mfa_flow.stores.envelope import Envelope, name
from mfa_flow.stores.holding import Holding, parked
from mfa_flow.stores.lines import Lines
from mfa_flow.stores.record import Stamp, Standing, listed, noted
from mfa_flow.stores.redis_client import checked, connected, failures, told
from mfa_flow.stores.redis_courier import Courier
from mfa_flow.stores.redis_scripts import DROP, LEAVE, LIST, LOOK, SAVE, TAKE, Script
from mfa_flow.stores.seal import Plaintext, Seal, needed

# How many lines of the list are read at once.
PAGE = 500


class RedisStore:
    """``url`` is the server's address (``redis://``, ``rediss://`` or ``unix://``), or an own client of
    ``redis.asyncio``, one of a cluster included, which is used as it is and never closed.

    ``seal`` is a ``Seal``, or ``PLAINTEXT``. Each flow is one key, which begins with ``prefix`` and ends by itself; a
    verb that was cut off is remembered for an hour, and before Redis 7.4 the sealed flow may stay that long with it.
    ``now`` tells the time in unix seconds; without it the server's own time counts, whatever the machines' clocks say.
    Use it as an async context manager, or call ``aclose``, in the event loop that used it. Give the server a
    ``maxmemory-policy`` of ``noeviction``. Raises BadInput, and MissingExtra without the extras ``redis`` and ``seal``.
    """

    def __init__(
        self,
        url: Any,
        *,
        seal: Seal | Plaintext | None = None,
        prefix: str = "mfa_flow:",
        now: Callable[[], float] | None = None,
    ) -> None:
        if not isinstance(prefix, str) or not prefix:
            raise BadInput("RedisStore(..., prefix=) takes a text that begins its keys, and those of nobody else")
        envelope = Envelope(needed(seal, "RedisStore"))
        self.pack, self.unpack = envelope.pack, envelope.unpack
        self._url = url if isinstance(url, str) else None
        self._client = connected(url) if isinstance(url, str) else checked(url)
        self._prefix = name(prefix)
        self._now = now
        self._lines = Lines()
        self._courier: Courier | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __repr__(self) -> str:
        return f"RedisStore(prefix={self._prefix.decode()!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Finish what was asked for, and close the connections. Using the store again makes new ones."""
        if self._courier is not None:
            await self._courier.idle()
        if self._url is not None:
            await self._client.aclose()

    def hold(self, flow_id: str, lease: Lease, wait: float) -> Holding:
        """Take the flow, then load it."""
        return Holding(self, self._lines, flow_id, lease, wait)

    async def load(self, flow_id: str) -> Parked:
        """What is stored of the flow."""
        content, _, __, mark, ___ = await self._asked(LOOK, flow_id, 1)
        return parked(self.unpack(flow_id, content), noted(mark))

    async def flows(self) -> AsyncIterator[Entry]:
        """Everything that is stored. What comes or goes meanwhile may be there, or not."""
        async for page in self._pages():
            for key, look in zip(page, await self._each(LIST, page, 0), strict=True):
                if look is not None and (entry := self._entry(key, *look)) is not None:
                    yield entry

    async def forget(self, flow_id: str) -> bool:
        """Drop all that is stored of the flow; whether there was anything."""
        return bool(await self._asked(DROP, flow_id))

    async def clear(self) -> int:
        """Drop everything under the prefix; how many flows that was."""
        return sum([sum(filter(None, await self._each(DROP, page))) async for page in self._pages()])

    async def take(self, flow_id: str, owner: str, lease: Lease, patience: float) -> Standing | float:
        """What stands, now the owner's; or for how many seconds it is still another's."""
        # As bytes: the server's JSON knows no half of a surrogate pair, and passes on what it does not know.
        note = name(json.dumps((lease.verb, *lease.ids), ensure_ascii=False))
        found = await self._asked(TAKE, flow_id, owner, round(lease.seconds * 1000), note)
        if isinstance(found, int):
            return found / 1000
        content, mark, stamp, until = found
        return content, noted(mark), (stamp.decode(), int(until)) if stamp else None

    async def put(self, flow_id: str, owner: str, stamp: Stamp | None, content: bytes, ttl: float) -> bool:
        """Store it and let go, if nobody else was quicker."""
        found, late = stamp or ("", "")
        return bool(await self._asked(SAVE, flow_id, owner, found, late, content, round(ttl * 1000)))

    def leave(self, flow_id: str, owner: str, *, died: bool) -> "asyncio.Future[Any]":
        """Let go, or leave the verb marked as interrupted."""
        return self._asked(LEAVE, flow_id, owner, int(died))

    def _asked(self, script: Script, flow_id: str, *arguments: Any) -> "asyncio.Future[Any]":
        return self._ask(script, self._key(flow_id), *arguments)

    def _ask(self, script: Script, key: bytes, *arguments: Any) -> "asyncio.Future[Any]":
        loop = asyncio.get_running_loop()
        if self._courier is None or self._loop is not loop:
            if self._loop is not None and self._url is not None:  # connections belong to the loop they were made in
                self._client = connected(self._url)
            self._courier, self._loop = Courier(self._client), loop
        now = "" if self._now is None else round(self._now() * 1000)
        return self._courier.ask(script, key, now, *arguments)

    async def _each(self, script: Script, keys: list[bytes], *arguments: Any) -> list[Any]:
        return await asyncio.gather(*(self._ask(script, key, *arguments) for key in keys))

    def _key(self, flow_id: str) -> bytes:
        return self._prefix + name(flow_id)

    async def _pages(self) -> AsyncIterator[list[bytes]]:
        """The keys under the prefix, each once."""
        pattern = _SPECIAL.sub(rb"\\\1", self._prefix) + b"*"
        seen: set[bytes] = set()
        page: list[bytes] = []
        try:
            async for key in self._client.scan_iter(match=pattern, count=PAGE):
                if key not in seen:
                    seen.add(key)
                    page.append(key)
                if len(page) >= PAGE:
                    yield page
                    page = []
        except failures() as error:
            raise told(error) from None
        if page:
            yield page

    def _entry(self, key: bytes, size: int | None, expires: bytes, lease: Any, mark: Any, gone: bytes) -> Entry | None:
        try:
            flow_id = key[len(self._prefix) :].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None  # it is none of ours
        verb, died = (listed(note) or (None,) for note in (lease, mark))
        if size is None and not verb[0] and not died[0]:
            return None  # it ended meanwhile
        return Entry(flow_id, None if size is None else int(expires) / 1000, verb[0], died[0], size or 0)


# Characters that stand for others in a pattern.
_SPECIAL = re.compile(rb"([\\*?\[\]^-])")
