"""The client's own reading of replies: every field checked, nothing trusted."""

import pytest
from attrs import evolve
from replies import refusal, reply

from mfa_flow.errors import UnexpectedReply
from mfa_flow.wire import reading
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens

DEEP = b"[" * 100_000
NO_JSON = [b"", b"\xff\xfe\x00", b"<html>502 Bad Gateway</html>", b"{", b"nope", DEEP, b'{"a":' * 100_000, b"9" * 5000]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_no_problem(status):
    """Any status of the two hundreds is a success, whatever the body says."""
    assert reading.problem_of(refusal(status, "invalid_grant")) is None


@pytest.mark.parametrize("status", [0, 199, 300, 302, 400, 403, 429, 500, 599])
def test_any_other_status_is_a_problem(status):
    """The status, the code and the description are kept."""
    problem = reading.problem_of(refusal(status, "a_code", "A text."))
    assert (status, "a_code", "A text.") == (problem.status, problem.error, problem.description)


@pytest.mark.parametrize(
    "body",
    [
        *NO_JSON,
        b"[]",
        b"null",
        b'"error"',
        b"7",
        b"{}",
        b'{"error":null,"error_description":[1]}',
        b'{"error":{"a":1}}',
    ],
)
def test_a_problem_without_a_code_has_empty_texts(body):
    """A gateway's page, a list or a number are still a problem with a status, and no exception."""
    problem = reading.problem_of(Reply(502, {}, body))
    assert (502, "", "") == (problem.status, problem.error, problem.description)


def test_the_older_shape_of_errors_is_read():
    """Other parts of the API say ``code`` and ``description``."""
    problem = reading.problem_of(
        reply(400, {"name": "x", "code": "invalid_signup", "description": "No.", "statusCode": 400})
    )
    assert ("invalid_signup", "No.") == (problem.error, problem.description)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 12 ", 12.0),
        ("0", 0.0),
        ("999999999", 999999999.0),
        ("1000000000", None),
        ("9" * 400, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_whole_seconds(header, seconds):
    """Anything else in that header counts as not given."""
    assert seconds == reading.problem_of(refusal(429, "x", retry_after=header)).retry_after


def test_headers_may_be_missing():
    """Then there is nothing to wait for and nothing to quote."""
    problem = reading.problem_of(refusal(429, "x"))
    assert (None, None) == (problem.retry_after, problem.request_id)


def test_the_request_id_is_kept():
    """It is what Auth0's support asks for."""
    assert "abc" == reading.problem_of(refusal(500, "x", x_auth0_requestid="abc")).request_id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Malformed mfa_token", True),
        ("malformed MFA_TOKEN", True),
        ("Malformed", True),
        ("", True),
        ("mfa_token", False),
        ("Malformed mfa_token!", False),
    ],
)
def test_a_problem_is_known_by_how_its_description_begins(text, said):
    """Case and what comes after do not matter."""
    assert said is reading.problem_of(refusal(403, "x", "Malformed mfa_token.")).says(text)


def test_a_problem_hides_its_description_and_body():
    """Both may quote what was sent."""
    assert "hidden" not in repr(
        reading.problem_of(reply(403, {"error": "x", "error_description": "hidden-1", "mfa_token": "hidden-2"}))
    )


def test_an_object_is_read():
    """The JSON object of a success, as it is."""
    assert {"a": [1]} == reading.object_of(Reply(200, {}, b' {"a": [1]} '))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_object_is_read_in_any_encoding_of_json(encoding):
    """A gateway may put a mark before it, or write it anew."""
    assert {"mfa_token": "ü"} == reading.object_of(Reply(200, {}, '{"mfa_token": "ü"}'.encode(encoding)))


@pytest.mark.parametrize("body", [*NO_JSON, b"[]", b"null", b'"x"', b"1"])
def test_what_is_no_object_is_unexpected(body):
    """No parser's exception comes through, and the status is told."""
    with pytest.raises(UnexpectedReply, match="not a JSON object") as caught:
        reading.object_of(Reply(200, {}, body))
    assert 200 == caught.value.status


def test_tokens_are_read():
    """All six fields, unknown ones passed over."""
    body = {
        "access_token": "a",
        "id_token": "i",
        "refresh_token": "r",
        "scope": "s",
        "expires_in": 600,
        "token_type": "DPoP",
        "x": 1,
    }
    assert Tokens("a", "i", "r", "s", 600, "DPoP") == reading.tokens_of(body)


@pytest.mark.parametrize(
    "nothing", [{}, {"id_token": None, "refresh_token": None, "scope": None, "expires_in": None, "token_type": None}]
)
def test_only_the_access_token_must_be_there(nothing):
    """What is absent or null is None, and the type is Bearer."""
    assert Tokens("a", None, None, None, None, "Bearer") == reading.tokens_of({"access_token": "a", **nothing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_token", None),
        ("access_token", ""),
        ("access_token", 1),
        ("access_token", ["a"]),
        ("id_token", 1),
        ("refresh_token", {}),
        ("scope", ["openid"]),
        ("expires_in", "600"),
        ("expires_in", True),
        ("expires_in", 600.5),
        ("expires_in", []),
        ("token_type", 5),
    ],
)
def test_a_token_field_of_the_wrong_type_is_unexpected(name, value):
    """The message names the field."""
    with pytest.raises(UnexpectedReply, match=name):
        reading.tokens_of({"access_token": "a", name: value})


@pytest.mark.parametrize(
    "wrong", [{"id_token": 1}, {"refresh_token": {}}, {"scope": ["openid"]}, {"expires_in": "600"}, {"token_type": 5}]
)
def test_a_recovery_code_is_not_lost_with_a_wrong_field(wrong):
    """The answer comes only once: what is of a wrong type in it is passed over, but for the access token."""
    whole = {"access_token": "a", "id_token": "i", "refresh_token": "r", "scope": "s", "expires_in": 600}
    read = reading.tokens_of({**whole, "token_type": "DPoP", "recovery_code": "X" * 24, **wrong})
    [name] = wrong
    assert evolve(Tokens("a", "i", "r", "s", 600, "DPoP"), **{name: getattr(Tokens("a"), name)}) == read
    with pytest.raises(UnexpectedReply, match="access_token"):
        reading.tokens_of({"access_token": 5, "recovery_code": "X" * 24})


def test_no_message_quotes_a_value():
    """A wrong type is told by its name only."""
    with pytest.raises(UnexpectedReply, match="a list") as caught:
        reading.tokens_of({"access_token": ["hidden"]})
    assert "hidden" not in str(caught.value)


def test_the_list_is_read_in_its_order():
    """Optional fields may be absent or null; what is unknown is passed over."""
    entries = [
        {"id": "sms|dev_1", "authenticator_type": "oob", "active": False, "oob_channel": "sms", "name": "XXX1"},
        {"id": "totp|dev_2", "authenticator_type": "otp", "active": True, "type": "otp", "created_at": "today"},
        {
            "id": "new|dev_3",
            "authenticator_type": None,
            "active": None,
            "oob_channel": None,
            "name": None,
            "type": None,
        },
    ]
    expected = (
        Authenticator("sms|dev_1", "oob", active=False, oob_channel="sms", name="XXX1"),
        Authenticator("totp|dev_2", "otp", active=True, type="otp"),
        Authenticator("new|dev_3"),
    )
    assert expected == reading.authenticators_of(reply(200, entries))


def test_an_empty_list_is_a_list():
    """A person without factors has none."""
    assert () == reading.authenticators_of(reply(200, []))


@pytest.mark.parametrize(
    ("channels", "channel"), [(["voice", "sms"], "voice"), ([1, "sms"], "sms"), ([], None), ("sms", None), (None, None)]
)
def test_the_channel_may_come_in_the_plural(channels, channel):
    """The reference spells it so in places: the first name counts."""
    (found,) = reading.authenticators_of(reply(200, [{"id": "x", "oob_channels": channels}]))
    assert channel == found.oob_channel


@pytest.mark.parametrize("body", [*NO_JSON, b"{}", b"null", b'"x"', b'{"authenticators":[]}'])
def test_a_list_that_is_no_array_is_unexpected(body):
    """An error page and an object are no list of authenticators."""
    with pytest.raises(UnexpectedReply, match="not a JSON array"):
        reading.authenticators_of(Reply(200, {}, body))


@pytest.mark.parametrize(
    "entry",
    [None, "sms|dev_1", [], 1, {}, {"id": None}, {"id": ""}, {"id": 7}]
    + [{"id": "x", name: 5} for name in ("authenticator_type", "oob_channel", "name", "type", "active")]
    + [{"id": "x", "active": "true"}],
)
def test_an_entry_that_is_none_is_unexpected(entry):
    """One bad entry makes the whole list unreadable: nothing is guessed."""
    with pytest.raises(UnexpectedReply):
        reading.authenticators_of(reply(200, [{"id": "ok"}, entry]))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, None),
        ("otp", None),
        ([{"type": "otp"}], None),
        ({}, Requirements()),
        ({"challenge_types": ["otp", "oob"]}, Requirements()),
        ({"challenge": [{"type": "otp"}, {"type": "phone"}]}, Requirements(challenge=("otp", "phone"))),
        ({"enroll": [{"type": "otp"}]}, Requirements(enroll=("otp",))),
        ({"challenge": [], "enroll": [{"type": "x", "y": 1}]}, Requirements((), ("x",))),
        ({"challenge": [1, "otp", {}, {"type": 5}, {"type": "otp"}], "enroll": "otp"}, Requirements(("otp",))),
    ],
)
def test_requirements_are_read_for_what_they_say(found, expected):
    """Either, both or neither array; what is not understood is passed over."""
    assert expected == reading.requirements_of({"mfa_requirements": found})


def test_requirements_may_be_absent():
    """Then any factor will do."""
    assert reading.requirements_of({}) is None


def test_a_token_is_read_as_a_secret():
    """It will be sent back, and never shown."""
    found = reading.token({"mfa_token": "Fe26.2*a~b"}, "mfa_token")
    assert "Fe26.2*a~b" == found
    assert Secret is type(found)


@pytest.mark.parametrize(
    "value", [None, "", 1, [], " ", "a b", "a\n", "a\r\nX-Evil: 1", "\ta", "é", "a\u00a0b", "\ud800", "a\x00", "a\x7f"]
)
def test_what_could_not_be_sent_back_is_no_token(value):
    """A header or a form could be broken by it, so it is refused at the door."""
    with pytest.raises(UnexpectedReply, match="oob_code"):
        reading.token({"oob_code": value}, "oob_code")


@pytest.mark.parametrize(
    ("body", "expected"), [({}, ()), ({"c": None}, ()), ({"c": []}, ()), ({"c": ["a", "b"]}, ("a", "b"))]
)
def test_a_list_of_texts_is_optional(body, expected):
    """Absent, null and empty are the same."""
    assert expected == reading.texts(body, "c")


def test_a_list_of_texts_is_secret():
    """Recovery codes come that way."""
    assert "(Secret(****),)" == repr(reading.texts({"c": ["hidden"]}, "c"))


@pytest.mark.parametrize("value", ["a", {}, 1, [1], ["a", None], False])
def test_a_list_of_something_else_is_unexpected(value):
    """The message names the field."""
    with pytest.raises(UnexpectedReply, match="recovery_codes"):
        reading.texts({"recovery_codes": value}, "recovery_codes")


def test_a_text_is_optional_and_a_needed_one_is_not():
    """``text`` takes null and the empty text, ``need`` takes neither."""
    assert reading.text({}, "a") is None
    assert "" == reading.text({"a": ""}, "a")
    assert "x" == reading.need({"a": "x"}, "a")
    with pytest.raises(UnexpectedReply, match="no a"):
        reading.need({"a": ""}, "a")
