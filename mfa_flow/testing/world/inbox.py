"""What was delivered to people: the messages a test, a page or a person reads codes from."""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from attrs import evolve, field, frozen

from mfa_flow.testing.bell import Bell
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.world.recent import KEPT, Recent

_ID = "msg_"
_FEW = 32


@frozen
class Message:
    """One message as a phone shows it. Its ``repr`` hides the code."""

    id: str
    channel: str
    to: str
    code: str | None = field(repr=False)  # a push has none: it is answered, by its id
    text: str = field(repr=False)
    at: float


@frozen
class Box:
    """All that is in an inbox, to be put back."""

    messages: tuple[Message, ...]
    open: tuple[str, ...]
    late: tuple[Message, ...]


class Inbox:
    """Every message of a tenant, whoever it went to. The newest ten thousand stay to be seen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._messages: deque[Message] = deque(maxlen=KEPT)
        self._open: Recent[str, Message] = Recent()  # neither read nor answered
        self._late: list[Message] = []  # numbered as they arrive, so that ids follow the order of arrival
        self._bell = Bell()
        self._numbers = itertools.count(1)

    def deliver(self, channel: str, to: str, code: str | None, text: str, at: float) -> Message:
        """Put a message in, and tell whoever waits for one.

        One with a time to come arrives then, and has no id before.
        """
        self._arrive()
        message = Message("", channel, to, code, text, at)
        if at > self._clock.now():
            self._late.append(message)
        else:
            message = self._put(message)
        self._bell.ring()
        return message

    def messages(self, to: str | None = None, channel: str | None = None, after: str | None = None) -> list[Message]:
        """Newest first; of one recipient or channel, or newer than the message with the id ``after``, if asked.

        Whoever is shown a message has read it.
        """
        return self._read(self._found(to, channel, after))

    def newest(self, count: int) -> list[Message]:
        """So many of them at most, newest first. Who looks on has not read them."""
        self._arrive()
        return list(itertools.islice(reversed(self._messages), count))

    def code(self, to: str) -> str:
        """The newest code sent there."""
        for message in self._found(to):
            if message.code is not None:
                self._read([message])
                return message.code
        raise LookupError(f"nothing was sent to {to} yet")

    def question(self, which: str) -> Message | None:
        """The message without a code that has this id, or the newest one to this address."""
        return next(
            (each for each in self._found() if each.code is None and (each.id == which or _is_to(each, which))), None
        )

    def answered(self, message_id: str) -> None:
        """Note that a question is none any more."""
        self._open.pop(message_id, None)

    @property
    def open(self) -> list[Message]:
        """The messages that nobody read, the questions that nobody answered. Oldest first."""
        self._arrive()
        return list(self._open.values())

    @property
    def next_at(self) -> float | None:
        """When the next late message arrives, if one is on its way."""
        return min((each.at for each in self._late), default=None)

    def clear(self, to: str | None = None) -> None:
        """Empty it, or throw away one recipient's. Who listens goes on listening, and numbers are not used twice."""
        self._arrive()
        messages, late = (tuple(each for each in some if not _is_to(each, to)) for some in (self._messages, self._late))
        self.put_back(Box(messages, tuple(self._open), late))

    def saved(self) -> Box:
        """All that is in it, to be put back."""
        self._arrive()
        return Box(tuple(self._messages), tuple(self._open), tuple(self._late))

    def put_back(self, box: Box) -> None:
        """Hold that, and nothing else. Numbers are not used twice."""
        by_id = {each.id: each for each in box.messages}
        self._messages = deque(box.messages, maxlen=KEPT)
        self._open = Recent((name, by_id[name]) for name in box.open if name in by_id)
        self._late = list(box.late)

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` at each arrival, for as long as the block lasts; where the clock is moved, too."""
        with self._bell.listening(listener), self._clock.listening(listener):
            yield

    def _found(self, to: str | None = None, channel: str | None = None, after: str | None = None) -> Iterator[Message]:
        oldest = 0 if after is None else _number(after)
        self._arrive()
        for each in self._newest_first():
            if _number(each.id) <= oldest:
                return
            if _is_to(each, to) and channel in (None, each.channel):
                yield each

    def _newest_first(self) -> Iterator[Message]:
        """A copy: another thread may put something in meanwhile. Most look for what is new: the few newest go first."""
        few = list(itertools.islice(reversed(self._messages), _FEW))
        yield from few
        if len(few) == _FEW:
            last = _number(few[-1].id)
            yield from (each for each in reversed(tuple(self._messages)) if _number(each.id) < last)

    def _read(self, messages: Iterable[Message]) -> list[Message]:
        shown = list(messages)
        for each in shown:
            if each.code is not None:
                self._open.pop(each.id, None)
        return shown

    def _arrive(self) -> None:
        """Take in what was late and is due."""
        if self._late:
            now = self._clock.now()
            for each in sorted((each for each in self._late if each.at <= now), key=lambda each: each.at):
                self._put(each)
            self._late = [each for each in self._late if each.at > now]

    def _put(self, arrived: Message) -> Message:
        message = evolve(arrived, id=f"{_ID}{next(self._numbers)}")
        self._messages.append(message)
        self._open[message.id] = message
        return message


def _is_to(message: Message, to: str | None) -> bool:
    """Whether it went there; to nowhere in particular all did. Addresses are the same in any case."""
    return to is None or message.to.lower() == to.lower()


def _number(message_id: str) -> int:
    number = message_id.removeprefix(_ID)
    if not (number.isascii() and number.isdigit()):
        raise ValueError(f"a message's id looks like {_ID}1: not like {message_id}")
    return int(number)
