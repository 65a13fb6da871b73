"""What was asked of a tenant, without anything secret: for a test to count, for a person to follow."""

from collections.abc import Iterator

from attrs import frozen


@frozen
class Entry:
    """One request and how it ended."""

    at: float
    method: str
    path: str
    grant: str | None
    status: int
    error: str | None


class RequestLog:
    """Every request, oldest first."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Note a request."""
        self._entries.append(entry)

    def count(self, what: str) -> int:
        """How many went to a path (``/mfa/challenge``) or asked for a grant (``mfa-otp``)."""
        return sum(what in (each.path, each.grant) for each in self._entries)

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self._entries))
