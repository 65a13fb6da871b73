"""Snapshots: all of a flow and nothing else, in today's format; older ones are read, newer ones refused."""

import json
from pathlib import Path

import pytest
from attrs import evolve, fields, frozen
from hypothesis import given

from mfa_flow import StoreError, Tokens, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import codec
from mfa_flow.stores.codec import decode, encode
from mfa_flow.wire.secret import Secret
from stores.flows import EVERYTHING, flows
from stores.typical import TYPICAL

SAMPLES = Path(__file__).parent / "samples"


def kinds(value):
    """The value with every text replaced by its type."""
    if isinstance(value, dict):
        return {key: kinds(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [kinds(each) for each in value]
    return type(value) if isinstance(value, str) else value


@given(flows)
def test_there_and_back(flow):
    """Whatever a flow holds is found again, equal, and hidden where it was hidden."""
    found = decode(encode(flow))
    assert flow == found
    for each in fields(Flow):
        assert kinds(getattr(flow, each.name)) == kinds(getattr(found, each.name))


@pytest.mark.parametrize(
    "changes",
    [
        {"paused_until": float("inf")},
        {"asked_at": float("nan")},
        {"tokens": Tokens("at", expires_in=float("inf"))},
        {"error": {1}},
    ],
    ids=str,
)
def test_what_is_not_finite(changes):
    """What JSON has no word for is refused as a StoreError, whichever field it is in, and shows no token."""
    with pytest.raises(StoreError, match="cannot be stored") as caught:
        encode(evolve(EVERYTHING, **changes))
    assert (None, None) == (caught.value.__context__, caught.value.__cause__)


def test_what_is_too_deep():
    """A factor's memory without an end is refused, too."""
    endless = {}
    endless["x"] = endless
    with pytest.raises(StoreError, match="cannot be stored"):
        encode(evolve(TYPICAL, memory=endless))


def test_whatever_is_true_or_false(monkeypatch):
    """A flow's flags come back; one that is false takes no room, and one that is none is refused."""

    @frozen(kw_only=True)
    class Flagged(Flow):
        flag: bool = False

    monkeypatch.setattr(codec, "Flow", Flagged)
    monkeypatch.setattr(codec, "_FLAGS", ("flag",))
    assert [False, True] == [decode(encode(Flagged(id="f", flag=flag))).flag for flag in (False, True)]
    assert b"flag" not in encode(Flagged(id="f"))
    with pytest.raises(Unreadable):
        decode(encode(Flagged(id="f", flag=True)).replace(b"true", b'"yes"'))


def test_all_flags_are_known():
    """Whatever a flow has of them is written, without a word about it here."""
    assert [each.name for each in fields(Flow) if isinstance(each.default, bool)] == list(codec._FLAGS)


def test_everything_is_written():
    """The example holds a value in every field, so that no field is forgotten here or in the frozen sample."""
    fresh = Flow(id="")
    assert [] == [each.name for each in fields(Flow) if getattr(EVERYTHING, each.name) == getattr(fresh, each.name)]
    assert EVERYTHING == decode(encode(EVERYTHING))


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_released_formats_are_read(sample):
    """A snapshot of each format that was ever released is read, whole."""
    found = decode(sample.read_bytes().strip())
    assert EVERYTHING == found
    assert kinds(EVERYTHING.memory) == kinds(found.memory)


def test_todays_format_has_a_sample():
    """Today's format is frozen: what is written is the sample, byte by byte."""
    assert (SAMPLES / f"format-{codec.FORMAT}.json").read_bytes().strip() == encode(EVERYTHING)


def test_a_new_flow_is_small():
    """What is as in a new flow is left out."""
    assert b'{"format":1,"id":"f","state":"started","version":0}' == encode(Flow(id="f"))


def test_another_version():
    """The version may be given: a store counts it up."""
    assert 8 == decode(encode(EVERYTHING, 8)).version


def test_unknown_fields_do_not_matter():
    """A later release may write more under the same format: what is unknown is passed over, in lists, too."""
    found = json.loads(encode(EVERYTHING))
    found["more"] = {"x": [1]}
    for name in ("requirements", "tokens", "authenticator"):
        found[name].append("more")
    found["authenticators"][0].append("more")
    assert EVERYTHING == decode(json.dumps(found).encode())


def test_older_formats_are_migrated(monkeypatch):
    """Each format knows the way to the next; all ways are gone one after the other."""
    monkeypatch.setattr(codec, "FORMAT", 3)
    monkeypatch.setattr(
        codec, "MIGRATIONS", {1: lambda old: {**old, "error": "one"}, 2: lambda old: {**old, "id": old["error"]}}
    )
    assert "one" == decode(b'{"format":1,"id":"f","state":"started","version":0}').id


@pytest.mark.parametrize("number", [2, 99, 1.5, "1", None, True])
def test_newer_formats_are_refused(number):
    """A snapshot of a newer release is not guessed at."""
    with pytest.raises(Unreadable, match="written by a newer mfa_flow"):
        decode(json.dumps({"format": number, "id": "f", "state": "started", "version": 0}).encode())


BROKEN = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b"\xff",
    b'{"format":0,"id":"f","state":"started","version":0}',
    *(
        json.dumps({"format": 1, "id": "f", "state": "started", "version": 0} | change).encode()
        for change in (
            {"id": 1},
            {"state": "new"},
            {"version": "1"},
            {"mfa_token": 1},
            {"seen": [1]},
            {"seen": 1},
            {"recovery_codes": [None]},
            {"authenticators": [[1]]},
            {"authenticators": [[]]},
            {"requirements": [[1], None]},
            {"tokens": {}},
            {"tokens": []},
            {"memory": []},
            {"memory": {"a": {"": 1}}},
            {"expires_at": "soon"},
            {"error": {}},
        )
    ),
]


@pytest.mark.parametrize("text", BROKEN, ids=str)
def test_what_is_no_flow_is_refused(text):
    """A damaged snapshot is Unreadable, and nothing of it is in the message."""
    with pytest.raises(Unreadable, match="what is stored is no flow") as caught:
        decode(text)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("memory", "told"),
    [
        ({"a": {1, 2}}, "memory.a what is not JSON (set)"),
        ({"a": {"b": [1, (2,)]}}, "memory.a.b.1 what is not JSON (tuple)"),
        ({"a": float("nan")}, "memory.a what is not JSON (float)"),
        ({"a": float("inf")}, "memory.a what is not JSON (float)"),
        ({"a": {1: "x"}}, "memory.a what is not JSON (dict)"),
        ({"a": b"x"}, "memory.a what is not JSON (bytes)"),
        ({1: "x"}, "memory what is not JSON (dict)"),
    ],
    ids=str,
)
def test_what_is_not_json_is_refused(memory, told):
    """What JSON would not give back as it was is refused when it is stored, by the name of its key; not its value."""
    with pytest.raises(StoreError) as caught:
        encode(evolve(EVERYTHING, memory=memory))
    assert str(caught.value) == f"factor 'otp' keeps in {told}: it cannot be stored"


def test_nothing_is_shown_by_an_error():
    """The value that cannot be stored is not shown."""
    with pytest.raises(StoreError) as caught:
        encode(evolve(EVERYTHING, memory={"a": {"deep": (Secret("hush"), "hush")}}))
    assert "hush" not in str(caught.value)


def test_it_is_compact():
    """A typical flow takes a few hundred bytes more than its mfa_token."""
    assert len(encode(TYPICAL)) - len(TYPICAL.mfa_token) < 800
