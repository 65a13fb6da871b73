"""A store that is away, too busy, or cannot be read: what the person is told, and what is not lost."""

from contextlib import asynccontextmanager

import pytest
from attrs import evolve, frozen

from mfa_flow import App, MfaClient
from mfa_flow.errors import Busy, StoreError, Unreadable
from mfa_flow.kit import Accounts, InProcess
from mfa_flow.stores import MemoryStore

from .test_forms import chosen
from .visitor import Visitor


class Lame(MemoryStore):
    """A store that fails at one of its three steps, when told to."""

    fails = ()
    cut_off = None

    @asynccontextmanager
    async def hold(self, flow_id, lease, wait):
        if "hold" in self.fails:
            raise self.error
        async with super().hold(flow_id, lease, wait) as held:
            yield Dropped(held, self.error) if "save" in self.fails else held

    async def load(self, flow_id):
        if "load" in self.fails:
            raise self.error
        return evolve(await super().load(flow_id), interrupted=self.cut_off)


@frozen
class Dropped:
    """What is held, and cannot be saved."""

    held: object
    error: StoreError

    @property
    def parked(self):
        return self.held.parked

    async def save(self, flow, ttl):
        raise self.error


@pytest.fixture
def store(mfa_clock):
    """A store that works so far."""
    store = Lame(now=mfa_clock.now)
    store.error = StoreError("it is away")
    return store


@pytest.fixture
def visitor(mfa_tenant, store):
    """Somebody whose flow is in it."""
    way = InProcess.to(mfa_tenant)
    app = App("tenant.example", "demo-client", "demo-secret")
    return Visitor(MfaClient(app, store=store, transport=way, clock=way.clock))


@pytest.fixture
def bo(mfa_tenant):
    return Accounts(mfa_tenant)("sms")


async def test_it_is_away(visitor, store, bo):
    """A page says so, and the same page is there again when the store is."""
    await chosen(visitor, bo, "sms")
    store.fails = ("load", "hold")
    page = await visitor.get()
    assert (503, ["./"]) == (page.status, page.links)
    assert "This could not be saved. Try again." in page.text
    store.fails = ()
    assert (await visitor.get()).forms["confirm"]


async def test_tokens_are_not_lost(visitor, store, bo):
    """They came and could not be kept: the service gets them all the same."""
    await chosen(visitor, bo, "sms")
    store.fails = ("save",)
    await visitor.do("confirm", code=bo.tenant.inbox.code(bo.number))
    assert 1 == len(visitor.signed)


@pytest.mark.parametrize("scripts", [True, False])
async def test_tokens_of_a_push_are_not_lost(visitor, store, mfa_tenant, scripts):
    """They came by a turn and could not be kept: the service gets them all the same, and the page leads there."""
    bo = Accounts(mfa_tenant)("push")
    await chosen(visitor, bo, "push")
    bo.approve()
    store.fails = ("save",)
    if scripts:
        turned = await visitor.send("GET", "./turn")
        leads = dict(turned.headers)["Content-Location"]
    else:
        leads = (await visitor.get("./?turn=1")).leads
    assert ("/home", 1, {"session": "1"}) == (leads, len(visitor.signed), visitor.cookies)


async def test_tokens_of_a_push_that_nobody_takes(visitor, store, mfa_tenant):
    """They could not be kept, and the service fails: the script is led to a page that says so."""
    bo = Accounts(mfa_tenant)("push")
    await chosen(visitor, bo, "push")
    bo.approve()
    store.fails, visitor.done = ("save",), None
    turned = await visitor.send("GET", "./turn")
    page = await visitor.get(dict(turned.headers)["Content-Location"])
    assert (500, ["./"]) == (page.status, page.links)


async def test_codes_to_keep_are_not_lost(visitor, store, bo):
    """An enrolment came and could not be kept: its codes are shown, with what happened."""
    page = await visitor.login("ada@example.com", "correct-horse")
    store.fails = ("save",)
    page = await visitor.post(page.forms["enroll"][0])
    assert 503 == page.status
    assert bo.tenant.users["ada@example.com"].recovery_code in page.text
    assert "This could not be saved." in page.text


async def test_it_is_busy(visitor, store, bo):
    """Another message is being worked on: the question stands, and nothing was sent."""
    await chosen(visitor, bo, "sms")
    store.fails, store.error = ("hold",), Busy("another message")
    page = await visitor.do("confirm", code="123456")
    assert 0 == bo.tenant.requests.count("mfa-oob")
    assert "Your last message is still being worked on." in page.text
    store.fails = ()
    await visitor.do("confirm", code=bo.tenant.inbox.code(bo.number))
    assert 1 == len(visitor.signed)


async def test_it_cannot_be_read(visitor, store, bo):
    """There is nothing to go on from: the page leads to a new login, which works."""
    await chosen(visitor, bo, "sms")
    store.fails, store.error = ("load",), Unreadable("another key")
    page = await visitor.get()
    assert (409, ["./?login=1"]) == (page.status, page.links)
    page = await visitor.get("./?login=1")
    store.fails = ()
    await visitor.do("login", username=bo.email, password=bo.password)
    assert visitor.page.forms["challenge"]


async def test_it_was_cut_off(visitor, store, bo):
    """A process died with the code in the air: the page says what may have come of it."""
    await chosen(visitor, bo, "sms")
    store.cut_off = "confirm"
    assert "Your last answer was cut off." in (await visitor.get()).text


async def test_json_is_told_too(visitor, store, bo):
    """By its status, a code and a text; what came and could not be kept is not lost."""
    _, found = await visitor.json()
    _, found = await visitor.json("login", found["token"], username=bo.email, password=bo.password)
    _, found = await visitor.json("challenge", found["token"], authenticator=found["prompt"]["challenge"][0]["id"])
    store.fails = ("hold", "load")
    status, refused = await visitor.json("confirm", found["token"], code="123456")
    assert (503, "store") == (status, refused["error"]["code"])
    store.fails, store.error = ("save",), StoreError("it is full")
    status, found = await visitor.json("confirm", found["token"], code=bo.tenant.inbox.code(bo.number))
    assert (200, "done", 1) == (status, found["prompt"]["kind"], len(visitor.signed))
