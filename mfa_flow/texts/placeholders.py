"""The placeholders of a text. They are ``{name}`` and nothing else, so that no text and no value can break a prompt."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}", re.ASCII)


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its values put in. What is in a value is not looked into; a name without a value stays."""
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def names_in(text: str) -> frozenset[str]:
    """The names of the values that the text shows. Raises ValueError where a brace is none of a placeholder."""
    if set(_PLACEHOLDER.sub("", text)) & set("{}"):
        raise ValueError("a value is put in as {name}, with no other brace in the text")
    return frozenset(_PLACEHOLDER.findall(text))
