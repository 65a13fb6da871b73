"""What people read, by key. A key without a text shows as itself, so that a new factor never breaks a prompt."""

from mfa_flow.texts.en import EN


def text_for(key: str, locale: str = "en", **values: object) -> str:
    """The text of a key, with its values put in. English stands in for a language that is not there."""
    del locale  # English is the only catalogue so far
    return EN[key].format(**values) if key in EN else key
