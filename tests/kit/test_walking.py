"""Walks are generated from the table, and our own client takes every one of them."""

import time
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow.kit import FAULTS, Coverage, WalkFailed, drive, every_walk, faults, shortest_walks, walks
from mfa_flow.kit.walking import rows_of
from mfa_flow.machine.table import TRANSITIONS, State
from mfa_flow.stores import SqliteStore
from mfa_flow.stores.seal import PLAINTEXT

README = Path(__file__).parents[2] / "README.md"


async def test_every_walk_covers_every_row():
    """All simple paths of three deeds, and the shortest with each fault at each step, take every row within half a
    minute of one core; the README tells how many there are."""
    begun, coverage = time.process_time(), Coverage()
    some = list(dict.fromkeys([*walks(bound=3), *walks(faults=FAULTS.values())]))
    for walk in some:
        coverage.moved(*(await drive(walk)).moves)
    coverage.close()
    assert f"takes all {len(some):,} of them" in " ".join(README.read_text().split())
    assert time.process_time() - begun < 30


def test_each_fault_is_at_each_step():
    """Each fault is tried; one that spoils answers at each deed that sends something, but where another does that."""
    struck = {(walk.fault.name, walk.steps[walk.struck].verb) for walk in walks(faults=FAULTS.values()) if walk.fault}
    assert set(FAULTS) - {"late_push", "late_denial"} == {name for name, _ in struck}
    sending = {
        "login",
        "refresh",
        "manage",
        "begin",
        "authenticators",
        "enroll",
        "challenge",
        "confirm",
        "wait",
        "resend",
    }
    assert sending | {"remove"} == {verb for name, verb in struck if name == "server_error"}
    assert sending == {verb for name, verb in struck if name == "wrong_typed"}
    assert {"confirm"} == {verb for name, verb in struck if name == "exhausted_attempts"}
    assert {"enroll", "challenge", "resend"} == {verb for name, verb in struck if name == "exhausted_messages"}


SUMS = [
    faults.server_error + faults.rate_limited,
    faults.reset_before + faults.wrong_typed,
    faults.timeout + faults.reset_after,
    faults.reset_after + faults.reset_after,
    faults.expired_code + faults.server_error,
    faults.expired_mfa_token + faults.truncated,
]


@every_walk("sms-challenge", "push-challenge", "otp-enroll", faults=SUMS)
async def test_two_faults_at_a_step(walk):
    """Each spoils a try, one after the other; where nothing more is asked, the second finds nothing."""
    await drive(walk)


def test_where_a_fault_finds_nothing():
    """One that is meant for some calls is tried where there is one; one of one's own wherever something is sent."""
    otp, third = faults.timeout.meant(grant="mfa-otp"), faults.server_error.meant(grant="mfa-oob", nth=3)
    assert {"confirm"} == {walk.steps[walk.struck].verb for walk in walks(faults=[otp]) if walk.fault}
    assert {"wait"} == {walk.steps[walk.struck].verb for walk in walks(faults=[third]) if walk.fault}
    own = faults.exhausted_messages + faults.reset_after
    assert "manage" in {walk.steps[walk.struck].verb for walk in walks(faults=[own]) if walk.fault}
    late = [walk for walk in walks("sms-enroll", bound=3, faults=[faults.expired_code]) if walk.fault]
    assert [] == [walk.name for walk in late if faults.expired_code in {deed.meanwhile for deed in walk.steps}]


async def test_faults_added_up():
    """Our own client takes walks with sums of faults, too, and with any that is meant for some calls."""
    some = (faults.exhausted_messages + faults.reset_after, faults.server_error.meant(grant="mfa-oob", nth=3))
    for walk in walks("sms-challenge", "push-*", "manage", faults=[*some, faults.clock_skew + faults.bad_gateway_html]):
        await drive(walk)


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
    names = [walk.name for walk in walks(bound=3, faults=FAULTS.values())]
    assert "sms-enroll / wrong code / resend / confirmed" in names
    assert "sms-enroll / wrong code / rate_limited at wrong code" in names
    assert len(set(names)) == len(names)
    assert names == [walk.name for walk in walks(bound=3, faults=FAULTS.values())]


def test_names_say_where_a_fault_is_meant():
    """One fault meant for several calls makes walks with names of their own."""
    struck = [faults.timeout, faults.timeout.meant("/mfa/challenge"), faults.timeout.meant(grant="mfa-oob")]
    names = [walk.name for walk in walks("sms-challenge", faults=struck)]
    assert "sms-challenge / timeout of /mfa/challenge at challenge" in {
        name.replace(" / wrong code", "") for name in names
    }
    assert len(set(names)) == len(names)


def test_a_bound_bounds():
    """No walk does more deeds than the bound after its opening, nor one twice; some do as many."""
    lengths = [len(walk.deeds) for walk in walks("otp-*", bound=2)]
    assert {0, 1, 2} == set(lengths)
    assert all(len(set(walk.deeds)) == len(walk.deeds) for walk in walks("otp-*", bound=2))


@pytest.mark.parametrize(
    ("verbs", "told"),
    [
        ({"login", "chalenge", "confirm"}, "no walk has chalenge; the verbs are authenticators, begin"),
        ({"confirm"}, "these verbs leave no walk"),
    ],
)
def test_verbs_that_leave_nothing(verbs, told):
    """A misspelt verb is told, and verbs without a way in; else a test would be skipped in silence."""
    with pytest.raises(ValueError, match=told):
        every_walk("sms-*", verbs=verbs)


def test_a_scene_there_is_not():
    """A misspelt name is told, with those there are."""
    with pytest.raises(ValueError, match="no scene 'smoke-signal'; there are login"):
        walks("smoke-signal")


@pytest.mark.parametrize(
    ("scenes", "options", "error", "told"),
    [
        ((["sms-*"],), {}, TypeError, r"\['sms-\*'\] is no scene's name: walks\('sms-\*', 'push-\*'\)"),
        ((), {"verbs": "confirm"}, TypeError, r"verbs takes a list: verbs=\['confirm'\]"),
        ((), {"verbs": 3}, TypeError, r"verbs takes a list: verbs=\[3\]"),
        ((), {"faults": faults.server_error}, TypeError, r"faults takes a list: faults=\[server_error\]"),
        ((), {"faults": "server_error"}, TypeError, r"faults takes a list: faults=\['server_error'\]"),
        ((), {"faults": ["server_error"]}, TypeError, "'server_error' is no fault: take faults.server_error, or one"),
        ((), {"faults": FAULTS}, TypeError, r"'rate_limited' is no fault: .* FAULTS.values\(\)"),
        ((), {"bound": "3"}, TypeError, "bound takes a whole number, not '3'"),
        ((), {"bound": True}, TypeError, "bound takes a whole number, not True"),
        ((), {"bound": -1}, ValueError, "bound is 0 or more, not -1"),
    ],
)
def test_what_walks_do_not_take(scenes, options, error, told):
    """A text for a list, a list for a name, what is no fault and what is no number are told, with what to give."""
    for take in (walks, every_walk):
        with pytest.raises(error, match=told):
            take(*scenes, **options)


@pytest.mark.parametrize(
    ("scene", "some", "idle"),
    [
        (
            "recovery-challenge",
            [faults.late_push, faults.server_error, faults.exhausted_messages],
            "late_push, exhausted_",
        ),
        ("otp-*", [faults.server_error.meant("/mfa/associate", nth=5)], "server_error"),
        ("otp-*", [*FAULTS.values(), faults.server_error.meant("/mfa/associate", nth=5)], "server_error"),
    ],
)
def test_a_fault_that_strikes_nowhere(scene, some, idle):
    """Who names one is told that no walk has it: a test that never tried it would be green."""
    with pytest.raises(ValueError, match=f"^{idle}.* would strike none of these walks"):
        every_walk(scene, faults=some)


def test_all_faults_strike_where_they_can():
    """Who takes all of them need not know which strike where."""
    assert "expired_code" not in {
        walk.fault.name for walk in walks("recovery-challenge", faults=FAULTS.values()) if walk.fault
    }


@pytest.mark.parametrize("given", ["sms-challenge", walks("sms-challenge")])
async def test_what_is_no_walk(given):
    """A name and a list are told, with what to take."""
    with pytest.raises(TypeError, match=rf"a {type(given).__name__} is no walk: take one of walks\('sms-\*'\)"):
        await drive(given)


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
    with pytest.raises(WalkFailed, match=r"wrong code: at 'wrong code' \(confirm\), its moves: expected \['tokens_"):
        await drive(bent)
