"""The suites pass what is right, and say of each broken factor what is wrong with it."""

import random
import sys
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow.errors import BadInput
from mfa_flow.factors import steps
from mfa_flow.factors.base import Outcome
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.push import Push
from mfa_flow.kit.suites import FactorFails, check_factor, check_store
from mfa_flow.machine.prompts import AskCode
from mfa_flow.stores import MemoryStore
from mfa_flow.stores.trial import NotConforming
from mfa_flow.wire.vocabulary import OOB_GRANT

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


BROKEN = {
    Loose: "malformed answers are refused before sending: confirm(''): expected BadInput, but a request was made",
    Careless: "bad details are refused before sending: associate(",
    Dicey: "its steps are pure: associate, made twice, sends the same",
    Keeping: "its steps are pure: the factor keeps nothing between steps",
    Forgetful: "what it remembers is json: memory ['oob_code', 'sent'] is no JSON",
    Strict: "unknown fields are ignored: an answer with unknown fields: BadInput was raised",
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


async def test_a_store_of_others():
    """The suite for stores, by one call; one that forgets fails."""

    def opened(now, kept=[]):  # noqa: B006 - one store for both openings
        kept[:] = kept if kept and kept[0]._now == now else [MemoryStore(now=now)]
        return kept[0]

    await check_store(opened)
    with pytest.raises(NotConforming, match="Why it matters"):
        await check_store(lambda now: MemoryStore(now=now))
