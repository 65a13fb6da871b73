"""What holds secrets: a string that never shows itself, and values that leave the process only on purpose."""

from typing import Any, NoReturn, Self, SupportsIndex


class Sealed:
    """A value that is not pickled: it holds secrets, and a pickle is readable. A copy is the value itself."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and is not pickled; prompts have to_json()")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Secret(Sealed, str):
    """A ``str`` whose ``repr`` tells nothing, so that logs, tracebacks with locals and debuggers tell nothing.

    It is sent, compared and stored like the string it is; only printing it on purpose (``str``, an f-string) shows it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(****)"
