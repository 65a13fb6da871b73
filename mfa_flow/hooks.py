"""Hooks: being told of every move, once it is stored."""

import logging
from collections.abc import Callable, Iterable

from mfa_flow.machine.moves import Moved

OnMove = Callable[[Moved], None]

_log = logging.getLogger("mfa_flow")


def tell(on_move: OnMove | None, moves: Iterable[Moved]) -> None:
    """Tell an observer of the moves. An observer that fails is logged and never breaks a flow."""
    if on_move is None:
        return
    for moved in moves:
        try:
            on_move(moved)
        except Exception:  # noqa: BLE001 - whatever an observer raises is its own
            _log.exception("on_move failed for %s", moved)
