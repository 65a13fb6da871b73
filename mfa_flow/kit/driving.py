"""A walk through the library's own client, in process: every event, state, prompt and request is compared."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError
from mfa_flow.kit.accounts import Person
from mfa_flow.kit.deeds import RESTART, Deed
from mfa_flow.kit.stage import Stage
from mfa_flow.kit.walks import Walk, rows_of
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.prompts import Pause, Prompt
from mfa_flow.running import Answer
from mfa_flow.stores.base import Store

FLOW = "walk"
_READS = frozenset({"GET", "DELETE"})


class WalkFailed(AssertionError):
    """A walk did not go as it should; the text says which, at which deed, and what is wrong."""


@frozen
class Walked:
    """A walk that went well: the moves that were made, and the prompt after each deed."""

    walk: Walk
    moves: tuple[Moved, ...]
    prompts: tuple[Prompt, ...]


@define(eq=False)
class _Drive:
    walk: Walk
    stage: Stage
    person: Person
    moves: list[Moved] = field(factory=list)
    prompts: list[Prompt] = field(factory=list)
    mfa: MfaClient = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.mfa = self.stage.client(on_move=self.moves.append)

    async def go(self) -> None:
        """Every deed, in order."""
        shown = await self.mfa.flow(FLOW).look()
        for index, deed in enumerate(self.walk.steps):
            if self.walk.spoiler is not None and index == self.walk.struck:
                await self._spoiled(deed, shown)
                if not getattr(self.walk.spoiler, "again", False):
                    return
            shown = await self._done(deed, shown)
            self.prompts.append(shown)

    async def _done(self, deed: Deed, before: Prompt) -> Prompt:
        """Do it, and compare what came of it."""
        self.person.meanwhile(deed.meanwhile)
        made, sent = len(self.moves), len(self.stage.tenant.requests)
        prompt = await self._say(deed)
        self._expect(deed, "its events", deed.events, tuple(move.event for move in self.moves[made:]))
        self._expect(deed, "the prompt", before.kind if deed.shows == "*" else deed.shows, _kind(prompt, deed))
        self._expect(deed, "looking again", prompt, await self.mfa.flow(FLOW).look())
        if deed.verb != "wait":
            self._once(deed, sent)
        return prompt

    async def _say(self, deed: Deed) -> Prompt:
        if deed.verb == RESTART:
            await self.mfa.aclose()
            self.mfa = self.stage.client(on_move=self.moves.append)
            return await self.mfa.flow(FLOW).look()
        given, details = self.person.given(deed)
        flow = self.mfa.flow(FLOW)
        if deed.verb in _OTHERS:
            await getattr(flow, deed.verb)(*given)
            return await flow.look()
        return await Answer(deed.verb, *given, **details).said_to(flow)

    async def _spoiled(self, deed: Deed, before: Prompt) -> None:
        """Something goes wrong: the flow stays where it is, and nothing is sent twice."""
        assert self.walk.spoiler is not None  # noqa: S101 - it is what this is about
        sent = len(self.stage.tenant.requests)
        self.walk.spoiler.apply(self.stage.tenant)
        try:
            await self._say(deed)
        except MfaFlowError:
            now = await self.mfa.flow(FLOW).look()
            self._expect(deed, "looking again after it failed", _timeless(before), _timeless(now))
        self._once(deed, sent)

    def _once(self, deed: Deed, sent: int) -> None:
        spent = Counter((one.method, one.path) for one in list(self.stage.tenant.requests)[sent:])
        twice = [f"{method} {path}" for (method, path), count in spent.items() if count > 1 and method not in _READS]
        self._expect(deed, "requests that spend something, made more than once", [], twice)

    def _expect(self, deed: Deed, what: str, expected: object, actual: object) -> None:
        if expected != actual:
            raise WalkFailed(
                f"{self.walk.name}: at {deed.name!r} ({deed.verb}), {what}: expected {expected}, found {actual}"
            )


async def drive(walk: Walk, store: Store | None = None) -> Walked:
    """Walk it through our own client, on a tenant of its own. Raises WalkFailed."""
    rows_of(walk)
    stage = Stage(walk.scene, store)
    going = _Drive(walk, stage, Person(stage))
    try:
        await going.go()
    except MfaFlowError as error:
        raise WalkFailed(f"{walk.name}: {type(error).__name__} was raised: {error}") from error
    finally:
        await going.mfa.aclose()
    return Walked(walk, tuple(going.moves), tuple(going.prompts))


async def drive_all(some: Iterable[Walk]) -> list[Walked]:
    """Walk them all, one after the other."""
    return [await drive(walk) for walk in some]


def _kind(prompt: Prompt, deed: Deed) -> str:
    """Of a pause, what stands behind it, unless the pause is the point."""
    return prompt.then.kind if isinstance(prompt, Pause) and deed.shows != "pause" else prompt.kind


def _timeless(prompt: Prompt) -> Prompt:
    """The prompt, whenever it is looked at."""
    return evolve(prompt, seconds=0) if isinstance(prompt, Pause) else prompt


_OTHERS = frozenset({"begin", "refresh", "manage", "authenticators", "remove"})
