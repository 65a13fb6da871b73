"""The application, its tokens, a person's authenticators."""

import pytest

from mfa_flow.errors import BadInput
from mfa_flow.wire.values import App, Authenticator, Requirements, Tokens


@pytest.mark.parametrize(
    ("domain", "base_url"),
    [
        ("example.eu.auth0.com", "https://example.eu.auth0.com"),
        ("https://example.eu.auth0.com", "https://example.eu.auth0.com"),
        ("https://example.eu.auth0.com/", "https://example.eu.auth0.com"),
        ("  login.example.com ", "https://login.example.com"),
        ("Login.Example.COM", "https://login.example.com"),
        ("example.com:8443", "https://example.com:8443"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://tenant.localhost", "http://tenant.localhost"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_a_domain_becomes_a_base_url(domain, base_url):
    """Https unless it is said otherwise; a scheme, a port and a closing slash are allowed."""
    assert base_url == App(domain=domain, client_id="c").base_url


@pytest.mark.parametrize(
    "domain",
    [
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://notlocalhost",
        "http://10.0.0.1",
        "ftp://example.com",
        "https://",
        "https://example.com/path",
        "example.com/path",
        "exa mple.com",
        "-example.com",
        "example.com:99999",
        "example.com:port",
        "https://[::1",
        "m\u00fcnchen.example",
        "user:password@example.com",
    ],
)
def test_a_domain_that_cannot_be_right_is_refused(domain):
    """Passwords travel over https only, and to a host, not to a path."""
    with pytest.raises(BadInput, match="domain"):
        App(domain=domain, client_id="c")


@pytest.mark.parametrize("given", ["", "  ", None, 5])
@pytest.mark.parametrize("name", ["domain", "client_id"])
def test_an_app_needs_a_domain_and_a_client_id(name, given):
    """The message names what is missing."""
    with pytest.raises(BadInput, match=name):
        App(**{"domain": "example.com", "client_id": "c", name: given})


def test_the_credentials_go_into_a_body():
    """A public application has no secret to give."""
    assert {"client_id": "c", "client_secret": "s"} == App(
        domain="example.com", client_id="c", client_secret="s"
    ).credentials
    assert {"client_id": "c"} == App(domain="example.com", client_id="c").credentials


def test_an_app_hides_its_secret():
    """Its repr shows the domain and the id only."""
    app = App(domain="example.com", client_id="the-client", client_secret="hidden")
    assert "hidden" not in repr(app)
    assert "hidden" not in repr(app.credentials)
    assert "the-client" in repr(app)


def test_tokens_hide_themselves():
    """The three tokens are plain strings and left out of the repr."""
    tokens = Tokens("hidden-1", "hidden-2", "hidden-3", "openid", 600)
    assert "hidden" not in repr(tokens)
    assert "hidden-1" == tokens.access_token
    assert "Bearer" == tokens.token_type


@pytest.mark.parametrize(
    ("entry", "factor"),
    [
        ({"id": "totp|dev_1", "authenticator_type": "otp"}, "otp"),
        ({"id": "sms|dev_1", "authenticator_type": "oob", "oob_channel": "sms"}, "sms"),
        ({"id": "voice|dev_1", "authenticator_type": "oob", "oob_channel": "voice"}, "voice"),
        ({"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email"}, "email"),
        ({"id": "push|dev_1", "authenticator_type": "oob", "oob_channel": "auth0"}, "push"),
        ({"id": "recovery-code|dev_1", "authenticator_type": "recovery-code"}, "recovery"),
        ({"id": "sms|dev_1", "authenticator_type": "oob"}, "sms"),
        ({"id": "push|dev_1", "authenticator_type": "oob"}, "push"),
        ({"id": "totp|dev_1"}, "otp"),
        ({"id": "opaque", "type": "otp"}, "otp"),
        ({"id": "opaque", "authenticator_type": "oob", "type": "phone"}, "oob"),
        ({"id": "opaque"}, ""),
        ({"id": "webauthn|dev_1", "authenticator_type": "webauthn-roaming"}, "webauthn-roaming"),
        ({"id": "x|dev_1", "authenticator_type": "oob", "oob_channel": "pigeon"}, "pigeon"),
    ],
)
def test_an_authenticator_knows_its_factor(entry, factor):
    """By its channel, else by its type, else by its id; what is new keeps Auth0's name."""
    assert factor == Authenticator(**entry).factor


def test_requirements_ask_for_nothing_by_default():
    """None means any, an empty tuple means none."""
    assert Requirements(None, None) == Requirements()
    assert Requirements(()) != Requirements()


class Signer:
    """Signs with a word."""

    def assertion(self, client_id, audience):
        """Who asks, and whom."""
        return {"client_assertion": f"{client_id} to {audience}", "client_assertion_type": "word"}


def test_a_secret_may_go_into_a_header():
    """HTTP Basic: both halves percent-encoded, then joined by a colon."""
    app = App(domain="example.com", client_id="a:b", client_secret="s+é", client_auth="basic")
    assert {"Authorization": "Basic YSUzQWI6cyUyQiVDMyVBOQ=="} == app.headers
    assert {"client_id": "a:b"} == app.credentials


@pytest.mark.parametrize("auth", ["post", Signer()])
def test_without_basic_there_is_no_header(auth):
    """Everything that proves the application is in the body."""
    assert {} == App(domain="example.com", client_id="c", client_secret="s", client_auth=auth).headers


def test_an_application_may_sign():
    """Q16: the assertion stands where the secret would; its audience is the domain with a closing slash."""
    app = App(domain="example.com", client_id="c", client_secret="s", client_auth=Signer())
    assert {
        "client_id": "c",
        "client_assertion": "c to https://example.com/",
        "client_assertion_type": "word",
    } == app.credentials


@pytest.mark.parametrize("auth", ["", "Basic", "private_key_jwt", None, 5, [], object()])
def test_another_way_to_prove_an_application_is_refused(auth):
    """At once, not at the first request."""
    with pytest.raises(BadInput, match="client_auth"):
        App(domain="example.com", client_id="c", client_secret="s", client_auth=auth)


def test_basic_needs_a_secret():
    """There would be nothing to prove."""
    with pytest.raises(BadInput, match="needs a client_secret"):
        App(domain="example.com", client_id="c", client_auth="basic")


@pytest.mark.parametrize("name", ["client_secret", "audience", "scope"])
def test_an_app_takes_texts(name):
    """A number is refused by name."""
    with pytest.raises(BadInput, match=name):
        App(**{"domain": "example.com", "client_id": "c", name: 5})


def test_a_signer_and_basic_hide_the_secret():
    """In the repr; the header is not shown by a Call either."""
    app = App(domain="example.com", client_id="c", client_secret="hidden", client_auth="basic")
    assert "hidden" not in repr(app)
