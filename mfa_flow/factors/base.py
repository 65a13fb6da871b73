"""What a factor is: it says which request to send, and what each reply to it would mean.

A factor is stateless and does no I/O. What it must remember between two steps goes into the outcome's ``memory`` and
is found again in ``flow.memory``; leaving the factor erases it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from mfa_flow.machine.flow import NOTHING, Flow
from mfa_flow.machine.prompts import Prompt
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.values import App, Authenticator


@frozen
class Outcome:
    """What a reply turned out to be: an event of the table.

    ``error`` is the key of the text that tells the person why (or why the flow ended); ``pause`` the seconds until
    another try makes sense; ``memory`` what the factor wants to find again; ``changes`` are other fields of the flow;
    ``then`` is the next move, where one reply makes two.
    """

    event: str
    error: str | None = None
    pause: float | None = None
    memory: Mapping[str, Any] = field(default=NOTHING, repr=False)
    changes: Mapping[str, Any] = field(default=NOTHING, repr=False)
    then: "Outcome | None" = None


@frozen
class Step:
    """A request, and what each reply to it would mean. Without a ``call`` nothing is sent and ``read`` is given an
    empty reply. ``enters`` is what the flow remembers if the step gets a person to the factor."""

    call: Call | None
    read: Callable[[Reply], Outcome] = field(repr=False)
    enters: Mapping[str, Any] = field(default=NOTHING, repr=False)

    @classmethod
    def silent(cls, outcome: Outcome) -> "Step":
        """A step that needs no request."""
        return cls(None, lambda _: outcome)


class Factor(ABC):
    """A second factor. Subclass it, give it a ``name``, register it in the entry-point group ``mfa_flow.factors``."""

    name: ClassVar[str]
    # What mfa_requirements calls it, if that differs from the name.
    requirement: ClassVar[str] = ""
    # Whether a person can set it up by itself.
    enrolls: ClassVar[bool] = True
    # The details ``enroll`` cannot do without.
    needs: ClassVar[tuple[str, ...]] = ()
    # Whether the answer is given elsewhere and polled for.
    polls: ClassVar[bool] = False
    # Whether associate or challenge sends the person a message: only then is there something to resend.
    sends: ClassVar[bool] = False

    @abstractmethod
    def associate(self, app: App, flow: Flow, /, **details: str) -> Step | None:
        """Set the factor up for this person. None where ``enrolls`` is False.

        Raises BadInput where ``details`` cannot be right: nothing is sent then.
        """

    @abstractmethod
    def challenge(self, app: App, flow: Flow, authenticator: Authenticator) -> Step | None:
        """Ask for the proof. None: no request is needed, the person can answer at once."""

    @abstractmethod
    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        """Send the proof. Raises BadInput where ``answer`` cannot be right: no attempt is spent then."""

    @abstractmethod
    def ask(self, flow: Flow, error: str | None = None) -> Prompt:
        """The question while the proof is awaited. ``error`` is the key of why the last answer was refused; the
        engine adds it to the prompt, with the verbs and the recovery codes."""
