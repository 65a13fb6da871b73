"""The same tenant as a real server, for clients in other processes and in other languages."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from attrs import field, frozen

from mfa_flow.testing import cors, listening, tls
from mfa_flow.testing.control import delivery, paths
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.texts import BROKEN, FAILED, NO_PATH, TOO_LARGE, Refused
from mfa_flow.testing.wire.exchange import to_bytes
from mfa_flow.wire.call import Call

_MOST = 2**20  # bytes of a body, unpacked
_STOP = 0.01  # seconds; nobody waits for a long poll or for an idle connection
_CA = f"{paths.PREFIX}ca.pem"
_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether the server failed. That somebody sends what is no HTTP is answered, and no news."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError))


_log = logging.getLogger(__name__)
_log.addFilter(_is_ours)


@frozen
class Server:
    """A tenant that listens at ``url``."""

    tenant: Tenant
    url: str
    control_url: str | None  # what ``/_tenant/...`` follows; None where the control API is off
    ca: str | None = field(default=None, repr=False)  # over https, the certificate to trust, in PEM


@asynccontextmanager
async def serve(
    tenant: Tenant,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    https: bool = False,
    control: bool = True,
    control_port: int | None = None,
) -> AsyncIterator[Server]:
    """Serve for as long as the block lasts. Port 0 takes a free one.

    With ``https`` it is called ``https://localhost:PORT``, and ``ca`` is what a client has to trust. ``control=False``
    leaves ``/_tenant/`` out. ``control_port`` has it at another port, always over plain HTTP: there the certificate
    can be fetched by who does not trust it yet. Raises OSError where it cannot listen, ValueError for twice one port.
    """
    if control and port and control_port == port:
        raise ValueError(f"{port} cannot be both ports: leave control_port out to have everything at one")
    ca = tls.ca_pem() if https else None
    wire, beside = _wire(tenant), _control(tenant, ca)
    together = control and control_port is None
    async with AsyncExitStack() as doors:
        url = await doors.enter_async_context(
            _open(_by_path(wire, beside) if together else wire, host, port, https=https)
        )
        control_url = url if together else None
        if control and control_port is not None:
            control_url = await doors.enter_async_context(_open(beside, host, control_port))
        yield Server(tenant, url, control_url, ca)


@asynccontextmanager
async def _open(answer: _Answer, host: str, port: int, *, https: bool = False) -> AsyncIterator[str]:
    """Answer there until the block ends; this is its URL."""
    runner = web.AppRunner(
        _application(answer), logger=_log, access_log=None, shutdown_timeout=_STOP, handler_cancellation=True
    )
    await runner.setup()
    try:
        context = tls.server_context(listening.name(host)) if https else None
        for sock in listening.listen(host, port):
            await web.SockSite(runner, sock, ssl_context=context).start()
        yield _url(host, *runner.addresses[0][:2], https=https)
    finally:
        await runner.cleanup()


def _url(host: str, address: str, port: int, *, https: bool) -> str:
    """Over https by name, since certificates are for names; over HTTP by address, which is found without asking."""
    name = listening.name(host) if https else address
    return f"{'https' if https else 'http'}://{f'[{name}]' if ':' in name else name}:{port}"


def _application(answer: _Answer) -> web.Application:
    async def respond(request: web.Request) -> web.StreamResponse:
        return cors.preflight(request) if cors.is_preflight(request) else await answer(request)

    application = web.Application(client_max_size=_MOST, middlewares=[_in_json])
    application.on_response_prepare.append(cors.repeat_origin)
    # A dot would leave out what has a line's end in its path.
    application.router.add_route("*", r"/{path:[\s\S]*}", respond)
    return application


@web.middleware
async def _in_json(request: web.Request, handler: _Answer) -> web.StreamResponse:
    """What the server below refuses, be it for want of a path, is refused as everything is."""
    try:
        return await handler(request)
    except (web.HTTPRequestEntityTooLarge, web.RequestPayloadError, web.HTTPNotFound) as error:
        return _refused(error)
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001 - told to who asked, and to the log
        _log.exception("A request could not be answered")
        return _refused(error)


def _by_path(wire: _Answer, control: _Answer) -> _Answer:
    def answer(request: web.Request) -> Awaitable[web.StreamResponse]:
        return (control if paths.is_ours(request) else wire)(request)

    return answer


def _wire(tenant: Tenant) -> _Answer:
    async def answer(request: web.Request) -> web.Response:
        path = request.rel_url.raw_path  # as sent: who answers decodes it, once
        headers = {**request.headers, "x-forwarded-proto": request.scheme}
        outcome = tenant.perform(Call(request.method, path, headers, await request.read()))
        return await delivery.deliver(outcome)

    return answer


def _control(tenant: Tenant, ca: str | None) -> _Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        if ca is not None and (request.method, request.rel_url.raw_path) == ("GET", _CA):
            return web.Response(text=ca, content_type="application/x-pem-file")
        return await paths.respond(tenant, request)

    return answer


def _refused(error: Exception) -> web.Response:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        no = Refused(TOO_LARGE, most=str(_MOST))
    elif isinstance(error, web.HTTPNotFound):
        no = Refused(NO_PATH)
    else:
        no = Refused(BROKEN if isinstance(error, web.RequestPayloadError) else FAILED)
    return web.Response(status=no.status, body=to_bytes(no.body), content_type="application/json")
