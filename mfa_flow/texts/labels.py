"""What people call a factor, or one of their authenticators: for a button, or a line of a list."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from mfa_flow.texts.lookup import find, text_for


class Named(Protocol):
    """An authenticator: its factor, and the masked number or the name it goes by."""

    @property
    def factor(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str | None: ...  # noqa: D102


def label(choice: Named | str, locale: str | None = "en") -> str:
    """What a choice of ``Choose`` is called: ``text message (XXXXXXXX0042)`` of an authenticator, or the name of a
    factor that may be set up."""
    if isinstance(choice, str):
        return factor_name(choice, locale)
    factor = factor_name(choice.factor, locale)
    return text_for("factor.named", locale, factor=factor, name=choice.name) if choice.name else factor


def labels(choices: Iterable[Named | str], locale: str | None = "en") -> tuple[str, ...]:
    """What the choices of a list are called: of those called the same, all but the first are numbered."""
    seen: Counter[str] = Counter()
    found = []
    for called in (label(one, locale) for one in choices):
        seen[called] += 1
        again = seen[called] > 1
        found.append(text_for("factor.named", locale, factor=called, name=seen[called]) if again else called)
    return tuple(found)


def factor_name(name: str, locale: str | None = "en") -> str:
    """What people call a factor; one without a text is called by its name."""
    return find(f"factor.{name}", locale) or name
