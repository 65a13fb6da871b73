"""What may be typed in place of an answer: send again, another way, cancel; in the person's language, or in English."""

from collections.abc import Collection

from mfa_flow.texts import text_for


def hint(verbs: Collection[str], locale: str) -> str:
    """Which words there are now."""
    words = [word for verb, word in _words(locale).items() if verb in verbs]
    return text_for("terminal.words", locale, words=", ".join(words)) if words else ""


def verb_of(typed: str, verbs: Collection[str], locale: str) -> str | None:
    """The verb that a word stands for; None where it is an answer."""
    said = typed.casefold()
    spelt = (*_words(locale).items(), *_words("en").items())
    return next((verb for verb, word in spelt if verb in verbs and said == word.casefold()), None)


def _words(locale: str) -> dict[str, str]:
    return {
        "resend": text_for("terminal.word.resend", locale),
        "go_back": text_for("terminal.word.go_back", locale),
        "cancel": text_for("terminal.word.cancel", locale),
    }
