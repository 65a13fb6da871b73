"""The suites pass what is right, and say of each broken factor what is wrong with it."""

import functools
import random
import re
import sys
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow.errors import BadInput
from mfa_flow.factors import steps
from mfa_flow.factors.base import Outcome
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.push import Push
from mfa_flow.kit import suites
from mfa_flow.kit.suites import FactorFails, check_factor, check_store
from mfa_flow.machine.prompts import AskCode
from mfa_flow.stores import PLAINTEXT, MemoryStore, SqliteStore
from mfa_flow.stores.trial import NotConforming
from mfa_flow.wire.vocabulary import OOB_GRANT

from .examples import example

sys.path.insert(0, str(Path(__file__).parent.parent / "third_party" / "messenger"))

from mfa_flow_messenger import Messenger

DETAILS, BAD = {"handle": "@ada"}, [{"handle": "ada"}, {}]


def teach(tenant):
    tenant.teach("messenger", address="handle")


async def test_a_factor_of_others():
    """The messenger of the example, by one call."""
    await check_factor(Messenger(), teach, DETAILS, BAD)


@pytest.mark.parametrize(
    ("factor", "code"), [(Otp(), lambda tenant: tenant.otp("ada@example.com")), (Push(), None)], ids=["otp", "push"]
)
async def test_ours(factor, code):
    """A factor that sends nothing, and one that is answered on the phone."""
    await check_factor(factor, lambda _: None, code=code)


class Loose(Messenger):
    def confirm(self, app, flow, answer):
        return steps.exchange(app, flow, OOB_GRANT, {"oob_code": flow.memory["oob_code"], "binding_code": str(answer)})


class Careless(Messenger):
    def details(self, /, **details):
        return details


class Dicey(Messenger):
    def associate(self, app, flow, /, **details):
        step = super().associate(app, flow, **details)
        return evolve(step, call=evolve(step.call, headers={"x": str(random.random())}))


class Keeping(Messenger):
    def ask(self, flow, error=None):
        self.asked = flow
        return super().ask(flow, error)


class Forgetful(Messenger):
    def _sent(self, event, type_field, answer):
        return Outcome(event, memory={"oob_code": steps.oob_code(answer), "sent": {1, 2}})


class Strict(Messenger):
    def _sent(self, event, type_field, answer):
        if set(answer) - {
            "challenge_type",
            "authenticator_type",
            "oob_code",
            "binding_method",
            "oob_channel",
            "recovery_codes",
        }:
            raise BadInput("what is this?")
        return super()._sent(event, type_field, answer)


class Chatty(Messenger):
    def _sent(self, event, type_field, answer):
        return Outcome(event, memory={"oob_code": str(answer["oob_code"])})


class Wordless(Messenger):
    class Blank(AskCode):
        def text(self, locale="en"):
            return " "

    def ask(self, flow, error=None):
        return self.Blank(channel="messenger")


class Nameless(Messenger):
    name = "my factor"


class Wrong(Messenger):
    channel = "pigeon"


class Nothing(Messenger):
    def confirm(self, app, flow, answer):
        return None


class Stumbling(Messenger):
    def challenge(self, app, flow, authenticator):
        return flow.memory["x"]


class Poor(Messenger):
    """Comes to an end without tokens."""

    def confirm(self, app, flow, answer):
        step = super().confirm(app, flow, answer)
        return evolve(step, read=lambda reply: evolve(step.read(reply), changes={}))


class Telling(Messenger):
    def challenge(self, app, flow, authenticator):
        step = super().challenge(app, flow, authenticator)
        return evolve(step, call=evolve(step.call, path=f"{step.call.path}?mfa_token={flow.mfa_token}"))


class Unlisted(Messenger):
    class Riddle(AskCode):
        pass

    def ask(self, flow, error=None):
        return self.Riddle(channel="messenger")


class Once(Messenger):
    """Is sent once, and not again."""

    def associate(self, app, flow, /, **details):
        if flow.memory:
            raise BadInput("it was sent already")
        return super().associate(app, flow, **details)


def taking(malformed):
    """A factor that takes this for an answer."""

    class Taking(Loose):
        def confirm(self, app, flow, answer):
            return (super() if answer == malformed else super(Loose, self)).confirm(app, flow, answer)

    return Taking


BROKEN = {
    Telling: 'secrets are hidden: reprs that show a secret: expected [], found ["Step(',
    Unlisted: "the question has a text: the prompt, as JSON and back: expected ",
    Once: "it works from end to end: BadInput: it was sent already",
    **{
        taking(each): f"before sending: confirm({each!r}): expected BadInput, but a request was made"
        for each in ("", " ", "\n", "?", "1234567890" * 5, "\u2603")
    },
    Nothing: "malformed answers are refused before sending: confirm(''): expected BadInput, but it gave None, which is no",
    Stumbling: "its steps are pure, malformed answers are refused before sending, what it remembers is json, unkn",
    Poor: "it works from end to end: a Done carries tokens: expected True, found False",
    Loose: "malformed answers are refused before sending: confirm(''): expected BadInput, but a request was made",
    Careless: "bad details are refused before sending: associate(",
    Dicey: "its steps are pure: associate, made twice, sends the same",
    Keeping: "its steps are pure: the factor keeps nothing between steps",
    Forgetful: "what it remembers is json: memory ['oob_code', 'sent'] is no JSON",
    Strict: "unknown fields are ignored: an answer with unknown fields: BadInput: what is this?",
    Chatty: "secrets are hidden: reprs that show a secret",
    Wordless: "the question has a text: ask gives a prompt whose text is not empty: expected True, found False",
    Nameless: "the name is its own: its name: expected True, found False",
    Wrong: "it works from end to end: it is offered at the next login: expected 1, found 0",
}


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
async def test_a_broken_factor(kind):
    """Each is told by the case it breaks, what was found there, and why it matters."""
    with pytest.raises(FactorFails) as failed:
        await check_factor(kind(), teach if kind is not Wrong else taught_pigeons, DETAILS, BAD)
    assert BROKEN[kind] in str(failed.value)
    assert "Why it matters: " in str(failed.value)


def taught_pigeons(tenant):
    teach(tenant)
    tenant.teach("pigeon", address="handle")


async def test_an_error_is_told_once_with_its_place():
    """One mistake is one line, however many cases it breaks: what was raised, and where in the factor."""
    with pytest.raises(FactorFails) as failed:
        await check_factor(Stumbling(), teach, DETAILS, BAD)
    assert "the question has a text, it works from end to end: KeyError: 'x' (test_suites.py, line " in str(
        failed.value
    )
    assert 1 == str(failed.value).count("KeyError: 'x'")


@pytest.mark.parametrize(
    ("factor", "taught", "details", "told"),
    [
        (Messenger, teach, DETAILS, "takes an instance of Factor, such as Messenger(), and not <class"),
        (Messenger(), lambda _: None, DETAILS, "teach(tenant) should teach it: tenant.teach('messenger', ...)"),
        (
            Messenger(),
            teach,
            {},
            "with the details check_factor was given: BadInput: enroll('messenger') takes handle=",
        ),
    ],
)
async def test_the_suite_is_asked_wrongly(factor, taught, details, told):
    """What is wrong with the call is told as that."""
    with pytest.raises(FactorFails) as failed:
        await check_factor(factor, taught, details)
    assert told in str(failed.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"teach": None}, "teach takes a function, lambda tenant: .*, and not None"),
        ({"details": ["@ada"]}, "details takes what enroll does, {'handle': '@ada'}, and no list"),
        (
            {"bad_details": {"handle": "ada"}},
            r"bad_details takes a list of what enroll should refuse: \[{'handle': 'ada'}\]",
        ),
        ({"bad_details": ["ada"]}, "bad_details takes a list"),
        ({"bad_details": 3}, "bad_details takes a list"),
    ],
)
async def test_what_the_suite_does_not_take(given, told):
    """A sentence says what to give."""
    with pytest.raises(TypeError, match=told):
        await check_factor(Messenger(), **{"teach": teach, "details": DETAILS, **given})


async def test_a_factor_that_waits():
    """One that is written as if it sent something itself is told so once, and nothing of it is called."""

    class Waiting(Messenger):
        async def challenge(self, app, flow, authenticator):
            return None

    with pytest.raises(FactorFails, match=r"^async def challenge: a factor does no I/O, make it def; .*Steps$"):
        await check_factor(Waiting(), teach, DETAILS)


async def test_flows_that_differ():
    """Where in the flow they do is told, and no value."""

    class Curious(Messenger):
        def _sent(self, event, type_field, answer):
            return evolve(super()._sent(event, type_field, answer), memory={**answer, "same": 1}, changes={"oops": 1})

    with pytest.raises(FactorFails) as failed:
        await check_factor(Curious(), teach, DETAILS)
    assert "an answer with unknown fields: of the flow there differs memory['x_new'], memory['another'].\n" in str(
        failed.value
    )


EXAMPLES = re.findall(r"(?m)^async def (\w+)", example(suites.__doc__))


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_examples(tmp_path, name):
    """What the docstring shows runs, and passes."""
    names = {"check_factor": check_factor, "check_store": check_store, "Messenger": Messenger, "functools": functools}
    names |= {"SqliteStore": SqliteStore, "MemoryStore": MemoryStore, "PLAINTEXT": PLAINTEXT}
    exec(example(suites.__doc__), names)
    await (names[name](tmp_path) if name == "test_my_store" else names[name]())


def test_there_are_examples():
    """Of each suite there is one."""
    assert ["test_my_factor", "test_my_store", "test_my_store_in_memory"] == EXAMPLES


def breaking(name):
    """A store in which this breaks, as a disk may."""

    def fail(*_):
        raise OSError("the disk is gone")

    return functools.cache(lambda now: type("Breaking", (MemoryStore,), {name: fail})(now=now))


def unopenable(now):
    raise OSError("no such disk")


@pytest.mark.parametrize("name", ["load", "hold", "aclose"])
async def test_a_store_that_breaks(name):
    """Whatever it raises, each case is told by its name, and all are tried."""
    with pytest.raises(NotConforming) as failed:
        await check_store(breaking(name))
    assert "OSError was raised: the disk is gone.\n  Why it matters: " in str(failed.value)
    assert str(failed.value).count("Why it matters") > 15


def unopened():
    return MemoryStore()


class Losing(MemoryStore):
    async def load(self, flow_id):
        found = await super().load(flow_id)
        return found and evolve(found, flow=found.flow and evolve(found.flow, factor="otp"))


@pytest.mark.parametrize(
    ("open_store", "told"),
    [
        (
            lambda now: MemoryStore(now=now),
            "What one opening saves, the other does not find. A store that lives in one",
        ),
        (MemoryStore(), "open_store(now) is called, and gives a store: 'MemoryStore' object is not callable"),
        (unopened, "open_store(now) is called, and gives a store: "),
        (unopenable, "open_store(now) is called, and gives a store: no such disk"),
        (lambda now: None, "open_store(now) gives None, which is no store: it has no hold()"),
        (
            functools.cache(lambda now: Losing(now=now)),
            "then load(): of the flow, factor: expected 'sms', found 'otp'.",
        ),
    ],
)
async def test_a_store_that_does_not_conform(open_store, told):
    """What is wrong is told once: with the store, or with how it is opened; of a flow only what differs is shown."""
    with pytest.raises(NotConforming) as failed:
        await check_store(open_store)
    assert told in str(failed.value)
    assert "Flow(" not in str(failed.value)
    assert 1 == str(failed.value).count("open_store(now)") or "Why it matters" in str(failed.value)
