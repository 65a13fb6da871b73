"""What the two sides talk about: the application, its tokens, a person's authenticators."""

import re
from base64 import b64encode
from ipaddress import ip_address
from sys import intern
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from attrs import Factory, field, frozen

from mfa_flow.errors import BadInput
from mfa_flow.wire.secret import Sealed, Secret
from mfa_flow.wire.vocabulary import FACTOR_OF_CHANNEL, FACTOR_OF_TYPE

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*|[0-9a-f:.]+", re.ASCII)


def _required(instance: object, attribute: Any, value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"App({attribute.name}=...) must be a text that is not empty")


class SigningClient(Protocol):
    """Proves who the application is by signing; used anew for every request."""

    def assertion(self, client_id: str, audience: str) -> dict[str, str]:
        """The fields of a body that hold the signed assertion."""
        ...


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
    ``audience`` and ``scope`` go with every first grant unless the verb says otherwise. ``client_auth`` is how the
    application proves who it is: ``"post"`` (the secret in the body, or nothing without one), ``"basic"`` (the secret
    in a header), or an object that signs, such as ``PrivateKeyJwt``. Raises BadInput.
    """

    domain: str = field(validator=_required)
    client_id: str = field(validator=_required)
    client_secret: str | None = field(default=None, converter=_hidden, validator=_optional, repr=False)
    audience: str | None = field(default=None, validator=_optional)
    scope: str | None = field(default=None, validator=_optional)
    client_auth: "str | SigningClient" = field(default="post", repr=False)
    base_url: str = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "base_url", _base_url(self.domain))
        signs = callable(getattr(self.client_auth, "assertion", None))
        if not signs and self.client_auth not in ("post", "basic"):
            raise BadInput("App(client_auth=...) is 'post', 'basic', or an object that signs, such as PrivateKeyJwt")
        if self.client_auth == "basic" and self.client_secret is None:
            raise BadInput("App(client_auth='basic') needs a client_secret")

    @property
    def credentials(self) -> dict[str, str]:
        """What goes into a body to say which application asks, and to prove it."""
        if not isinstance(self.client_auth, str):
            return {"client_id": self.client_id, **self.client_auth.assertion(self.client_id, f"{self.base_url}/")}
        if self.client_auth == "basic" or self.client_secret is None:
            return {"client_id": self.client_id}
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    @property
    def headers(self) -> dict[str, str]:
        """What goes into the headers instead, with HTTP Basic."""
        if self.client_auth != "basic":
            return {}
        pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret or '', safe='')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@frozen
class Tokens(Sealed):
    """What a finished login is worth. Plain strings, hidden from ``repr``. ``expires_in`` is in seconds."""

    access_token: str = field(repr=False)
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None
    expires_in: int | None = None
    token_type: str = "Bearer"  # noqa: S105 - a kind of token, no token


def _shared(name: str | None) -> str | None:
    """The one string of this content: a million parked flows say ``oob`` a few million times."""
    return intern(name) if type(name) is str else name


def _factor_of(one: "Authenticator") -> str:
    if one.oob_channel:
        return FACTOR_OF_CHANNEL.get(one.oob_channel, one.oob_channel)
    kind = one.id.partition("|")[0] if "|" in one.id and one.authenticator_type in {None, "oob"} else None
    kind = kind or one.authenticator_type or one.type or ""
    return FACTOR_OF_TYPE.get(kind, kind)


@frozen(weakref_slot=False)
class Authenticator:
    """One entry of the person's list. ``name`` is the masked number or address, or the device's name, if it has any.

    ``active`` is False for one that was enrolled and never proved; such a one cannot be challenged. ``factor`` speaks
    for it: ``otp``, ``sms``, ``voice``, ``email``, ``push``, ``recovery``, or what Auth0 calls it if that is new.
    """

    id: str
    authenticator_type: str | None = field(default=None, converter=_shared)
    active: bool = False
    oob_channel: str | None = field(default=None, converter=_shared)
    name: str | None = None
    type: str | None = None
    factor: str = field(default=Factory(_factor_of, takes_self=True), init=False, repr=False, eq=False)


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
