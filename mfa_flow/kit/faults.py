"""What goes wrong in a login, as data: each has a name, can be put together with others, and strikes any tenant.

::

    async def test_the_door_was_shut_and_the_answer_lost(mfa, mfa_account):
        bo, flow = mfa_account("sms"), mfa.flow()
        choose = await flow.login(bo.email, bo.password)
        (faults.reset_after + faults.exhausted_messages).strike(bo)
        with pytest.raises(TransportError):
            await flow.challenge(choose.challenge[0])
        assert isinstance(await flow.look(), Choose)

A tenant is spoiled in the same way whether it is called in process, over a socket or behind aioresponses: what strikes
an answer waits for the next call that it is ``meant`` for, what strikes people, messages or time does it at once. Two
things are aiohttp's own over a socket: a ``timeout`` takes the client's real seconds, and a GET or DELETE whose
connection broke is sent once more. ``FAULTS`` lists all of them by name; ``walks(faults=...)`` tries them at each step.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from mfa_flow.kit.given import whole
from mfa_flow.kit.hasty import Hasty
from mfa_flow.kit.people import Person
from mfa_flow.testing.control.faults import Fault
from mfa_flow.testing.wire.clients import GRANTS
from mfa_flow.testing.wire.routes import PATHS

_LATE = 12  # seconds
_AHEAD = 120  # seconds
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_WRONG = ("access_token", "expires_in", "mfa_token", "error", "authenticator_type", "challenge_type", "oob_code")
_WRONG_TYPES = {name: ["wrong"] for name in _WRONG}
_ONE = "/mfa/authenticators/"
_TOKEN = "/oauth/token"

World = Callable[[Person], object]


@frozen
class Mishap:
    """Something that goes wrong. ``what`` says it in a sentence.

    ``answer`` is what becomes of an answer, as ``Tenant.faults.add`` takes it; ``ahead`` the seconds by which the
    client's clock is wrong from then on; ``world`` what happens to people and time. A sum has none of these, and its
    ``parts`` in ``more``. Raises ValueError for one that does nothing, or whose answer cannot be.
    """

    name: str
    what: str = field(eq=False)
    answer: Mapping[str, Any] | None = field(default=None, hash=False)
    ahead: float = 0
    world: World | None = field(default=None, repr=False)
    more: tuple["Mishap", ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.answer is None:
            if not self.ahead and self.world is None and not self.more:
                raise ValueError(f"{self.name} does nothing: give it an answer, ahead or world")
            return
        try:
            Fault(**self.answer)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.name} cannot be, its answer is what faults.add() takes: {error.args[0]}") from None

    def __add__(self, other: "Mishap") -> "Mishap":
        """Both, one after the other. Of two that spoil an answer each takes a call of its own."""
        if not isinstance(other, Mishap):
            raise TypeError(f"{self.name} is added up with other faults, not with {other!r}")
        return _sum((*self.parts, *other.parts))

    @property
    def parts(self) -> tuple["Mishap", ...]:
        """Those that were added up; of one that is by itself, that one."""
        return self.more or (self,)

    @property
    def undone(self) -> bool:
        """Whether nothing has happened at the tenant when it struck, so that the same may be tried again."""
        answers = [part.answer for part in self.parts if part.answer is not None]
        return not self.happens and all(_unheard(answer) for answer in answers)

    @property
    def happens(self) -> bool:
        """Whether it strikes people or time, and not only an answer or the client's clock."""
        return any(part.world is not None for part in self.parts)

    def meant(self, path: str | None = None, *, grant: str | None = None, nth: int | None = None) -> "Mishap":
        """The same for calls to that path (``/mfa/*``) or of that grant (``mfa-otp``) alone, or for the n-th such call;
        of several, all that spoil an answer. Raises ValueError where none does, and for what is never called, TypeError
        for an ``nth`` that is no number."""
        if all(part.answer is None for part in self.parts):
            raise ValueError(f"{self.name} happens to people or to time, at once: meant() is for what spoils an answer")
        if path is not None:
            _called(path)
        if grant is not None and (not isinstance(grant, str) or grant not in GRANTS):
            raise ValueError(f"there is no grant {grant!r}: there are {', '.join(sorted(GRANTS))}")
        if nth is not None:
            whole("nth", nth, 1)
        found = {name: value for name, value in (("path", path), ("grant", grant), ("nth", nth)) if value is not None}
        return self._aimed(found)

    def _aimed(self, found: Mapping[str, Any]) -> "Mishap":
        if self.more:
            return _sum(tuple(each._aimed(found) for each in self.more))  # noqa: SLF001
        if self.answer is None:
            return self
        answer = {**self.answer, **found}
        if "grant" in answer and not fnmatchcase(_TOKEN, answer.get("path", "*")):
            raise ValueError(f"a grant goes to {_TOKEN}, and never to {answer['path']!r}: name one of the two")
        return evolve(self, name=self.name.removesuffix(_aim(self.answer)) + _aim(answer), answer=answer)

    def strike(self, person: Person, clock: Hasty | None = None) -> None:
        """Let it happen to that person's tenant. ``clock`` is the client's, where that is to go wrong.

        Raises ValueError for a clock that is to go wrong and is no ``Hasty``, and TypeError for what is no ``Person``;
        then nothing has happened.
        """
        if not isinstance(person, Person):
            raise TypeError(f"{self.name} strikes a Person, as mfa_account() makes one, and no {type(person).__name__}")
        if any(part.ahead for part in self.parts) and not isinstance(clock, Hasty):
            raise ValueError("a clock goes wrong: strike(person, clock=...) takes the client's, a Hasty")
        for part in self.parts:
            if part.answer is not None:
                person.tenant.faults.add(**part.answer)
            if part.ahead and clock is not None:
                clock.ahead = part.ahead
            if part.world is not None:
                part.world(person)


def _sum(parts: tuple[Mishap, ...]) -> Mishap:
    return Mishap("+".join(each.name for each in parts), "; and ".join(each.what for each in parts), more=parts)


def _called(path: str) -> None:
    if not isinstance(path, str):
        raise TypeError(f"path takes a text, such as '/mfa/challenge', not {path!r}")
    if not (path.startswith(_ONE) or any(fnmatchcase(each, path) for each in PATHS)):
        raise ValueError(f"no call goes to {path!r}: there are {', '.join(sorted(PATHS))}")


def _aim(answer: Mapping[str, Any]) -> str:
    """The calls it is meant for, as they are told in a name."""
    calls = [answer[each] for each in ("path", "grant") if each in answer]
    nth = [f"no. {answer['nth']}"] if "nth" in answer else []
    return f" of {' '.join([*(calls or ['call']), *nth])}" if calls or nth else ""


def _unheard(answer: Mapping[str, Any]) -> bool:
    """Whether what was asked is not even heard."""
    return "status" in answer or "body" in answer or answer.get("drop") == "before"


def _later(press: Callable[[Person], None], person: Person) -> None:
    """Whatever push there is then is answered by the clock, some seconds from now."""
    clock, until, door = person.tenant.clock, person.tenant.clock.now() + _LATE, ExitStack()

    def look() -> None:
        if clock.now() >= until:
            door.close()
            with suppress(LookupError, ValueError):  # there is none, or it was answered
                press(person)

    door.enter_context(clock.listening(look))


def _outlive(knob: str, person: Person) -> None:
    """Let as much time pass as this lasts at the tenant, and a second."""
    person.tenant.clock.advance(getattr(person.tenant.world.knobs, knob) + 1)


def _use_up_attempts(person: Person) -> None:
    now = person.tenant.clock.now()
    for bucket in (person.user.failures, person.user.recovery_failures):
        while bucket.take(now):
            pass


def _use_up_messages(person: Person) -> None:
    now = person.tenant.clock.now()
    for bucket in person.user.purses().values():
        while bucket.take(now):
            pass


def _enroll_elsewhere(person: Person) -> None:
    person.user.enroll("otp")


def _remove_all(person: Person) -> None:
    for each in person.user.authenticators:
        person.user.remove(each)


def _json(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


_LIMITED = {"status": 429, "body": _json("too_many_requests", "Rate limit exceeded.")}

rate_limited = Mishap(
    "rate_limited",
    "the tenant is asked too often, and says to come back in 7 s",
    {**_LIMITED, "headers": {"Retry-After": "7"}},
)
rate_limited_without_time = Mishap(
    "rate_limited_without_time", "the tenant is asked too often, and does not say when to come back", _LIMITED
)
server_error = Mishap(
    "server_error", "500, as JSON", {"status": 500, "body": _json("server_error", "Internal Server Error")}
)
bad_gateway_html = Mishap("bad_gateway_html", "502 of a proxy, as a page of HTML", {"status": 502, "body": _HTML})
timeout = Mishap("timeout", "it was done, and the answer comes too late for any client", {"delay": 3600})
reset_before = Mishap("reset_before", "the connection breaks before anything is done", {"drop": "before"})
reset_after = Mishap("reset_after", "it was done, and the connection breaks before the answer", {"drop": "after"})
truncated = Mishap("truncated", "it was done, and half of the answer comes", {"bytes": "cut"})
garbled = Mishap("garbled", "it was done, and no byte of the answer is right", {"bytes": "garbled"})
wrong_typed = Mishap(
    "wrong_typed", "200 with fields of types that nobody expects", {"status": 200, "body": _WRONG_TYPES}
)
late_push = Mishap(
    "late_push",
    f"the person presses Yes {_LATE} s from now, if there is a push then",
    world=partial(_later, Person.approve),
)
late_denial = Mishap(
    "late_denial",
    f"the person presses No {_LATE} s from now, if there is a push then",
    world=partial(_later, Person.deny),
)
expired_code = Mishap("expired_code", "the code is a second too old", world=partial(_outlive, "oob_ttl"))
expired_mfa_token = Mishap(
    "expired_mfa_token", "the mfa_token is a second too old", world=partial(_outlive, "mfa_token_ttl")
)
exhausted_attempts = Mishap("exhausted_attempts", "no wrong code is left to the person", world=_use_up_attempts)
exhausted_messages = Mishap("exhausted_messages", "no message is left to the person", world=_use_up_messages)
already_enrolled = Mishap("already_enrolled", "the person set an app up elsewhere", world=_enroll_elsewhere)
factor_removed = Mishap("factor_removed", "all factors of the person are gone", world=_remove_all)
clock_skew = Mishap("clock_skew", f"the client's clock is {_AHEAD} s ahead of the tenant's", ahead=_AHEAD)

FAULTS: Mapping[str, Mishap] = {
    each.name: each
    for each in (
        rate_limited, rate_limited_without_time, server_error, bad_gateway_html, timeout, reset_before, reset_after,
        truncated, garbled, wrong_typed, late_push, late_denial, expired_code, expired_mfa_token, exhausted_attempts,
        exhausted_messages, already_enrolled, factor_removed, clock_skew,
    )
}  # fmt: skip
