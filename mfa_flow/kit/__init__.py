"""The test kit: every edge case of a login on tap, for who embeds the library or writes a part for it.

It stands on the client and on the simulated tenant, and nobody stands on it but the command line. Names are loaded when
first asked for, so that the pytest plugin costs nothing until a fixture is used.

* ``plugin``: the fixtures; ``people``: who reads the messages and types the codes
* ``faults``: what goes wrong, by name; ``answers``: single answers of Auth0, by name
* ``intercept``: the tenant behind aioresponses
* ``walking``: dialogues generated from the table; ``fronts``: a front end of one's own is walked through
* ``strategies``, ``dialogues``: random walks, which need the extra ``kit``; ``talk``: the lines of a dialogue
* ``suites``: for factors and stores of others
* ``checking``: the proofs; ``trying``: what each installed factor comes upon; ``finding``: what came of either
* ``recording``, ``recorder``, ``replay``: what happened in a flow, as data; ``scenes``: the runs that are drawn
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfa_flow.kit.answers import ANSWERS, GoldenAnswer
    from mfa_flow.kit.checking import check_machine
    from mfa_flow.kit.covering import Coverage, NotCovered
    from mfa_flow.kit.dialogues import Dialogue
    from mfa_flow.kit.driving import WalkFailed, drive
    from mfa_flow.kit.factor_cases import FactorFails
    from mfa_flow.kit.faults import FAULTS, Mishap
    from mfa_flow.kit.finding import Finding
    from mfa_flow.kit.fronts import asking, through
    from mfa_flow.kit.hasty import Hasty
    from mfa_flow.kit.intercept import Intercepted, intercepted
    from mfa_flow.kit.people import Accounts, Person
    from mfa_flow.kit.recorder import RecordingClient
    from mfa_flow.kit.recording import Exchange, Recording, Step
    from mfa_flow.kit.replay import replay
    from mfa_flow.kit.stage import Stage
    from mfa_flow.kit.stores import Reopened
    from mfa_flow.kit.suites import check_factor, check_store
    from mfa_flow.kit.talk import Broken, Talk
    from mfa_flow.kit.transport import InProcess
    from mfa_flow.kit.walking import Walk, every_walk, shortest_walks, walks

_NAMES = {
    "answers": "ANSWERS GoldenAnswer",
    "checking": "check_machine",
    "covering": "Coverage NotCovered",
    "dialogues": "Dialogue",
    "driving": "WalkFailed drive",
    "factor_cases": "FactorFails",
    "faults": "FAULTS Mishap",
    "finding": "Finding",
    "fronts": "asking through",
    "hasty": "Hasty",
    "intercept": "Intercepted intercepted",
    "people": "Accounts Person",
    "recorder": "RecordingClient",
    "recording": "Exchange Recording Step",
    "replay": "replay",
    "stage": "Stage",
    "stores": "Reopened",
    "suites": "check_factor check_store",
    "talk": "Broken Talk",
    "transport": "InProcess",
    "walking": "Walk every_walk shortest_walks walks",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

__all__ = [
    "ANSWERS",
    "FAULTS",
    "Accounts",
    "Broken",
    "Coverage",
    "Dialogue",
    "Exchange",
    "FactorFails",
    "Finding",
    "GoldenAnswer",
    "Hasty",
    "InProcess",
    "Intercepted",
    "Mishap",
    "NotCovered",
    "Person",
    "Recording",
    "RecordingClient",
    "Reopened",
    "Stage",
    "Step",
    "Talk",
    "Walk",
    "WalkFailed",
    "asking",
    "check_factor",
    "check_machine",
    "check_store",
    "drive",
    "every_walk",
    "intercepted",
    "replay",
    "shortest_walks",
    "through",
    "walks",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES and name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(f"{__name__}.{_HOMES.get(name, name)}")
    except ImportError as missing:
        from mfa_flow.errors import MissingExtra  # noqa: PLC0415 - it is not needed until something is missing

        if isinstance(missing, MissingExtra):
            raise
        raise MissingExtra("the test kit needs what comes with it: pip install 'mfa_flow[kit]'") from missing
    value = globals()[name] = getattr(home, name) if name in _HOMES else home
    return value


def __dir__() -> list[str]:
    return __all__
