"""What ``login`` and ``authenticators`` are told: by options and environment first, then by a file."""

import os
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from mfa_flow import App
from mfa_flow.cli.printing import complained
from mfa_flow.errors import BadInput
from mfa_flow.texts import best_locale, languages

_APP = ("domain", "client_id", "client_secret", "client_auth", "audience", "scope")
_KEYS = (*_APP, "realm", "username", "lang")
# As programs look for the language of their messages.
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


@frozen
class Settings:
    """The application, who logs in, and in which language."""

    app: App
    realm: str | None = None
    username: str | None = None
    locale: str = "en"

    def about_factors(self, scope: str, audience: str | None = None) -> "Settings":
        """The same, for a login whose token is good for the person's own factors. The audience of an API is none of
        that; the one that is given here may be, at a domain of the tenant's own."""
        audience = audience or f"{self.app.base_url}/mfa/"
        return evolve(self, app=evolve(self.app, audience=audience, scope=scope))


def settings(options: Mapping[str, Any], file: Path | None) -> Settings:
    """Options, which know the environment, go before the file: ``mfa-flow.toml`` in the folder of settings, if none is
    named. Other options are passed over. Raises BadInput, which says what is missing or wrong."""
    told = {**_read(file), **_given(options)}
    missing = [name for name in ("domain", "client_id") if name not in told]
    if missing:
        option, variable = missing[0].replace("_", "-"), missing[0].upper()
        raise BadInput(f"which {option}? Give --{option}, MFA_FLOW_{variable}, or {missing[0]} in {file or default()}")
    app = App(**{name: told[name] for name in _APP if name in told})
    return Settings(app, told.get("realm"), told.get("username"), _locale(told.get("lang")))


def _given(options: Mapping[str, Any]) -> dict[str, str]:
    """The application's secret is no option: whoever lists the processes of a machine sees those."""
    found = {name: options.get(name) for name in _KEYS} | {"client_secret": os.environ.get("MFA_FLOW_CLIENT_SECRET")}
    return {name: value for name, value in found.items() if value}


def default() -> Path:
    """Where the file is looked for."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "mfa-flow.toml"


def first_line(file: Path) -> str:
    """The secret in a file: its first line. Raises BadInput where there is none."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {file}: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    if not lines or not lines[0]:
        raise BadInput(f"the first line of {file} is empty")
    return lines[0]


def _read(file: Path | None) -> dict[str, Any]:
    import tomllib

    if file is None and not default().exists():
        return {}
    file = file or default()
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from None
    except ValueError as error:  # no TOML, or no UTF-8
        # Its message tells a line, and nothing of what stands there.
        raise BadInput(f"{file} is no TOML: {error}") from None
    for name, value in told.items():
        _check(file, name, value)
    if "client_secret" in told and stat.S_IMODE(file.stat().st_mode) & 0o077:
        complained(f"WARNING: others can read the client_secret in {file}: chmod 600 {file}")
    return told


def _check(file: Path, name: str, value: object) -> None:
    if name == "password":
        raise BadInput(f"{file}: a password has no place there; --password-file names a file that holds it alone")
    if name not in _KEYS:
        near = get_close_matches(name, _KEYS, 1)
        raise BadInput(f"{file}: {name} means nothing; " + (f"is it {near[0]}?" if near else f"there are {_ALL}"))
    if not isinstance(value, str) or not value:
        raise BadInput(f"{file}: {name} must be a text that is not empty")


_ALL = ", ".join(_KEYS)


def _locale(lang: str | None) -> str:
    """The system's where none is asked for; English, with a warning, where there is none such."""
    found = best_locale(lang or next(filter(None, map(os.environ.get, _LOCALES)), None))
    if lang and not lang.strip().casefold().startswith(found):
        complained(f"WARNING: no language {lang!r}, so English: there are {', '.join(languages())}")
    return found
