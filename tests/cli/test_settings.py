"""Where a setting of ``login`` comes from, and what cannot be one."""

import pytest

from mfa_flow.cli.settings import default, first_line, settings
from mfa_flow.errors import BadInput

BARE = {"domain": "example.eu.auth0.com", "client_id": "spa"}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """Nobody's settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "MFA_FLOW_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def written(home, text):
    file = home / "mfa-flow.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_bare():
    """A domain and a client are enough; other options are passed over."""
    told = settings({**BARE, "flow": "1", "scope": None}, None)
    assert ("https://example.eu.auth0.com", "spa", None) == (told.app.base_url, told.app.client_id, told.app.scope)
    assert (None, None, "en") == (told.realm, told.username, told.locale)


def test_an_option_goes_before_the_file(home, monkeypatch):
    """Key by key; the secret is of the environment before it is of the file."""
    file = written(home, 'domain = "file.auth0.com"\nclient_id = "f"\nclient_secret = "s"\nrealm = "r"\nlang = "fr"\n')
    told = settings({"client_id": "spa"}, None)
    assert ("https://file.auth0.com", "spa", "s") == (told.app.base_url, told.app.client_id, told.app.client_secret)
    assert ("r", "fr") == (told.realm, told.locale)
    monkeypatch.setenv("MFA_FLOW_CLIENT_SECRET", "t")
    assert "t" == settings({}, file).app.client_secret


@pytest.mark.parametrize(
    ("env", "locale"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fr_CA@euro"}, "fr"),
        ({"LANG": "", "LC_ALL": ""}, "en"),
    ],
    ids=str,
)
def test_the_language_of_the_system(monkeypatch, env, locale):
    """As programs look for it."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert locale == settings(BARE, None).locale
    assert "fr" == settings({**BARE, "lang": "fr"}, None).locale


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('domian = "x"', "domian means nothing; is it domain?"),
        ('colour = "x"', "colour means nothing; there are domain, client_id"),
        ('password = "x"', "a password has no place there"),
        ("domain = 1", "domain must be a text that is not empty"),
        ('domain = ""', "domain must be a text that is not empty"),
        ("domain", "is no TOML"),
        ('client_id = "x"', "which domain?"),
    ],
)
def test_what_cannot_be(home, text, told):
    """A mistake in the file is named."""
    with pytest.raises(BadInput, match=told.replace("?", r"\?")):
        settings({}, written(home, text))


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_who_can_read_a_secret(home, capsys, mode, warned):
    """Others must not; a file without a secret is anybody's."""
    file = written(home, 'client_secret = "s"\n')
    file.chmod(mode)
    settings(BARE, file)
    out, said = capsys.readouterr()
    assert ("", warned) == (out, "WARNING: others can read the client_secret" in said)
    file.write_text('realm = "r"\n')
    settings(BARE, file)
    assert "" == capsys.readouterr().err


def test_a_mark_before_the_first_letter(home):
    """Some editors put one there; it is none of the file."""
    file = home / "mfa-flow.toml"
    file.write_text('realm = "r"\n', encoding="utf-8-sig")
    assert "r" == settings(BARE, file).realm


def test_about_factors():
    """The token of such a login is for the MFA API, whatever else tokens are for; its name may be another."""
    told = settings(BARE, None).about_factors("read:authenticators")
    assert ("https://example.eu.auth0.com/mfa/", "read:authenticators") == (told.app.audience, told.app.scope)
    told = settings({**BARE, "audience": "https://api.example.com/"}, None)
    assert "https://example.eu.auth0.com/mfa/" == told.about_factors("x").app.audience
    assert "https://a.example/mfa/" == told.about_factors("x", "https://a.example/mfa/").app.audience


def test_the_first_line(home):
    """Of a file with a secret, and nothing of the others; an end of line is none of it."""
    (home / "one").write_text(" pass word \r\nmore\n")
    assert " pass word " == first_line(home / "one")
    (home / "one").write_text("pass word\n", encoding="utf-8-sig")
    assert "pass word" == first_line(home / "one")
    (home / "none").write_text("\nmore")
    for name in ("none", "missing"):
        with pytest.raises(BadInput, match=str(home / name)):
            first_line(home / name)
    assert home / "mfa-flow.toml" == default()
