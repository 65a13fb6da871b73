"""How long it takes, as people say it."""

from math import ceil

from mfa_flow.texts.lookup import text_for

_MINUTE = _HOUR = 60
# Seconds: a year. What is longer, or no number, is not worth more words.
_LONGEST = 31_536_000


def when(seconds: float, locale: str | None = "en") -> str:
    """How people say it: "in 40 seconds", "in 6 minutes", "in 1 hour". Never too soon, and a second at least."""
    left = ceil(min(max(1, seconds), _LONGEST))
    if left < _MINUTE:
        return text_for("in.seconds", locale, n=left)
    minutes = ceil(left / _MINUTE)
    if minutes < 2 * _HOUR and minutes != _HOUR:
        return text_for("in.minutes", locale, n=minutes)
    return text_for("in.hours", locale, n=ceil(minutes / _HOUR))
