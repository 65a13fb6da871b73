"""Our catalogues as the translators have them: read by Babel, which the library itself never does."""

from pathlib import Path

from babel.messages.pofile import read_po

import mfa_flow

LOCALE = Path(mfa_flow.__file__).parent / "texts" / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir())


def file_of(language, suffix):
    """The path of a language's file."""
    return LOCALE / language / "LC_MESSAGES" / f"mfa_flow.{suffix}"


def texts_of(language):
    """The forms of each text, by key."""
    with file_of(language, "po").open("rb") as file:
        messages = [one for one in read_po(file, locale=language, abort_invalid=True) if one.id]
    return {_key(one.id): one.string if isinstance(one.string, tuple) else (one.string,) for one in messages}


def _key(found):
    return found[0] if isinstance(found, tuple) else found
