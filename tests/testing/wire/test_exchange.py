"""Reading what came in: content types in any spelling, nulls, repetitions, garbage."""

import json

import pytest

from mfa_flow.testing.texts import Refused
from mfa_flow.testing.wire.exchange import FORM, JSON, Request, to_bytes
from mfa_flow.wire.call import Call
from testing.conftest import Wire

LOGIN = {
    "grant_type": "password",
    "username": "ada@example.com",
    "password": "correct-horse",
    "client_id": "demo-public",
}
JSON_BODY = json.dumps(LOGIN).encode()
FORM_BODY = b"grant_type=password&username=ada%40example.com&password=correct-horse&client_id=demo-public"


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        'application/json ; charset="utf8"',
        "APPLICATION/JSON",
        " application/json; x=y",
    ],
)
def test_json_in_any_spelling(wire: Wire, kind: str) -> None:
    """Parameters and case of a content type do not matter."""
    assert 403 == wire.send("POST", "/oauth/token", JSON_BODY, content_type=kind).status


@pytest.mark.parametrize("kind", [FORM, f"{FORM};charset=UTF-8", FORM.title()])
def test_form_in_any_spelling(wire: Wire, kind: str) -> None:
    """Nor do they for a form."""
    assert 403 == wire.send("POST", "/oauth/token", FORM_BODY, Content_Type=kind).status


@pytest.mark.parametrize("kind", ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x"])
def test_other_types_are_refused(wire: Wire, kind: str) -> None:
    """What is not announced as JSON or a form is not guessed at."""
    reply = wire.send("POST", "/oauth/token", JSON_BODY, content_type=kind)
    assert (400, "invalid_request") == (reply.status, json.loads(reply.body)["error"])


def test_no_type_at_all_is_refused(wire: Wire) -> None:
    """Nor is a body without a type."""
    assert 400 == wire.send("POST", "/oauth/token", JSON_BODY).status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"1", b"{}x", b"\xff\xfe{}", b"\x00", b"[" * 100_000, b'{"a":' * 100_000],
)
def test_unreadable_json_is_refused(wire: Wire, body: bytes) -> None:
    """Not JSON, not an object, not UTF-8, nested beyond reason."""
    reply = wire.send("POST", "/oauth/token", body, content_type=JSON)
    assert (400, "invalid_request") == (reply.status, json.loads(reply.body)["error"])


def test_a_form_that_is_not_utf_8_is_refused(wire: Wire) -> None:
    """Raw bytes beyond ASCII have to be UTF-8."""
    assert "not a readable" in wire.send("POST", "/oauth/token", b"a=\xff", content_type=FORM).body.decode()


def test_nulls_and_unknown_fields_do_not_matter(wire: Wire) -> None:
    """Null is unset, and what nobody asked for is not looked at."""
    body = json.dumps({**LOGIN, "client_secret": None, "scope": None, "colour": ["red"]}).encode()
    assert 403 == wire.send("POST", "/oauth/token", body, content_type=JSON).status


@pytest.mark.parametrize("value", [1, True, ["x"], {"x": "y"}, 0, False, []])
def test_values_of_other_types_are_refused(wire: Wire, value: object) -> None:
    """A username that is no string is no username."""
    reply = wire.send("POST", "/oauth/token", json.dumps({**LOGIN, "username": value}).encode(), content_type=JSON)
    assert (400, "username must be a string") == (reply.status, json.loads(reply.body)["error_description"])


def test_a_repeated_field_is_no_string(wire: Wire) -> None:
    """Of two values none is taken, though they be the same."""
    reply = wire.send("POST", "/oauth/token", FORM_BODY + b"&username=ada%40example.com", content_type=FORM)
    assert "username must be a string" == json.loads(reply.body)["error_description"]


def test_a_plus_in_a_form_is_a_blank() -> None:
    """A real plus is written %2B."""
    request = Request.of(Call("POST", "/", {"content-type": FORM}, b"a=+1&b=%2B1"))
    fields = request.fields(FORM)
    assert (" 1", "+1") == (fields.text("a"), fields.text("b"))


def test_stars_may_be_encoded_or_not() -> None:
    """Sealed tokens travel either way."""
    fields = Request.of(Call("POST", "/", {"content-type": FORM}, b"a=x*y&b=x%2Ay")).fields(FORM)
    assert fields.text("a") == fields.text("b")


def test_the_path_is_decoded_once_and_loses_its_query() -> None:
    """%257C is %7C, and not a pipe."""
    assert "/a/totp|dev_%7C" == Request.of(Call("get", "/a/totp%7Cdev_%257C?x=y")).path


@pytest.mark.parametrize(
    ("headers", "issuer"),
    [
        ({}, "https://home.example/"),
        ({"Host": "localhost:1234"}, "http://localhost:1234/"),
        ({"host": "acme.example", "X-Forwarded-Proto": "https"}, "https://acme.example/"),
        ({"Host": ""}, "https://home.example/"),
    ],
)
def test_the_issuer_is_the_name_it_was_called_by(headers: dict[str, str], issuer: str) -> None:
    """Without a Host header, what the tenant calls itself."""
    assert issuer == Request.of(Call("GET", "/", headers), "https://home.example/").issuer


def test_a_glance_refuses_nothing() -> None:
    """What cannot be read is not there."""
    assert [{"a": ["1", "2"]}, {}, {"a": "1"}] == [
        Request.of(Call("POST", "/", {"content-type": FORM}, body)).glance() for body in (b"a=1&a=2", b"a=\xff", b"a=1")
    ]


def test_nothing_secret_in_a_repr() -> None:
    """A request shows where it went, not what it carried."""
    request = Request.of(Call("POST", "/x", {"authorization": "Bearer hush", "content-type": FORM}, b"password=hush"))
    assert "hush" not in repr((request, request.fields(FORM)))


def test_answers_are_compact_utf_8() -> None:
    """No blanks, no escapes, and no crash on half a character."""
    assert '{"a":["ü",true]}'.encode() == to_bytes({"a": ["ü", True]})
    assert b'"?"' == to_bytes("\ud800")


def test_refusals_show_no_details() -> None:
    """An escaped refusal would not print what it carries."""
    with pytest.raises(Refused) as caught:
        Request.of(Call("POST", "/", {}, b"hush")).fields(JSON)
    assert "invalid_request" == str(caught.value)
