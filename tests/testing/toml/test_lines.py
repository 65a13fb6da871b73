"""The line of each key, in every way that TOML can be written."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mfa_flow.testing.toml.lines import Place, lines_of

TEXT = '''# [x] is no table
title = """two
[lines]
""" # "
a.b."c d" = 1
[tenant]
name = 'x = "y"'
[tenant.knobs]
ttl = 600.5
when = 1979-05-27 07:32:00
factors = [ # ]
  "otp",
  ["sms", 3],
]
[[clients]]
id = "a"
[[clients]]
key = { kty = "RSA", more = { n = [1] } }
  [clients.sub]
  x = 1
  [[clients.deep.list]]
  [[clients.deep.list]]
  y = """"quoted""""
[ other . "table" ]
last = true'''


def paths(value: Any, here: Place = ()) -> set[Place]:
    """Where something is in what the standard library read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ({here} if here else set()).union(*(paths(each, (*here, name)) for name, each in items))


def test_each_key_has_its_line() -> None:
    """Tables, arrays of them, dotted and quoted keys, strings and arrays over several lines, comments."""
    expected = {
        ("title",): 2, ("a", "b", "c d"): 5, ("tenant",): 6, ("tenant", "name"): 7, ("tenant", "knobs", "ttl"): 9,
        ("tenant", "knobs", "when"): 10, ("tenant", "knobs", "factors"): 11, ("tenant", "knobs", "factors", 0): 12,
        ("tenant", "knobs", "factors", 1, 1): 13, ("clients", 0): 15, ("clients", 0, "id"): 16, ("clients", 1): 17,
        ("clients", 1, "key", "more", "n", 0): 18, ("clients", 1, "sub", "x"): 20,
        ("clients", 1, "deep", "list", 0): 21, ("clients", 1, "deep", "list", 1, "y"): 23, ("other", "table", "last"): 25,
    }  # fmt: skip
    found = lines_of(TEXT)
    assert expected == {path: found[path] for path in expected}


def test_nothing_is_left_out() -> None:
    """All that the standard library reads has a line, but for tables that are only implied by those in them."""
    assert {("clients", 1, "deep"), ("other",)} == paths(tomllib.loads(TEXT)) - set(lines_of(TEXT))
    assert set() == set(lines_of(TEXT)) - paths(tomllib.loads(TEXT))


STRINGS = st.sampled_from(
    ['"]"', "'#'", '"""\n[a]\n"""', "'''\n\n'''", '"\\""', '"""""x"""""', "1", "-0.5e3", "07:32:00"]
)
VALUES = st.recursive(
    STRINGS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[\n" + ", # }\n".join(each) + "\n]"),
        st.lists(STRINGS.filter(lambda each: "\n" not in each), max_size=3).map(
            lambda each: "{" + ", ".join(f"k{at} = {one}" for at, one in enumerate(each)) + "}"
        ),
    ),
    max_leaves=6,
)
TABLES = st.lists(st.lists(VALUES, max_size=4), max_size=4)


@given(TABLES)
def test_any_file(tables: list[list[str]]) -> None:
    """Whatever a file holds, each key of an array of tables is found on the line it was written on."""
    expected, written = {}, ""
    for at, values in enumerate(tables):
        written += "[[t]]\n"
        for number, value in enumerate(values):
            expected["t", at, f"k{number}"] = written.count("\n") + 1
            written += f"k{number} = {value}\n"
    tomllib.loads(written)
    found = lines_of(written)
    assert expected == {path: found[path] for path in expected}
