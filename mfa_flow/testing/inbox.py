"""What was delivered to people: the messages a test, a page or a person reads codes from."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import field, frozen


@frozen
class Message:
    """One message as a phone shows it. Its ``repr`` hides the code."""

    id: str
    channel: str
    to: str
    code: str = field(repr=False)
    text: str = field(repr=False)
    at: float


class Inbox:
    """Every message of a tenant, whoever it went to. It is never cut short: what was sent stays to be seen."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._listeners: list[Callable[[], object]] = []
        self._numbers = itertools.count(1)

    def deliver(self, channel: str, to: str, code: str, text: str, at: float) -> Message:
        """Put a message in, and tell whoever waits for one."""
        message = Message(f"msg_{next(self._numbers)}", channel, to, code, text, at)
        self._messages.append(message)
        for listener in list(self._listeners):
            listener()
        return message

    def messages(self, to: str | None = None, channel: str | None = None) -> list[Message]:
        """Newest first, for one recipient or channel if asked."""
        return [each for each in reversed(self._messages) if to in (None, each.to) and channel in (None, each.channel)]

    def code(self, to: str) -> str:
        """The newest code sent there."""
        found = self.messages(to)
        if not found:
            raise LookupError(f"nothing was sent to {to} yet")
        return found[0].code

    def clear(self) -> None:
        """Empty it. Who listens goes on listening, and numbers are not used twice."""
        self._messages.clear()

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` at each arrival, for as long as the block lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
