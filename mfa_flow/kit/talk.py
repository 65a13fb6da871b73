"""One dialogue with a client and a tenant, line by line; what always holds is checked after each line."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from attrs import evolve

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError, MisuseError
from mfa_flow.kit.deeds import EMAIL, PASSWORD, Scene
from mfa_flow.kit.faults import FAULTS
from mfa_flow.kit.given import known
from mfa_flow.kit.people import Person
from mfa_flow.kit.stage import DOMAIN, Stage
from mfa_flow.machine.prompts import Choose, Done, Pause, Prompt, Scan, Wait
from mfa_flow.testing.control.requests import Entry
from mfa_flow.wire.values import Authenticator

Line = tuple[str, ...]
_FLOW = "dialogue"
_NOWHERE = {"clock_skew", "late_push", "timeout"}  # they take the client's clock, or real time
_HAPPENS: tuple[Line, ...] = (("restart",), *(("fault", name) for name in FAULTS if name not in _NOWHERE))
_WHENEVER: tuple[Line, ...] = (
    ("confirm", "wrong"), ("confirm", "right"), ("resend",), ("go_back",), ("wait",), ("login", "right"),
    ("challenge", "sms"), ("enroll", "sms"), ("enroll", "nothing"), ("refresh",), ("remove", "sms"),
    ("authenticators",),
)  # fmt: skip
_WEIGHTS = {"authenticators": 1, "cancel": 1}  # of three: what leads nowhere is said less often
_MANAGES = {"audience": f"https://{DOMAIN}/mfa/", "scope": "enroll read:authenticators remove:authenticators"}


class Broken(AssertionError):
    """Something that always holds does not; the text says what, and is followed by the script."""


class Talk:
    """``line`` says or does the next thing, ``lines`` are those that make sense now. ``make`` makes a client from a
    stage, ``owns`` are the person's factors, ``factors`` how many of them a login takes."""

    def __init__(
        self, make: Callable[[Stage], MfaClient] | None = None, owns: Sequence[str] = (), factors: int = 1
    ) -> None:
        self._runner = asyncio.Runner()
        self.stage = Stage(Scene("dialogue", (), (), user={"mfa": False}))
        self.person = Person(self.stage.tenant, EMAIL, PASSWORD)
        self._tokens = self._held(owns, factors)
        self._make: Callable[[Stage], MfaClient] = make or Stage.client
        self.mfa = self._make(self.stage)
        self._known: dict[str, Authenticator] = {}
        self._proofs = 0
        self.prompt = self._runner.run(self.mfa.flow(_FLOW).look())

    def line(self, verb: str, *given: str) -> None:
        """Do it. Raises Broken, and whatever the client raises that is no error of ours; ValueError for a line there is
        not."""
        _check(verb, *given)
        requests = self.stage.tenant.requests
        before, sent = self.prompt, len(requests)
        raised, shown = self._runner.run(self._done(verb, *given))
        self.prompt, again = self._runner.run(self._looked())
        made = list(requests)[sent:]
        self._spent_once(verb, before, made)
        self._proved(verb, raised, made)
        self._seen(shown, again)
        self._refused(raised, before, made)
        self._hidden(raised)
        if verb == "restart":
            told = f"{before.kind} was shown before, and {self.prompt.kind} after it"
            _expect("a restart leaves the prompt as it was", told, _timeless(before) == _timeless(self.prompt))
        if isinstance(self.prompt, Choose):
            self._known = {one.factor: one for one in (*self.prompt.authenticators, *self.prompt.challenge)}

    def close(self) -> None:
        """Leave no event loop behind."""
        self._runner.run(self.mfa.aclose())
        self._runner.close()

    def lines(self) -> list[Line]:
        """What could come next: mostly what the prompt and the phone allow; what may happen; and what does not fit."""
        sensible = list(self._sensible())
        often = max(1, 3 * len(_HAPPENS + _WHENEVER) // len(sensible)) if sensible else 0
        # Hypothesis likes the first and the last of a list.
        return [*sensible * often, *_HAPPENS, *_WHENEVER, *sensible * often]

    def _sensible(self) -> Iterator[Line]:
        for verb in self.prompt.verbs:
            yield from list(_ways(verb, _asked(self.prompt), self._known)) * _WEIGHTS.get(verb, 3)
        box = self.stage.tenant.inbox.saved()
        if any(not each.code and each.id in box.open for each in box.messages):
            yield from (("deny",), ("approve",)) * 4

    async def _done(self, verb: str, *given: str) -> tuple[MfaFlowError | None, Prompt | None]:
        """What was raised, or shown."""
        flow: Any = self.mfa.flow(_FLOW)
        try:
            match verb, given:
                case "restart", _:
                    self.mfa = self._make(self.stage)
                case "fault", (name,):
                    FAULTS[name].strike(self.person)
                case "approve" | "deny", _:
                    with suppress(LookupError, ValueError):  # there is none, or it was answered
                        getattr(self.person, verb)()
                case "authenticators", _:
                    await flow.authenticators()
                case _:
                    given, details = self._given(verb, *given)
                    return None, await getattr(flow, verb)(*given, **details)
        except MfaFlowError as error:
            return error, None
        return None, None

    def _given(self, verb: str, *given: str) -> tuple[Line, dict[str, Any]]:
        """What a verb is called with, looked up now."""
        match verb:
            case "login":
                return (EMAIL, PASSWORD if given == ("right",) else f"not {PASSWORD}"), {}
            case "enroll":
                return given, self.person.details(*given)
            case "challenge" | "remove":
                given = (self._known[given[0]].id if given[0] in self._known else "none",)
            case "confirm" if given:
                given = (self._code(*given),)
            case _ if verb in self._tokens:
                given = (self._tokens[verb],)
            case "wait":
                return (), {"timeout": 0}
        return given, {}

    def _code(self, which: str) -> str:
        for find in (self.person.code, self.person.wrong_code)[which != "right" :]:
            with suppress(LookupError):
                return find(self.prompt)
        return "000000"

    def _held(self, owns: Sequence[str], factors: int) -> dict[str, str]:
        """Tokens from a time when a password was enough, and from a login elsewhere, now that it is not."""
        held = {
            "refresh": self.stage.token(scope="offline_access")["refresh_token"],
            "manage": self.stage.token(**_MANAGES)["access_token"],
        }
        for factor in owns:
            self.stage.person.user.enroll(factor)
        self.stage.tenant.users.change(EMAIL, mfa=True, refresh_mfa=True, factors=factors)
        held["begin"] = self.stage.token()["mfa_token"]
        self.stage.tenant.requests.clear()
        return held

    async def _looked(self) -> tuple[Prompt, Prompt]:
        return await self.mfa.flow(_FLOW).look(), await self.mfa.flow(_FLOW).look()

    def _spent_once(self, verb: str, before: Prompt, made: Sequence[Entry]) -> None:
        """A poll may be repeated: it spends nothing."""
        if verb in ("confirm", "wait") and _polled(_asked(before)):
            return
        spent = Counter(
            " ".join(filter(None, (one.method, one.path, one.grant))) for one in made if one.method != "GET"
        )
        twice = [f"{request} was made {times} times" for request, times in spent.items() if times > 1]
        _expect("no request that spends something is made twice", f"in {verb}, {', '.join(twice)}", not twice)

    def _proved(self, verb: str, raised: MfaFlowError | None, made: Sequence[Entry]) -> None:
        """A login that came to nothing leaves what an earlier one has brought."""
        anew = verb in ("login", "refresh", "begin", "manage") and raised is None
        self._proofs = 0 if anew else self._proofs
        self._proofs += sum(one.status == 200 and (one.grant or "").startswith("mfa-") for one in made)
        proved = not isinstance(self.prompt, Done) or self._proofs > 0
        _expect("there are tokens only after a proof", f"{verb} gave them", proved)

    def _seen(self, shown: Prompt | None, again: Prompt) -> None:
        """Nothing happens between the two looks, and no time passes."""
        for first in (self.prompt,) if shown is None else (self.prompt, shown):
            told = f"{first.kind} was shown, and {again.kind} is when one looks again"
            told += " (their fields differ)" * (first.kind == again.kind)
            _expect("a prompt can be looked at again", told, first == again)

    def _refused(self, raised: MfaFlowError | None, before: Prompt, made: Sequence[Entry]) -> None:
        if raised is not None:
            told = f"{type(raised).__name__} was raised"
            _expect("a misuse sends nothing", told, not (isinstance(raised, MisuseError) and made))
            stays = _timeless(before) == _timeless(self.prompt)
            _expect("an error leaves the flow where it was", f"{told}, and now it shows {self.prompt.kind}", stays)

    def _hidden(self, raised: MfaFlowError | None) -> None:
        told = f"{self.prompt!r} {raised!r}"
        secrets = {"password": PASSWORD, **self._tokens, "recovery code": self.stage.person.user.recovery_code}
        seen = [name for name, secret in secrets.items() if secret and secret in told]
        _expect("no secret is in a repr", f"there is the {', '.join(seen)}", not seen)


def _check(verb: str, *given: str) -> None:
    if verb == "fault" and (len(given) != 1 or given[0] not in FAULTS):
        raise ValueError(f"there is no fault {', '.join(given)!r}: there are {', '.join(FAULTS)}")
    if verb not in ("restart", "fault", "approve", "deny", "look"):
        known(verb)


def _ways(verb: str, asked: Prompt, known: dict[str, Authenticator]) -> Iterator[Line]:
    """The lines by which a verb makes sense at that question."""
    match verb, asked:
        case "login", _:
            yield from (("login", "right"), ("login", "right"), ("login", "wrong"))
        case "confirm", _ if not _polled(asked):
            yield from (("confirm", "right"), ("confirm", "wrong"))
        case "enroll", Choose(enroll=some):
            yield from (("enroll", factor) for factor in some)
        case "enroll", _:
            yield from (("enroll", "sms"), ("enroll", "otp"))
        case (("challenge" | "remove"), _):
            yield from ((verb, factor) for factor in known)
        case _:
            yield (verb,)


def _asked(prompt: Prompt) -> Prompt:
    return prompt.then if isinstance(prompt, Pause) else prompt


def _polled(asked: Prompt) -> bool:
    return isinstance(asked, Wait) or (isinstance(asked, Scan) and asked.length is None)


def _timeless(prompt: Prompt) -> Prompt:
    """The prompt, whenever it is looked at; an error may say what was under way."""
    prompt = evolve(prompt, interrupted=None)
    return evolve(prompt, seconds=0, then=_timeless(prompt.then)) if isinstance(prompt, Pause) else prompt


def _expect(what: str, told: str, holds: bool) -> None:  # noqa: FBT001 - what holds
    if not holds:
        raise Broken(f"{what}: this does not hold; {told}")
