"""Walks: whole dialogues generated from the table, each of them data with a readable name, in the same order each time.

::

    @every_walk("sms-enroll", "push-challenge")       # or: pytest.mark.parametrize("walk", walks(), ids=str)
    async def test_front_end(walk):
        await through(walk, my_front_end)            # see ``mfa_flow.kit.fronts``

``walks()`` are the shortest to each deed of each scene, and thereby to each row and state; with a ``bound``, all simple
paths of so many deeds, no deed twice; with ``faults``, each of them once more with each fault at each step.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import reduce
from typing import Any

from attrs import evolve, frozen

from mfa_flow.extras import need_extra
from mfa_flow.kit.backdrops import SCENES
from mfa_flow.kit.deeds import Deed, Scene
from mfa_flow.kit.faults import FAULTS, Mishap
from mfa_flow.kit.given import listed, whole
from mfa_flow.kit.striking import can_strike
from mfa_flow.machine.table import TRANSITIONS, Row, State


@frozen
class Walk:
    """A scene, and the deeds that follow its opening. ``fault``, if there is one, strikes before deed ``struck``."""

    scene: Scene
    deeds: tuple[Deed, ...] = ()
    fault: Mishap | None = None
    struck: int = -1

    @property
    def steps(self) -> tuple[Deed, ...]:
        """Every deed, from the start."""
        return (*self.scene.opening, *self.deeds)

    @property
    def name(self) -> str:
        """Such as ``sms-enroll / wrong code / resend / confirmed``."""
        names = [self.scene.name, *(deed.name for deed in self.deeds)]
        if self.fault is not None:
            names.append(f"{self.fault.name} at {self.steps[self.struck].name}")
        return " / ".join(names)

    def __str__(self) -> str:
        return self.name


def rows_of(walk: Walk) -> tuple[Row, ...]:
    """The rows a walk should take, in order. Raises LookupError where the table has none, TypeError for no walk."""
    if not isinstance(walk, Walk):
        raise TypeError(f"a {type(walk).__name__} is no walk: take one of walks('sms-*')")
    state, found = State.STARTED, list[Row]()
    for deed in walk.steps:
        for row in taken(deed, state):
            found.append(row)
            state = row.dest
    return tuple(found)


def taken(deed: Deed, state: State) -> Iterator[Row]:
    """The rows a deed should take from there. Raises LookupError where the table has none."""
    for event in deed.events:
        row = next((row for row in TRANSITIONS if (row.event, row.source) == (event, state)), None)
        if row is None:
            raise LookupError(f"the table has no row for {event!r} in {state.value!r}, which {deed.name!r} comes upon")
        yield row
        state = row.dest


def walks(
    *scenes: str,
    bound: int | None = None,
    faults: Iterable[Mishap] = (),
    verbs: Collection[str] | None = None,
) -> list[Walk]:
    """The walks of these scenes (all, if none is named; ``sms-*`` names several) that need only these ``verbs``.

    A fault is one of ``mfa_flow.kit.faults``, or several added up. It is tried where it makes a difference. Raises
    ValueError for a scene or a verb there is not, where no walk is left, and for a fault that strikes none of them (of
    ``FAULTS``, given as a whole, some may); TypeError for what is no list or no fault, LookupError where the
    table lacks a row that a deed comes upon.
    """
    _check(verbs)
    wanted = _faults(faults)
    if bound is not None:
        whole("bound", bound, 0)
    found = [
        walk
        for scene in _named(scenes)
        for walk in (_to_each_deed(scene) if bound is None else _simple(scene, bound))
        if verbs is None or all(deed.verb in verbs for deed in walk.steps)
    ]
    if not found:
        raise ValueError("these verbs leave no walk: each begins with a login, or another way in")
    spoiled = [one for walk in found for fault in wanted for one in _spoiled(walk, fault)]
    _all_tried(wanted, {walk.fault for walk in spoiled})
    return [*found, *dict.fromkeys(spoiled)]


def shortest_walks() -> list[Walk]:
    """The fewest: the shortest to each state and to each row. A row no walk gets to is left out: see ``covering``."""
    found = sorted(walks(), key=lambda walk: len(walk.steps))
    taken = [(walk, {(row.event, row.source, row.dest) for row in rows_of(walk)}) for walk in found]
    first = (
        next((walk for walk, seen in taken if (row.event, row.source, row.dest) in seen), None) for row in TRANSITIONS
    )
    return list(dict.fromkeys(walk for walk in first if walk is not None))


def every_walk(
    *scenes: str, bound: int | None = None, faults: Iterable[Mishap] = (), verbs: Collection[str] | None = None
) -> Any:
    """The decorator of a test that takes a ``walk``: one test each. Takes what ``walks`` takes; needs pytest."""
    mark = need_extra("pytest", "kit").mark
    return mark.parametrize("walk", walks(*scenes, bound=bound, faults=faults, verbs=verbs), ids=str)


def _check(verbs: Collection[str] | None) -> None:
    named = set() if verbs is None else {*map(str, listed("verbs", verbs))}
    known = {deed.verb for scene in SCENES for deed in (*scene.opening, *scene.deeds)} | {"look"}
    if strange := named - known:
        raise ValueError(f"no walk has {', '.join(sorted(strange))}; the verbs are {', '.join(sorted(known))}")


def _faults(faults: Iterable[Mishap]) -> list[Mishap]:
    found = list[Mishap]()
    for each in listed("faults", faults):
        if not isinstance(each, Mishap):
            raise TypeError(f"{each!r} is no fault: take faults.server_error, or one of FAULTS.values()")
        found.append(each)
    return found


def _all_tried(wanted: Collection[Mishap], struck: Collection[Mishap | None]) -> None:
    excused = set(FAULTS.values()) if set(FAULTS.values()) <= set(wanted) else set[Mishap]()
    if idle := [fault.name for fault in wanted if fault not in struck and fault not in excused]:
        raise ValueError(f"{', '.join(idle)} would strike none of these walks: leave that out, or take other walks")


def _named(names: Sequence[str]) -> list[Scene]:
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"{name!r} is no scene's name: walks('sms-*', 'push-*'), one after the other")
        if not any(fnmatchcase(scene.name, name) for scene in SCENES):
            raise ValueError(f"there is no scene {name!r}; there are {', '.join(scene.name for scene in SCENES)}")
    return [scene for scene in SCENES if not names or any(fnmatchcase(scene.name, name) for name in names)]


def _dest(deed: Deed, state: State) -> State:
    """Where a deed leads. Raises LookupError where the table does not know it."""
    return next((row.dest for row in reversed([*taken(deed, state)])), state)


def _opened(scene: Scene) -> State:
    return reduce(lambda state, deed: _dest(deed, state), scene.opening, State.STARTED)


def _simple(scene: Scene, bound: int) -> Iterator[Walk]:
    """All paths on which no deed is done twice, shorter ones first."""
    reached = [(Walk(scene), _opened(scene))]
    for _ in range(bound + 1):
        yield from (walk for walk, _ in reached)
        reached = [one for walk, at in reached for one in _onward(walk, at)]


def _onward(walk: Walk, at: State) -> Iterator[tuple[Walk, State]]:
    if walk.deeds and walk.deeds[-1].last:
        return
    for deed in walk.scene.deeds:
        if deed.at is at and deed not in walk.deeds:
            yield evolve(walk, deeds=(*walk.deeds, deed)), _dest(deed, at)


def _to_each_deed(scene: Scene) -> Iterator[Walk]:
    """The shortest to each deed; the opening by itself where there is nothing more."""
    left = set(range(len(scene.deeds)))
    for walk in _simple(scene, 2):
        if not scene.deeds and not walk.deeds:
            yield walk
        new = {scene.deeds.index(deed) for deed in walk.deeds[-1:]} & left
        if new:
            left -= new
            yield walk
    if left:
        deeds = ", ".join(scene.deeds[index].name for index in sorted(left))
        raise LookupError(f"nothing leads to {deeds} of {scene.name}: the table has another row than it should")


def _spoiled(walk: Walk, fault: Mishap) -> Iterator[Walk]:
    """The walk with the fault at each deed it can strike. Nothing happens to people or to time twice; where there is an
    effect, what would follow is left out."""
    for index, deed in enumerate(walk.steps):
        if fault.happens and fault in {before.meanwhile for before in walk.steps[:index]}:
            return
        if not can_strike(fault, deed, walk.scene):
            continue
        if fault.undone:
            yield evolve(walk, fault=fault, struck=index)
            continue
        opened = evolve(walk.scene, opening=walk.scene.opening[: index + 1])
        after = max(0, index + 1 - len(walk.scene.opening))
        yield evolve(walk, scene=opened, deeds=walk.deeds[:after], fault=fault, struck=index)
