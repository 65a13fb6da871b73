"""The tenant behind aioresponses: what aiohttp is told to send never leaves the process, and a tenant answers it.

aioresponses 0.7.9 builds a ``ClientResponse`` without its ``stream_writer``, which aiohttp 3.14 made an argument that
must be there. ``shimmed`` supplies it, for as long as it is needed: one of this project's tests turns red when that is
mended. aioresponses shows what is *handed to* aiohttp, not what goes over the wire; bodies over 64 KiB fail, and
neither timeouts nor trace hooks nor middlewares are heeded. For these there is a served tenant.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from aiohttp import ClientResponse, FormData, JsonPayload, Payload, ServerDisconnectedError
from attrs import field, frozen
from yarl import URL

from mfa_flow.extras import need_extra
from mfa_flow.kit.answers import found
from mfa_flow.testing.tenant import Tenant
from mfa_flow.transport import LONGEST
from mfa_flow.wire.call import Call
from mfa_flow.wire.values import App


class InterceptedResponse(ClientResponse):
    """A response to a request that nobody wrote anywhere."""

    def __init__(self, method: str, url: Any, **given: Any) -> None:
        super().__init__(method, url, **{"stream_writer": SimpleNamespace(output_size=0), **given})


@contextmanager
def shimmed() -> Iterator[Any]:
    """``aioresponses()``, whose answers can be built. Raises MissingExtra without the extra ``intercept``."""
    core = need_extra("aioresponses.core", "intercept")
    with patch.object(core, "ClientResponse", InterceptedResponse), core.aioresponses() as answers:
        yield answers


@frozen
class Intercepted:
    """A tenant that answers whatever is sent to ``base_url``. ``aioresponses`` is what holds it there, to be asked what
    aiohttp was handed, or to be told to answer at other addresses."""

    tenant: Tenant
    base_url: str
    aioresponses: Any = field(repr=False)

    def answer(self, name: str, *, nth: int = 1) -> None:
        """Answer the next call that it fits (or the n-th) with this one of ``ANSWERS``, by its name or its row
        (``wrong_otp``, ``M1``), and not as the tenant would; there nothing happens. Raises LookupError."""
        found(name).arm(self.tenant, nth=nth)


@contextmanager
def intercepted(tenant: Tenant, app: App) -> Iterator[Intercepted]:
    """Have ``tenant`` answer what aiohttp sends to the application's domain, for as long as the block lasts."""
    with shimmed() as answers:
        everything = re.compile(f"^{re.escape(app.base_url)}/")
        for method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH"):
            answers.add(everything, method=method, repeat=True, callback=_answering(tenant, method))
        yield Intercepted(tenant, app.base_url, answers)


def _answering(tenant: Tenant, method: str) -> Callable[..., Any]:
    core = need_extra("aioresponses.core", "intercept")

    def answer(url: URL, **handed: Any) -> Any:
        host = url.host if url.is_default_port() else url.authority  # as aiohttp would send it
        kind, body = _body(handed)
        headers = {"host": host or "", "x-forwarded-proto": url.scheme, **kind, **(handed.get("headers") or {})}
        outcome = tenant.perform(Call(method, url.raw_path, headers, body))
        if outcome.delay:
            tenant.clock.advance(min(outcome.delay, LONGEST))
        if outcome.delay > LONGEST:
            raise TimeoutError
        if outcome.lost:
            raise ServerDisconnectedError
        reply = outcome.arrived()
        return core.CallbackResult(method, reply.status, reply.body, headers=dict(reply.headers))

    return answer


def _body(handed: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """The content type and the bytes that aiohttp would make of ``json=`` or ``data=``."""
    payload = JsonPayload(handed["json"]) if handed.get("json") is not None else handed.get("data") or b""
    if isinstance(payload, Mapping | list | tuple):
        payload = FormData(payload)
    if isinstance(payload, FormData):
        payload = payload()
    if isinstance(payload, Payload):
        return {"Content-Type": payload.content_type}, payload.decode().encode()
    return {}, payload.encode() if isinstance(payload, str) else payload
