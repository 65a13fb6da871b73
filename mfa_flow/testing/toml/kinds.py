"""Types as values and as words: whether what was read from a file is what an annotation says, and how to say that."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

_PLAIN = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list of tables, each under its name in double brackets",
}
_PLURAL = {str: "strings"}


def fits(value: object, kind: Any) -> bool:
    """Whether a value is of a type. True is no number, and a number that is not finite is none either."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return value in inner
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in inner)
    if origin is Mapping:
        return isinstance(value, dict) and all(fits(each, inner[1]) for each in value.values())
    if origin in (Sequence, Iterable):
        return isinstance(value, list) and all(fits(each, inner[0]) for each in value)
    if kind is float and type(value) in (int, float):
        return math.isfinite(value)  # type: ignore[arg-type]
    return type(value) is kind


def in_words(kind: Any) -> str:
    """A type, as a person says it. What no file can hold is left out."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f'"{each}"' for each in inner)
    if origin in (Union, UnionType):
        return " or ".join(in_words(each) for each in inner if each not in (NoneType, bytes))
    if origin is Mapping:
        return f"a table of {_many(inner[1])}"
    if origin in (Sequence, Iterable):
        return f"a list of {_many(inner[0])}"
    return _PLAIN[kind]


def _many(kind: Any) -> str:
    if get_origin(kind) is UnionType:
        return " or ".join(_many(each) for each in get_args(kind))
    return _PLURAL.get(kind) or in_words(kind).replace("a list", "lists").replace("a table", "tables")
