"""A walk through our own client finds what is wrong with it: one bug is planted for each thing that is compared."""

import json
from typing import ClassVar

import pytest
from attrs import evolve

from mfa_flow import MfaClient, MfaFlowError
from mfa_flow.kit import WalkFailed, drive, faults, stage, walks
from mfa_flow.machine import moves
from mfa_flow.machine.table import State
from mfa_flow.stores import MemoryStore
from mfa_flow.wire.call import Reply


def walk(name, *struck):
    [found] = [each for each in walks("sms-challenge", faults=struck) if each.name == f"sms-challenge / {name}"]
    return found


class GivesUp(MfaClient):
    async def _do(self, flow_id, once, intent, headers):
        try:
            return await super()._do(flow_id, once, intent, headers)
        except MfaFlowError:
            await super().flow(flow_id).cancel()
            raise


class Marks(MfaClient):
    failed = None

    async def _do(self, flow_id, once, intent, headers):
        try:
            return await super()._do(flow_id, once, intent, headers)
        except MfaFlowError:
            self.failed = intent.verb
            raise

    def _shown(self, flow):
        return evolve(super()._shown(flow), interrupted=self.failed)


class Unsteady(MfaClient):
    looks = 0

    def _shown(self, flow):
        Unsteady.looks += 1
        return evolve(super()._shown(flow), interrupted="confirm" if Unsteady.looks % 2 else None)


class Counted(MfaClient):
    some: ClassVar = []

    def __init__(self, app, **options):
        super().__init__(app, **options)
        self.closed = 0
        self.some.append(self)

    async def aclose(self):
        self.closed += 1
        await super().aclose()


class Forgets(MfaClient):
    """Keeps flows in a store that dies with it."""

    def __init__(self, app, **options):
        super().__init__(app, **{**options, "store": MemoryStore(now=options["clock"].now)})


def sending(monkeypatch, planted):
    """``planted(send, call)`` is the way to the tenant."""
    kind, send = stage._Trip, stage._Trip.send
    monkeypatch.setattr(kind, "send", lambda self, call: planted(lambda call: send(self, call), call))


async def one_more(send, call):
    reply = await send(call)
    if b"binding_code" in call.body:
        await send(evolve(call, path="/mfa/challenge"))
    return reply


async def again_after_an_error(send, call):
    reply = await send(call)
    return await send(call) if reply.status >= 500 and call.method == "POST" else reply


async def again_after_a_reset(send, call):
    try:
        return await send(call)
    except ConnectionResetError:
        await send(call)
        raise


async def again_when_it_is_too_late(send, call):
    reply = await send(call)
    return await send(call) if b"is expired" in reply.body else reply


async def read_as_a_wrong_code(send, call):
    reply = await send(call)
    if reply.status >= 500 or b"is expired" in reply.body:
        body = {"error": "invalid_grant", "error_description": "Invalid binding_code."}
        return Reply(403, {"content-type": "application/json"}, json.dumps(body).encode())
    return reply


RIGHT, WRONG = "confirmed", "wrong code"
TRIPS = {
    "its requests: expected .*, found .*'POST /mfa/challenge'": (one_more, walk(RIGHT)),
    "what it spends: expected .*, found .*, .*": (
        again_after_an_error,
        walk("confirmed / server_error at confirmed", faults.server_error),
    ),
    "what it spends though it failed: expected .*, found .*, .*": (
        again_after_a_reset,
        walk("confirmed / reset_after at confirmed", faults.reset_after),
    ),
    r"made more than once: expected \[\], found \['POST /oauth/token \(mfa-oob\)'\]": (
        again_when_it_is_too_late,
        walk("confirmed / expired_code at confirmed", faults.expired_code),
    ),
    r"its moves: expected \['tokens_issued: .*, found \['code_rejected: ": (
        read_as_a_wrong_code,
        walk("confirmed / server_error at confirmed", faults.server_error),
    ),
    "what comes of expired_code: expected code_expired, found .'code_rejected'": (
        read_as_a_wrong_code,
        walk("confirmed / expired_code at confirmed", faults.expired_code),
    ),
}


@pytest.mark.parametrize("told", TRIPS)
async def test_a_bug_on_the_wire(monkeypatch, told):
    """What is sent and what is made of the answers is compared, of walks with faults as well."""
    planted, found = TRIPS[told]
    await drive(found)
    sending(monkeypatch, planted)
    with pytest.raises(WalkFailed, match=told):
        await drive(found)


async def test_a_bent_arrow(monkeypatch):
    """A move that leads elsewhere than the table says is told, be the prompt what it may."""
    monkeypatch.setitem(moves._DESTINATIONS, ("cancelled", State.CHALLENGING), State.EXPIRED)
    with pytest.raises(WalkFailed, match=r"its moves: expected \['cancelled: challenging -> cancelled'\]"):
        await drive(walk("cancel"))


async def test_another_prompt():
    """The prompt is the one that was planned."""
    found = walk(WRONG)
    bent = evolve(found, deeds=(evolve(found.deeds[0], shows="choose"),))
    with pytest.raises(WalkFailed, match="the prompt: expected choose, found ask_code"):
        await drive(bent)


async def test_a_prompt_that_is_another_when_looked_at_again(monkeypatch):
    """Looking changes nothing."""
    monkeypatch.setattr(stage, "MfaClient", Unsteady)
    with pytest.raises(WalkFailed, match="looking again: expected Choose"):
        await drive(walk(WRONG))


async def test_a_restart(monkeypatch):
    """The process that dies closes its client, and another goes on with one of its own: who keeps a flow to itself is told."""
    monkeypatch.setattr(stage, "MfaClient", Counted)
    Counted.some = []
    await drive(walk("restart"))
    assert [1, 1] == [mfa.closed for mfa in Counted.some]
    monkeypatch.setattr(stage, "MfaClient", Forgets)
    with pytest.raises(WalkFailed, match=r"at 'restart' .*the prompt: expected ask_code, found ask_password"):
        await drive(walk("restart"))


@pytest.mark.parametrize(
    ("planted", "told"), [(GivesUp, "the moves of a deed that failed"), (Marks, "the prompt after it failed")]
)
async def test_a_flow_that_does_not_stay(monkeypatch, planted, told):
    """A flow rests where it was when an error is raised, and asks what it asked."""
    found = walk("confirmed / server_error at confirmed", faults.server_error)
    monkeypatch.setattr(stage, "MfaClient", planted)
    with pytest.raises(WalkFailed, match=told):
        await drive(found)


async def test_a_fault_that_does_not_strike():
    """A fault that is still armed when the deed is over is told: it was not tried."""
    found = walk("cancel")
    armed = evolve(found, fault=faults.server_error, struck=len(found.steps) - 1)
    with pytest.raises(WalkFailed, match="what is left of server_error"):
        await drive(armed)


async def test_after_a_fault_it_goes_on():
    """What was not heard is done once more, and the walk goes on; the turns say so."""
    walked = await drive(walk("wrong code / reset_before at wrong code", faults.reset_before))
    assert ["logged in", "challenge", "wrong code", "wrong code"] == [turn.deed.name for turn in walked.turns]
    assert [None, None, "transport", None] == [turn.error for turn in walked.turns]
    assert [False, False, False, True] == [turn.again for turn in walked.turns]
    assert walked.turns[2].made == walked.turns[3].made
