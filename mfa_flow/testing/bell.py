"""A bell that rings when something changed, for whoever listens. It says nothing of what."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Bell:
    """Rung at every change; without listeners that is nothing."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], object]] = []

    def ring(self) -> None:
        """Something changed."""
        for listener in tuple(self._listeners):
            listener()

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` at each ring, for as long as the block lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
