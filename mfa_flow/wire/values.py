"""What the two sides talk about: the application, its tokens, a person's authenticators."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from mfa_flow.errors import BadInput
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.vocabulary import FACTOR_OF_CHANNEL, FACTOR_OF_TYPE

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*|[0-9a-f:.]+", re.ASCII)


def _required(instance: object, attribute: Any, value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"App({attribute.name}=...) must be a text that is not empty")


def _optional(instance: object, attribute: Any, value: str | None) -> None:
    if value is not None and not isinstance(value, str):
        raise BadInput(f"App({attribute.name}=...) must be a text")


def _hidden(value: str | None) -> str | None:
    return Secret(value) if type(value) is str else value


@frozen
class App:
    """The Auth0 application one logs in to.

    ``domain`` is the tenant's domain or custom domain (``example.eu.auth0.com``); a scheme and a port are allowed.
    Plain ``http://`` is refused unless the host is loopback. ``client_secret`` is None for a public application.
    ``audience`` and ``scope`` go with every first grant unless the verb says otherwise. Raises BadInput.
    """

    domain: str = field(validator=_required)
    client_id: str = field(validator=_required)
    client_secret: str | None = field(default=None, converter=_hidden, validator=_optional, repr=False)
    audience: str | None = field(default=None, validator=_optional)
    scope: str | None = field(default=None, validator=_optional)
    base_url: str = field(init=False, repr=False)
    credentials: dict[str, str] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "base_url", _base_url(self.domain))
        secret = {"client_secret": self.client_secret} if self.client_secret is not None else {}
        object.__setattr__(self, "credentials", {"client_id": self.client_id} | secret)


@frozen
class Tokens:
    """What a finished login is worth. Plain strings, hidden from ``repr``. ``expires_in`` is in seconds."""

    access_token: str = field(repr=False)
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None
    expires_in: int | None = None
    token_type: str = "Bearer"  # noqa: S105 - a kind of token, no token


@frozen
class Authenticator:
    """One entry of the person's list. ``name`` is the masked number or address, or the device's name, if it has any.

    ``active`` is False for one that was enrolled and never proved; such a one cannot be challenged.
    """

    id: str
    authenticator_type: str | None = None
    active: bool = False
    oob_channel: str | None = None
    name: str | None = None
    type: str | None = None

    @property
    def factor(self) -> str:
        """The factor that speaks for it: ``otp``, ``sms``, ``voice``, ``email``, ``push``, ``recovery``, or what
        Auth0 calls it if that is new."""
        if self.oob_channel:
            return FACTOR_OF_CHANNEL.get(self.oob_channel, self.oob_channel)
        kind = self.id.partition("|")[0] if "|" in self.id and self.authenticator_type in {None, "oob"} else None
        kind = kind or self.authenticator_type or self.type or ""
        return FACTOR_OF_TYPE.get(kind, kind)


@frozen
class Requirements:
    """What the ``mfa_required`` answer asks for: the types one may be challenged with or may enrol. None: any."""

    challenge: tuple[str, ...] | None = None
    enroll: tuple[str, ...] | None = None


def _base_url(domain: str) -> str:
    given = domain.strip().removesuffix("/")
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if (
        not _HOST.fullmatch(host)
        or scheme not in {"https", "http"}
        or given.count("/") not in {0, 2}
        or set(given) & set("@?#")
    ):
        shown = repr(domain) if "@" not in domain else "..."
        raise BadInput(f"App(domain={shown}): give the tenant's domain, such as 'example.eu.auth0.com'")
    if scheme == "http" and not _is_loopback(host):
        raise BadInput(f"App(domain={domain!r}): passwords travel over https only; http is for loopback addresses")
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + (f":{port}" if port else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
