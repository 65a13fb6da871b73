"""A string that is used like any other and never shows itself."""


class Secret(str):
    """A ``str`` whose ``repr`` tells nothing, so that logs, tracebacks with locals and debuggers tell nothing.

    It is sent, compared and stored like the string it is; only printing it on purpose (``str``, an f-string) shows it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(****)"
