"""A random dialogue with a client and a tenant, which, if it fails, shrinks to a short one and is printed as a script.

::

    class TestDialogue(Dialogue.TestCase):  # our own client
        pass


    class Mine(Dialogue):  # another one, made from the stage
        def client(self, stage):
            return stage.client(on_move=print)


    TestMine = Mine.TestCase

Somebody with any factors says what makes sense at the prompt, what does not, and is met by faults. After each line it
is checked that there are tokens only after a proof, that no request that spends something is made twice, that a prompt
can be looked at again, that an error leaves the flow where it was, and that no secret is in a ``repr``. Where it is not
so, or the client raises what is no error of ours, the dialogue is printed: a program that fails as it did.
"""

import sys
from pathlib import Path
from typing import Any

from mfa_flow.extras import need_extra

need_extra("hypothesis", "kit")

# ruff: noqa: E402 - whoever lacks it is told how to get it
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mfa_flow.client import MfaClient
from mfa_flow.kit.finding import discreet
from mfa_flow.kit.stage import Stage
from mfa_flow.kit.talk import Broken, Line, Talk

__all__ = ["Broken", "Dialogue", "Talk"]

_OWNS = (("sms",), ("otp",), ("push",), (), ("email",), ("sms", "otp"), ("otp", "push"), ("voice",))


class Dialogue(RuleBasedStateMachine):
    """Rules are synchronous and drive one ``asyncio.Runner``. Override ``client`` to test another client."""

    def __init_subclass__(cls, **given: Any) -> None:
        """Each has the settings of the one it is made from, and may have its own: ``Mine.TestCase.settings = ...``."""
        super().__init_subclass__(**given)
        made_from = next(kind for kind in cls.__mro__[1:] if issubclass(kind, Dialogue))
        cls.TestCase.settings = made_from.TestCase.settings

    def client(self, stage: Stage) -> MfaClient:
        """The client a fresh process would have."""
        return stage.client()

    @initialize(owns=st.sampled_from(_OWNS), more=st.booleans())
    def begin(self, owns: tuple[str, ...], more: bool) -> None:  # noqa: FBT001 - drawn
        """Somebody who owns these factors; who has two may need both."""
        self.given = (owns, 2 if more and len(owns) > 1 else 1)
        self.done = list[Line]()
        self.talk = Talk(self.client, *self.given)

    @rule(data=st.data())
    def say(self, data: st.DataObject) -> None:
        """The next line."""
        line = data.draw(st.sampled_from(self.talk.lines()))
        self.done.append(line)
        try:
            self.talk.line(*line)
        except Broken as broken:
            raise Broken(f"{broken}\n\n{self.script()}") from None
        except Exception as error:
            raise Broken(f"the client fails with {discreet(error)}\n\n{self.script()}") from error

    def teardown(self) -> None:
        """Close what was opened."""
        if hasattr(self, "talk"):
            self.talk.close()

    def script(self) -> str:
        """The dialogue so far, as a program. Where ``client`` is overridden, it takes that from the class."""
        kind = type(self)
        ours = kind.client is Dialogue.client
        wanted = "" if ours else _imported(kind)
        made = "None" if ours else f"{kind.__qualname__}().client"
        said = "\n".join(f"talk.line({', '.join(map(repr, line))})" for line in self.done)
        given = ", ".join(map(repr, self.given))
        return f"{wanted}from mfa_flow.kit.talk import Talk\n\ntalk = Talk({made}, {given})\n{said}\n"


def _imported(kind: type) -> str:
    """How a program gets at the class of a test, wherever it is run."""
    file, name = Path(sys.modules[kind.__module__].__file__ or ""), kind.__module__
    name = file.stem if name == "__main__" else name
    folder, outermost = file.resolve().parents[name.count(".")], kind.__qualname__.partition(".")[0]
    note = "# it is made in a function: move it where it can be imported from\n" if "<" in kind.__qualname__ else ""
    return f"import sys\n\nsys.path.insert(0, {str(folder)!r})\n{note}from {name} import {outermost}\n"


Dialogue.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=20,
    deadline=None,
    # Explaining takes ten times as long as finding and shrinking, and says nothing in the script.
    phases=[phase for phase in Phase if phase is not Phase.explain],
    report_multiple_bugs=False,
)
