"""The tenant is what its description says: the same paths, the same fields, and answers of the shapes described."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import aiohttp
import pytest
import schemathesis
from hypothesis import Phase, settings
from schemathesis import checks

from mfa_flow.testing import Clock, Tenant, serve
from mfa_flow.testing.control import paths
from mfa_flow.testing.control.verbs import people, spoiling, worlds
from mfa_flow.testing.openapi.document import document
from mfa_flow.testing.server import Server
from mfa_flow.testing.wire import routes

from .conftest import START, Wire

SCHEMA = schemathesis.openapi.from_dict(document())
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=5, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate]
)


def described() -> set[str]:
    """Every method and path of the description."""
    methods = {"get", "post", "put", "patch", "delete"}
    return {f"{name.upper()} {path}" for path, item in document()["paths"].items() for name in item.keys() & methods}


def served() -> set[str]:
    """Every method and path that the tenant's own tables know."""
    api = {path: [*methods] for path, methods in routes._ROUTES.items()} | {"/mfa/authenticators/{id}": ["DELETE"]}
    control = {f"{paths.PREFIX}{path}": [*methods] for path, methods in paths._ACTIONS.items()}
    control |= {"/": ["GET"], f"{paths.PREFIX}ca.pem": ["GET"]}  # known to the server
    return {f"{method} {path}" for path, methods in (api | control).items() for method in methods}


def test_it_is_openapi() -> None:
    """Valid, of version 3.1, by schemathesis' own rules."""
    SCHEMA.validate()
    assert "3.1.0" == document()["openapi"]


def test_what_is_served_is_described() -> None:
    """What is in one list and not in the other belongs into ``mfa_flow/testing/openapi``, or out of it."""
    assert {"not described": [], "not served": []} == {
        "not described": sorted(served() - described()),
        "not served": sorted(described() - served()),
    }


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("post", "users", people._USER), ("patch", "users/{email}", people._CHANGES | {"wrong_passwords": int}),
        ("post", "faults", spoiling._FAULT), ("post", "clients", worlds._CLIENT), ("post", "teach", worlds._TEACH),
    ],
)  # fmt: skip
def test_fields_are_described(method: str, path: str, taken: dict[str, Any]) -> None:
    """Each field that the control API takes, and no other."""
    body = document()["paths"][f"/_tenant/{path}"][method]["requestBody"]["content"]["application/json"]["schema"]
    schema = document()["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], body)
    assert {"not described": set(), "not taken": set()} == {
        "not described": taken.keys() - schema["properties"].keys(),
        "not taken": schema["properties"].keys() - taken.keys(),
    }


async def test_it_is_served() -> None:
    """For whoever asks: under /_tenant/openapi.json."""
    url = "/_tenant/openapi.json"
    async with serve(Tenant()) as server, aiohttp.ClientSession(server.url) as session, session.get(url) as reply:
        assert (200, document()) == (reply.status, await reply.json())


class Thread(threading.Thread):
    """A tenant on a socket in a thread of its own, for clients that block."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = Tenant(clock=Clock(START), seed=3)
        self.ready = threading.Event()

    def run(self) -> None:
        """Serve until stopped."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
        async with serve(self.tenant) as self.server:
            self.ready.set()
            await self.stopped.wait()

    def __enter__(self) -> Server:
        self.start()
        self.ready.wait()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A tenant in a thread."""
    with Thread() as server:
        yield server


TURN = count()
BO = "bo@example.com"
PAPERS = {
    "username": "ada@example.com",
    "password": "correct-horse",
    "client_id": "demo-client",
    "client_secret": "demo-secret",
}
AWRY = ("client_assertion", "authenticator_id", "oob_channel")


def with_papers(case: schemathesis.Case, tenant: Tenant) -> dict[str, str]:
    """Every other request comes from somebody who is let in, and asks for what there is; none waits for a message."""
    with suppress(KeyError, TypeError, ValueError):
        case.query["wait"] = min(float(case.query["wait"]), 0)
    if next(TURN) % 2:
        return {}
    wire = Wire(tenant)
    user = tenant.users.add(BO, "pw", authenticators=["otp"])
    wire.add(wire.login(), "auth0")
    tenant.users["ada@example.com"].mfa = False
    token = wire.access_token(BO, "pw", scope="openid enroll read:authenticators remove:authenticators")
    there = {"email": BO, "id": user.authenticators[0].id if case.method == "DELETE" else "msg_1"}
    _replace(case.path_parameters, there)
    _replace(case.body, {**PAPERS, "mfa_token": wire.login(BO, "pw"), "otp": tenant.otp(BO), "challenge_type": "otp"})
    return {"Authorization": f"Bearer {token}"}


def _replace(values: object, known: dict[str, str]) -> None:
    if isinstance(values, dict):
        values |= {name: value for name, value in known.items() if name in values}
        for name in AWRY:
            values.pop(name, None)


@SCHEMA.exclude(path="/_tenant/events").parametrize()  # which ends with who listens
@BOUNDED
def test_fuzzed(case: schemathesis.Case, server: Server) -> None:
    """Whatever fits the description, and much that does not: no 500, JSON of the shape described, errors in refusals."""
    server.tenant.reset()
    response = case.call(base_url=server.url, headers=with_papers(case, server.tenant))
    case.validate_response(response, checks=CHECKS)
    if "json" in response.headers.get("content-type", ""):
        assert (response.status_code >= 400) == ("error" in response.json())
