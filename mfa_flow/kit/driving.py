"""A walk through the library's own client, in process: every move, prompt and request is compared with the plan."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError, TenantError, TransportError
from mfa_flow.kit.costs import Cost, aimed, cost_of, costs, spent
from mfa_flow.kit.deeds import RESTART, Deed
from mfa_flow.kit.faults import Mishap
from mfa_flow.kit.stage import Stage
from mfa_flow.kit.striking import effect_of
from mfa_flow.kit.walking import Walk, rows_of, taken
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.prompts import Pause, Prompt
from mfa_flow.machine.table import Row, State
from mfa_flow.running import Answer
from mfa_flow.stores.base import Store

FLOW = "walk"


class WalkFailed(AssertionError):
    """A walk did not go as it should; the text says which, at which deed, and what is wrong."""


@frozen
class Turn:
    """A deed, and what came of it: the moves, the requests, and the prompt that stands then.

    ``struck`` says that the walk's fault, or what is left of it, was armed; ``again`` that it is done once more;
    ``error`` is the code of what was raised.
    """

    deed: Deed
    prompt: Prompt
    moves: tuple[Moved, ...]
    made: tuple[Cost, ...]
    struck: bool = False
    again: bool = False
    error: str | None = None


@frozen
class Walked:
    """A walk that went well, turn by turn."""

    walk: Walk
    turns: tuple[Turn, ...]

    @property
    def moves(self) -> tuple[Moved, ...]:
        """All that were made."""
        return tuple(move for turn in self.turns for move in turn.moves)


async def drive(walk: Walk, store: Store | None = None) -> Walked:
    """Walk it through our own client, on a tenant of its own. Raises WalkFailed."""
    rows_of(walk)
    going = _Drive(walk, Stage(walk.scene, store))
    try:
        await going.go()
    except MfaFlowError as error:
        raise WalkFailed(f"{walk.name}: {type(error).__name__} was raised: {error}") from error
    finally:
        await going.mfa.aclose()
    return Walked(walk, tuple(going.turns))


async def drive_all(some: Iterable[Walk]) -> list[Walked]:
    """Walk them all, one after the other."""
    return [await drive(walk) for walk in some]


@define(eq=False)
class _Drive:
    walk: Walk
    stage: Stage
    state: State = State.STARTED
    moves: list[Moved] = field(factory=list)
    turns: list[Turn] = field(factory=list)
    mfa: MfaClient = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.mfa = self.stage.client(on_move=self.moves.append)

    async def go(self) -> None:
        """Every deed, in order; one that a fault has kept from happening is done again."""
        shown = await self._look()
        for index, deed in enumerate(self.walk.steps):
            struck = self.walk.fault if index == self.walk.struck else None
            turn = await self._turn(deed, shown, struck=struck is not None)
            while turn.error and struck is not None and struck.undone:
                turn = await self._turn(deed, turn.prompt, struck=bool([*self.stage.tenant.faults]), again=True)
            shown = turn.prompt

    async def _turn(self, deed: Deed, before: Prompt, *, struck: bool = False, again: bool = False) -> Turn:
        """Do it, and compare what came of it."""
        given, details = self.stage.given(deed, before)
        if not again:
            befall(self.stage, self.walk, deed, struck=struck)
        moves, sent, error = len(self.moves), len(self.stage.tenant.requests), None
        try:
            prompt = await self._say(deed, *given, **details)
        except (TenantError, TransportError) as raised:
            if not struck:
                raise
            prompt, error = await self._look(), raised.code
        made = tuple(cost_of(entry) for entry in list(self.stage.tenant.requests)[sent:])
        turn = Turn(deed, prompt, tuple(self.moves[moves:]), made, struck, again, error)
        self._judge(turn, before)
        self._expect(deed, "looking again", _timeless(prompt), _timeless(await self._look()))
        self.turns.append(turn)
        self.state = turn.moves[-1].dest if turn.moves else self.state
        return turn

    async def _say(self, deed: Deed, *given: str, **details: str) -> Prompt:
        if deed.verb == RESTART:
            await self.mfa.aclose()
            self.mfa = self.stage.client(on_move=self.moves.append)
            return await self._look()
        flow = self.mfa.flow(FLOW)
        if deed.verb in _OTHERS:
            await getattr(flow, deed.verb)(*given)
            return await flow.look()
        return await Answer(deed.verb, *given, **details).said_to(flow)

    async def _look(self) -> Prompt:
        return await self.mfa.flow(FLOW).look()

    def _judge(self, turn: Turn, before: Prompt) -> None:
        deed, fault = turn.deed, self.walk.fault if turn.struck else None
        if fault is not None and not fault.more:  # the second of two may find nothing any more
            self._expect(deed, f"what is left of {fault.name}", [], [*map(repr, self.stage.tenant.faults)])
        if turn.error:
            self._stayed(turn, before)
        elif fault is not None and (fault.happens or (fault.more and not fault.undone)):
            self._came(turn, fault)
        else:
            self._planned(turn, before)

    def _planned(self, turn: Turn, before: Prompt) -> None:
        """It is what was planned; a poll that was spoiled is one answer less."""
        deed, planned = turn.deed, costs(turn.deed, self.walk.scene)
        rows = taken(deed, self.state)
        self._expect(deed, "its moves", _arrows(rows, turn), _arrows(turn.moves, turn))
        self._expect(deed, "the prompt", before.kind if deed.shows == "*" else deed.shows, _kind(turn.prompt, deed))
        if turn.struck or (turn.again and deed.verb == "wait"):
            self._expect(deed, "what it spends", _told(spent(planned, deed)), _told(spent(turn.made, deed)))
        else:
            self._expect(deed, "its requests", _told(planned), _told(turn.made))

    def _stayed(self, turn: Turn, before: Prompt) -> None:
        """An error was raised: the flow stays where it was, and nothing was sent twice."""
        deed = turn.deed
        self._expect(deed, "the moves of a deed that failed", (), turn.moves)
        self._expect(deed, "the prompt after it failed", _timeless(before), _timeless(turn.prompt))
        planned = _told(spent(costs(deed, self.walk.scene), deed))
        self._expect(deed, "what it spends though it failed", planned, _told(spent(turn.made, deed)))

    def _came(self, turn: Turn, fault: Mishap) -> None:
        """What happened to people and time leads where it should, and nothing was sent twice."""
        deed, effect = turn.deed, effect_of(fault)
        events = [move.event for move in turn.moves]
        if effect is not None and not set(events[:1]) & set(effect.events):
            self._expect(deed, f"what comes of {fault.name}", " or ".join(effect.events), events)
        twice = _told(one for one, times in Counter(spent(turn.made, deed)).items() if times > 1)
        self._expect(deed, "requests that spend something, made more than once", [], twice)

    def _expect(self, deed: Deed, what: str, expected: object, actual: object) -> None:
        if expected != actual:
            where = f"{self.walk.name}: at {deed.name!r} ({deed.verb})"
            raise WalkFailed(f"{where}, {what}: expected {expected}, found {actual}")


def befall(stage: Stage, walk: Walk, deed: Deed, *, struck: bool, at: Cost | None = None) -> None:
    """What happens before a deed: what belongs to it, and the walk's fault, if it strikes here. ``at`` is the request
    that is struck, where others may be made before it."""
    for fault in (deed.meanwhile, walk.fault if struck else None):
        if fault is not None:
            (fault if at is None else aimed(fault, at)).strike(stage.person, stage.clock)


def _arrows(steps: Iterable[Row | Moved], turn: Turn) -> list[str]:
    """As one reads them; of a deed that was struck without its polls."""
    left = (step for step in steps if not ((turn.struck or turn.again) and step.event == "still_pending"))
    return [f"{step.event}: {step.source} -> {step.dest}" for step in left]


def _told(made: Iterable[Cost]) -> list[str]:
    return [*map(str, made)]


def _kind(prompt: Prompt, deed: Deed) -> str:
    """Of a pause, what stands behind it, unless the pause is the point."""
    return prompt.then.kind if isinstance(prompt, Pause) and deed.shows != "pause" else prompt.kind


def _timeless(prompt: Prompt) -> Prompt:
    """The prompt, whenever it is looked at."""
    return evolve(prompt, seconds=0) if isinstance(prompt, Pause) else prompt


_OTHERS = frozenset({"begin", "refresh", "manage", "authenticators", "remove"})
