"""Walks are generated from the table, and our own client takes every one of them."""

import time

import pytest
from attrs import evolve

from mfa_flow.kit.covering import Coverage, NotCovered
from mfa_flow.kit.driving import WalkFailed, drive
from mfa_flow.kit.spoiling import SPOILERS
from mfa_flow.kit.walks import every_walk, rows_of, shortest_walks, walks
from mfa_flow.machine.table import TRANSITIONS, State
from mfa_flow.stores import SqliteStore
from mfa_flow.stores.seal import PLAINTEXT


async def test_every_walk_covers_every_row():
    """Two and a half thousand walks, a fault at each step included, take every row within half a minute of one core."""
    begun, coverage = time.process_time(), Coverage()
    some = list(dict.fromkeys([*walks(bound=3), *walks(faults=SPOILERS)]))
    for walk in some:
        coverage.moved(*(await drive(walk)).moves)
    coverage.close()
    assert len(TRANSITIONS) == len(coverage.rows)
    assert len(some) > 2500
    assert time.process_time() - begun < 30


@pytest.mark.parametrize("walk", shortest_walks(), ids=str)
async def test_the_shortest(walk):
    """The fewest that get everywhere, one test each; what is planned is what happens."""
    walked = await drive(walk)
    assert [(row.event, row.source, row.dest) for row in rows_of(walk)] == [
        (move.event, move.source, move.dest) for move in walked.moves
    ]


def test_the_shortest_get_everywhere():
    """Each row and each state is in one of them."""
    taken = {row for walk in shortest_walks() for row in rows_of(walk)}
    assert set(TRANSITIONS) == taken
    assert set(State) == {row.dest for row in taken}
    assert len(shortest_walks()) < len(walks())


def test_names_are_readable_and_unique():
    """Each says what happens in it, and always in the same order."""
    names = [walk.name for walk in walks(bound=3, faults=SPOILERS)]
    assert "sms-enroll / wrong code / resend / confirmed" in names
    assert "sms-enroll / wrong code / 429 at wrong code" in names
    assert len(set(names)) == len(names)
    assert names == [walk.name for walk in walks(bound=3, faults=SPOILERS)]


def test_a_bound_bounds():
    """No walk does more deeds than the bound after its opening, nor one twice; some do as many."""
    lengths = [len(walk.deeds) for walk in walks("otp-*", bound=2)]
    assert {0, 1, 2} == set(lengths)
    assert all(len(set(walk.deeds)) == len(walk.deeds) for walk in walks("otp-*", bound=2))


def test_a_scene_there_is_not():
    """A misspelt name is told, with those there are."""
    with pytest.raises(ValueError, match="no scene 'smoke-signal'; there are login"):
        walks("smoke-signal")


@every_walk("push-challenge")
async def test_every_walk(walk):
    """The decorator gives one test per walk."""
    assert "push-challenge" == walk.scene.name
    await drive(walk)


async def test_in_another_store(tmp_path):
    """What happens over a restart holds for a store in a file, too."""
    for number, walk in enumerate(walks("sms-*")):
        async with SqliteStore(tmp_path / f"{number}.db", seal=PLAINTEXT) as store:
            await drive(walk, store)


async def test_a_walk_that_fails_says_where():
    """The walk, the deed, what was expected and what was found."""
    [walk] = [walk for walk in walks("sms-challenge") if walk.name.endswith("/ wrong code")]
    bent = evolve(walk, deeds=(evolve(walk.deeds[0], events=("tokens_issued",)),))
    with pytest.raises(WalkFailed, match=r"wrong code: at 'wrong code' \(confirm\), its events: expected \('tokens_"):
        await drive(bent)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.event}-{row.source}")
async def test_a_gap_is_told(row):
    """Whatever row was not taken, the report names it, and closing fails."""
    coverage = Coverage()
    coverage.made = {(one.event, one.source, one.dest): 1 for one in TRANSITIONS if one != row}
    with pytest.raises(NotCovered, match=f"no walk takes the row {row.event}: {row.source} -> {row.dest}"):
        coverage.close()


def test_only_the_gaps_one_asked_for():
    """Who names events or states is spared the others."""
    coverage = Coverage()
    coverage.made = {(one.event, one.source, one.dest): 1 for one in TRANSITIONS if one.event != "removed"}
    coverage.close(events=["push_denied"], states=[State.CONFIRMED])
    with pytest.raises(NotCovered, match="no walk takes the row removed"):
        coverage.close(events=["removed"])
