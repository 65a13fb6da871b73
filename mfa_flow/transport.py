"""Sending calls: one pooled aiohttp session, one request per call.

No POST is ever repeated. A GET or a DELETE may be, once, by aiohttp itself, where a kept-alive connection turns out to
be dead.
"""

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Mapping
from contextlib import suppress
from ssl import SSLContext
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from attrs import evolve
from yarl import URL

from mfa_flow.errors import BadInput, MisuseError, TransportError, UnexpectedReply
from mfa_flow.wire.call import Call, Reply

# Auth0's largest answer to these calls is some 8 kB; a megabyte is no answer of Auth0's.
LARGEST_BODY = 1_048_576
# Seconds for a whole exchange, and for getting connected.
LONGEST = 30.0
TIMEOUT = ClientTimeout(total=LONGEST, connect=10)


class Transport(Protocol):
    """Whatever sends a call and brings the reply. Raises TransportError where none came."""

    async def send(self, call: Call) -> Reply:
        """Send it once."""
        ...

    async def aclose(self) -> None:
        """Let go of what it holds."""
        ...


class AiohttpTransport:
    """Calls to one base URL over one pool of connections. A session that was given is used as it is and not closed.

    ``headers`` go with every call. ``proxy`` is a URL; ``ssl`` a context with an own trust or with the application's
    certificate (mTLS); ``timeout`` the seconds a whole exchange may take.
    """

    def __init__(
        self,
        base_url: str,
        session: ClientSession | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
        ssl: SSLContext | bool = True,
        timeout: float | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers or {})
        self._options: dict[str, Any] = {"proxy": _checked(proxy), "ssl": ssl}
        self._timeout = TIMEOUT
        if timeout is not None:
            # Half of it at the most for getting connected: then nothing was sent, and that can be told.
            self._timeout = self._options["timeout"] = ClientTimeout(total=timeout, connect=min(10, timeout / 2))
        self._session = session
        self._own = session is None
        limits = session.timeout if session and timeout is None else self._timeout
        if not limits.total:  # an own session that sets no end: nobody would know how long a flow is held
            limits = self._options["timeout"] = evolve(limits, total=LONGEST)
        # Seconds an exchange takes at the most.
        self.longest: float = limits.total or LONGEST
        self._closed = False
        self._loop: AbstractEventLoop | None = None

    async def send(self, call: Call) -> Reply:
        """Send it once. Raises TransportError, or UnexpectedReply for a body no such answer has."""
        session = self._usable()
        try:
            async with session.request(
                call.method,
                self._base_url + call.path,
                data=call.body or None,
                headers={**self._headers, **call.headers},
                **self._options,
                allow_redirects=False,
                raise_for_status=False,
            ) as response:
                return Reply(response.status, response.headers, await _body_of(response, call))
        except (ClientError, TimeoutError, OSError) as error:
            raise _transport_error(error, call) from None

    async def aclose(self) -> None:
        """Close the pool, if it is our own."""
        if self._own:
            self._closed = True
            if self._session is not None:
                await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _usable(self) -> ClientSession:
        if self._closed or (self._session is not None and self._session.closed):
            raise MisuseError("this client, or its session, is closed; nothing was sent")
        if self._session is None:
            self._loop = get_running_loop()
            return self._opened()
        if self._own and self._loop is not get_running_loop():
            raise MisuseError("a client belongs to the event loop it was first used in; nothing was sent")
        return self._session

    def _opened(self) -> ClientSession:
        # No cookies are kept or sent, and the environment is not searched for proxies: both cost more than a request's
        # worth of work, and neither belongs to an API call.
        self._session = ClientSession(
            connector=TCPConnector(limit=0, limit_per_host=0),
            cookie_jar=DummyCookieJar(),
            timeout=self._timeout,
        )
        return self._session


def _checked(proxy: str | None) -> str | None:
    with suppress(ValueError, TypeError):
        if proxy is None or (URL(proxy).scheme in {"http", "https"} and URL(proxy).host):
            return proxy
    raise BadInput("proxy= takes a URL, such as 'http://proxy.example:3128'")


async def _body_of(response: ClientResponse, call: Call) -> bytes:
    body, content = b"", response.content
    while chunk := await content.readany():
        body += chunk
        if len(body) > LARGEST_BODY:
            response.close()
            told = f"the reply is larger than {LARGEST_BODY} bytes"
            raise UnexpectedReply(told, operation=call.operation, status=response.status)
    return body


def _transport_error(error: Exception, call: Call) -> TransportError:
    """Why no connection came about is told in full. What came over a connection may be an echo of the request."""
    name = type(error).__name__
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        told = f"no answer to {call.operation} ({name}: {error}); it was not sent"
        return TransportError(told, may_have_arrived=False)
    if isinstance(error, InvalidURL | ClientHttpProxyError):
        # Not told in full: a proxy's URL may hold a password.
        return TransportError(f"no answer to {call.operation} ({name}); it was not sent", may_have_arrived=False)
    return TransportError(f"no answer to {call.operation} ({name}); it may have arrived", may_have_arrived=True)
