"""Deeds: the single things a person does, with what happens meanwhile and what should come of it. All of it is data."""

from collections.abc import Mapping

from attrs import field, frozen

from mfa_flow.kit.faults import Mishap
from mfa_flow.machine.flow import NOTHING
from mfa_flow.machine.table import State

# Who is played, in every walk.
EMAIL, PASSWORD, PHONE = "bo@example.com", "bo-password", "+15551230042"
# The verb of a deed that is no verb: the process dies between two messages, and another goes on from the store.
RESTART = "restart"


@frozen
class Deed:
    """``name`` is what it is called in a walk; ``verb`` what is called, with ``given`` and ``details``.

    A value in angle brackets (``<right code>``) is looked up when the time has come: see ``Stage``. ``meanwhile`` is
    what happens just before. ``events`` are what should come of it, in order, and ``shows`` is the kind of prompt
    that follows. After a ``last`` deed nothing else makes sense.
    """

    name: str
    verb: str
    at: State
    events: tuple[str, ...]
    shows: str
    given: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default=NOTHING, hash=False)
    meanwhile: Mishap | None = None
    last: bool = False


@frozen
class Scene:
    """Where walks begin: an account, a tenant with its ``knobs``, and the ``opening`` deeds that get a person there.

    ``factor`` is the one in use; ``owns`` are those that are set up, ``user`` is what else is special about the person.
    """

    name: str
    opening: tuple[Deed, ...]
    deeds: tuple[Deed, ...]
    factor: str = ""
    owns: tuple[str, ...] = ()
    user: Mapping[str, object] = field(default=NOTHING, hash=False)
    knobs: Mapping[str, object] = field(default=NOTHING, hash=False)
