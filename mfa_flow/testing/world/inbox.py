"""What was delivered to people: the messages a test, a page or a person reads codes from."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import field, frozen

_ID = "msg_"


@frozen
class Message:
    """One message as a phone shows it. Its ``repr`` hides the code."""

    id: str
    channel: str
    to: str
    code: str | None = field(repr=False)  # a push has none: it is answered, by its id
    text: str = field(repr=False)
    at: float


class Inbox:
    """Every message of a tenant, whoever it went to. It is never cut short: what was sent stays to be seen."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._listeners: list[Callable[[], object]] = []
        self._numbers = itertools.count(1)

    def deliver(self, channel: str, to: str, code: str | None, text: str, at: float) -> Message:
        """Put a message in, and tell whoever waits for one."""
        message = Message(f"{_ID}{next(self._numbers)}", channel, to, code, text, at)
        self._messages.append(message)
        for listener in list(self._listeners):
            listener()
        return message

    def messages(self, to: str | None = None, channel: str | None = None, after: str | None = None) -> list[Message]:
        """Newest first; of one recipient or channel, or newer than the message with the id ``after``, if asked."""
        oldest = 0 if after is None else _number(after)
        return [
            each
            for each in reversed(self._messages)
            if to in (None, each.to) and channel in (None, each.channel) and _number(each.id) > oldest
        ]

    def newest(self, count: int) -> list[Message]:
        """So many of them at most, newest first."""
        return list(itertools.islice(reversed(self._messages), count))

    def code(self, to: str) -> str:
        """The newest code sent there."""
        codes = [each.code for each in self.messages(to) if each.code is not None]
        if not codes:
            raise LookupError(f"nothing was sent to {to} yet")
        return codes[0]

    def clear(self, to: str | None = None) -> None:
        """Empty it, or throw away one recipient's. Who listens goes on listening, and numbers are not used twice."""
        self._messages = [each for each in self._messages if to not in (None, each.to)]

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` at each arrival, for as long as the block lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)


def _number(message_id: str) -> int:
    number = message_id.removeprefix(_ID)
    if not (number.isascii() and number.isdigit()):
        raise ValueError(f"a message's id looks like {_ID}1: not like {message_id}")
    return int(number)
