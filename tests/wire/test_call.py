"""Calls are ready bytes."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfa_flow.wire.call import Call, Reply, bearer_of

plain = st.text(st.characters(exclude_categories=["Cs"]))


def test_a_form_is_a_post_of_url_encoded_bytes():
    """The fields stand in the order they were given in, blanks as plus signs, everything else percent-encoded."""
    call = Call.form("/oauth/token", {"username": "a+b@example.com", "scope": "openid read:x", "é": "&="})
    assert "POST" == call.method
    assert "/oauth/token" == call.path
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert b"username=a%2Bb%40example.com&scope=openid+read%3Ax&%C3%A9=%26%3D" == call.body


def test_a_sealed_token_keeps_its_stars():
    """Stars need no encoding, and seals are full of them."""
    assert b"mfa_token=Fe26.2*a*b" == Call.form("/", {"mfa_token": "Fe26.2*a*b"}).body


def test_json_is_compact_utf_8():
    """No blanks, no escapes, the fields in their order."""
    call = Call.json("/mfa/challenge", {"b": "sms|dev_1", "a": ["é", 1]})
    assert "POST" == call.method
    assert "/mfa/challenge" == call.path
    assert {"Content-Type": "application/json"} == call.headers
    assert '{"b":"sms|dev_1","a":["é",1]}'.encode() == call.body


def test_json_takes_a_bearer():
    """The bearer is a header beside the content type."""
    call = Call.json("/mfa/associate", {}, bearer_of("Fe26*x"))
    assert {"Content-Type": "application/json", "Authorization": "Bearer Fe26*x"} == call.headers


def test_a_get_has_a_bearer_and_no_body():
    """A request without a body declares no content type."""
    call = Call.get("/mfa/authenticators", "Fe26*x")
    assert ("GET", "/mfa/authenticators", b"") == (call.method, call.path, call.body)
    assert {"Authorization": "Bearer Fe26*x"} == call.headers


def test_a_delete_has_a_bearer_and_no_body():
    """Nor a content type."""
    call = Call.delete("/mfa/authenticators/totp%7Cdev_1", "eyJ.x.y")
    assert ("DELETE", "/mfa/authenticators/totp%7Cdev_1", b"") == (call.method, call.path, call.body)
    assert {"Authorization": "Bearer eyJ.x.y"} == call.headers
    assert "DELETE /mfa/authenticators/totp%7Cdev_1" == call.operation


@pytest.mark.parametrize(("build", "kind"), [(Call.form, "x-www-form-urlencoded"), (Call.json, "json")])
def test_headers_go_beside_the_content_type(build, kind):
    """Whoever builds a call may add some."""
    assert {"Content-Type": f"application/{kind}", "X": "y"} == build("/", {}, {"X": "y"}).headers


@pytest.mark.parametrize(
    "shown", [Call.json("/p", {"k": "hidden-1"}, bearer_of("hidden-2")), Reply(200, {"h": "hidden-1"}, b"hidden-2")]
)
def test_neither_side_shows_what_it_holds(shown):
    """Headers and bodies are left out of the repr."""
    assert "hidden" not in repr(shown)


@pytest.mark.parametrize("build", [Call.form, Call.json])
def test_what_is_no_text_cannot_become_a_call(build):
    """A lone surrogate has no bytes: the call is never built."""
    with pytest.raises(UnicodeEncodeError):
        build("/", {"a": "\ud800"})


@settings(derandomize=True, database=None, deadline=None)
@given(st.dictionaries(plain, plain))
def test_whatever_is_put_into_a_form_comes_out_of_it(fields):
    """A server that decodes the form finds the very same fields."""
    body = Call.form("/", fields).body.decode("ascii")
    assert list(fields.items()) == parse_qsl(body, keep_blank_values=True)


@settings(derandomize=True, database=None, deadline=None)
@given(st.dictionaries(plain, st.lists(plain)))
def test_whatever_is_put_into_json_comes_out_of_it(fields):
    """A server that decodes the JSON finds the very same fields."""
    assert fields == json.loads(Call.json("/", fields).body)
