"""A random dialogue with a client and a tenant, which shrinks to the shortest that fails and prints it as a script.

::

    class TestDialogue(Dialogue.TestCase): ...                     # our own client

    class Mine(Dialogue):                                          # another one, made from the stage
        def client(self, stage): return stage.client(on_move=...)

What always holds is checked after each message: tokens only after a proof, no request that spends something made
twice, a prompt that can be looked at again, no password in a ``repr``. When one does not, ``script`` is printed: a
program that plays the dialogue again and fails as it did.
"""

import asyncio
from collections import Counter
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError
from mfa_flow.kit.accounts import Person
from mfa_flow.kit.deeds import EMAIL, PASSWORD, PHONE, Scene
from mfa_flow.kit.stage import Stage
from mfa_flow.machine.prompts import Choose, Prompt
from mfa_flow.running import Answer
from mfa_flow.testing.tenant import Tenant

_HAPPENINGS = ("five minutes pass", "an hour passes", "ten codes were wrong", "a message is lost", "restart")
_FACTORS = ("sms", "otp", "email")
Line = tuple[str, ...]


class Broken(AssertionError):
    """Something that always holds does not; the text says what, and is followed by the script."""


class Talk:
    """One dialogue: ``line`` does the next thing and checks what always holds. A script is made of its lines."""

    def __init__(self, make: Any = None, owns: tuple[str, ...] = ()) -> None:
        self._runner = asyncio.Runner()
        self.stage = Stage(Scene("dialogue", (), (), owns[0] if owns else "sms", owns))
        self.person = Person(self.stage)
        self._make = make or Stage.client
        self.mfa: MfaClient = self._make(self.stage)
        self._proofs = 0

    def line(self, verb: str, *given: str) -> None:
        """Do it; raises Broken."""
        sent = len(self.stage.tenant.requests)
        prompt = self._runner.run(self._done(verb, *given))
        self._check(verb, prompt, list(self.stage.tenant.requests)[sent:])

    def close(self) -> None:
        """Leave no event loop behind."""
        self._runner.run(self.mfa.aclose())
        self._runner.close()

    async def _done(self, verb: str, *given: str) -> Prompt:
        flow = self.mfa.flow("dialogue")
        try:
            if verb == "restart":
                self.mfa = self._make(self.stage)
            elif verb == "a message is lost":
                self.stage.tenant.faults.add(drop="after")
            elif verb in _HAPPENINGS:
                self.person.meanwhile(verb)
            else:
                await self._answer(await flow.look(), verb, *given).said_to(flow)
        except MfaFlowError:
            pass  # it says that the flow did not move: what always holds is checked all the same
        return await self.mfa.flow("dialogue").look()

    def _answer(self, prompt: Prompt, verb: str, *given: str) -> Answer:
        if verb == "enroll":
            details = {"phone_number": PHONE} if given[0] == "sms" else {}
            return Answer("enroll", *given, **details)
        if verb == "challenge":
            owned = prompt.challenge if isinstance(prompt, Choose) else ()
            return Answer("challenge", owned[0].id if owned else "none")
        if verb == "confirm":
            return Answer("confirm", self._code(given[0]))
        return Answer(verb, *given)

    def _code(self, which: str) -> str:
        factors = [factor for factor in ("sms", "email", "otp") if which == f"right {factor}"]
        try:
            tenant: Tenant = self.stage.tenant
            codes = {"sms": lambda: tenant.inbox.code(PHONE), "email": lambda: tenant.inbox.code(EMAIL)}
            return codes.get(factors[0], lambda: tenant.otp(EMAIL))() if factors else "000000"
        except LookupError:
            return "000000"

    def _check(self, verb: str, prompt: Prompt, made: Any) -> None:
        spent = Counter(one.path for one in made if one.method == "POST")
        self._expect("no request that spends something is made twice", not [n for n in spent.values() if n > 1])
        self._proofs += sum(one.status == 200 and (one.grant or "").startswith("mfa-") for one in made)
        self._expect("tokens only after a proof", prompt.kind != "done" or self._proofs > 0)
        self._expect("a prompt can be looked at again", prompt.text() != "")
        self._expect("no password in a repr", PASSWORD not in repr(prompt))

    def _expect(self, what: str, holds: bool) -> None:  # noqa: FBT001 - what holds
        if not holds:
            raise Broken(f"{what}: this does not hold")


class Dialogue(RuleBasedStateMachine):
    """Rules are synchronous and drive one ``asyncio.Runner``. Override ``client`` to test another client."""

    lines: ClassVar[list[Line]] = []

    def client(self, stage: Stage) -> MfaClient:
        """The client a fresh process would have."""
        return stage.client()

    @initialize(owns=st.sampled_from([(), ("sms",), ("otp",), ("sms", "otp")]))
    def begin(self, owns: tuple[str, ...]) -> None:
        """Somebody who owns these factors."""
        self.owns, self.done = owns, list[Line]()
        self.talk = Talk(self.client, owns)

    @rule(password=st.sampled_from([PASSWORD, "wrong"]))
    def login(self, password: str) -> None:
        """Log in."""
        self._line("login", EMAIL, password)

    @rule(factor=st.sampled_from(_FACTORS))
    def enroll(self, factor: str) -> None:
        """Set up a factor."""
        self._line("enroll", factor)

    @rule(which=st.sampled_from(["wrong", "right sms", "right otp", "right email"]))
    def confirm(self, which: str) -> None:
        """Give a code, be it one of another factor or an old one."""
        self._line("confirm", which)

    @rule(verb=st.sampled_from(["challenge", "resend", "go_back", "cancel"]))
    def other(self, verb: str) -> None:
        """Another verb."""
        self._line(verb)

    @rule(what=st.sampled_from(_HAPPENINGS))
    def meanwhile(self, what: str) -> None:
        """Something happens."""
        self._line(what)

    def teardown(self) -> None:
        """Close what was opened."""
        if hasattr(self, "talk"):
            self.talk.close()

    def _line(self, *line: str) -> None:
        self.done.append(line)
        try:
            self.talk.line(*line)
        except Broken as broken:
            raise Broken(f"{broken}\n\n{self.script()}") from None

    def script(self) -> str:
        """The dialogue so far, as a program. Where ``client`` is overridden, it takes that from the class."""
        kind = type(self)
        made = "None" if kind.client is Dialogue.client else f"{kind.__name__}.client.__get__(object())"
        wanted = "" if made == "None" else f"from {kind.__module__} import {kind.__name__}\n"
        said = "\n".join(f"talk.line({', '.join(map(repr, line))})" for line in self.done)
        return f"{wanted}from mfa_flow.kit.dialogues import Talk\n\ntalk = Talk({made}, {self.owns!r})\n{said}\n"


Dialogue.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
