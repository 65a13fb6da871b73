"""The test kit: every edge case of a login on tap, for who embeds the library or writes a part for it.

It stands on the client and on the simulated tenant, and nobody stands on it but the command line. Names are loaded when
first asked for, so that the pytest plugin costs nothing until a fixture is used.

* ``plugin``: the fixtures; ``people``: who reads the messages and types the codes
* ``faults``: what goes wrong, by name; ``answers``: single answers of Auth0, by name
* ``intercept``: the tenant behind aioresponses
* ``walks``: dialogues generated from the table; ``fronts``: a front end of one's own is walked through
* ``strategies``, ``dialogues``: random walks; ``suites``: for factors and stores of others; ``checking``: the proofs
* ``recording``, ``recorder``, ``replay``: what happened in a flow, as data; ``scenes``: the runs that are drawn
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfa_flow.kit.answers import ANSWERS, GoldenAnswer
    from mfa_flow.kit.faults import FAULTS, Mishap
    from mfa_flow.kit.hasty import Hasty
    from mfa_flow.kit.intercept import Intercepted, intercepted
    from mfa_flow.kit.people import Accounts, Person
    from mfa_flow.kit.recorder import RecordingClient
    from mfa_flow.kit.recording import Exchange, Recording, Step
    from mfa_flow.kit.replay import replay
    from mfa_flow.kit.stores import Reopened
    from mfa_flow.kit.transport import InProcess

_NAMES = {
    "answers": "ANSWERS GoldenAnswer",
    "faults": "FAULTS Mishap",
    "hasty": "Hasty",
    "intercept": "Intercepted intercepted",
    "people": "Accounts Person",
    "recorder": "RecordingClient",
    "recording": "Exchange Recording Step",
    "replay": "replay",
    "stores": "Reopened",
    "transport": "InProcess",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

__all__ = [
    "ANSWERS",
    "FAULTS",
    "Accounts",
    "Exchange",
    "GoldenAnswer",
    "Hasty",
    "InProcess",
    "Intercepted",
    "Mishap",
    "Person",
    "Recording",
    "RecordingClient",
    "Reopened",
    "Step",
    "intercepted",
    "replay",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
