"""What of a request may be looked at: the names of all its parameters, and the values of those that are no secret.

A value shows only where it looks like what belongs there, so that a secret in the wrong place stays hidden too.
A name shows where it is a plain word or some: a password that is one and stands in its place would show.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from mfa_flow.testing.wire.assertions import ASSERTION_TYPE
from mfa_flow.testing.wire.clients import ALL_GRANTS
from mfa_flow.testing.wire.desk import Desk

HIDDEN, MORE = "***", "..."  # what is not shown, and what is too much to be kept
_MOST_NAMES, _MOST_ITEMS = 50, 20
_CHANNELS = {"oob_channel", "oob_channels"}
_SCOPE = r"(?:openid|profile|email|offline_access|enroll|[a-z_]{1,30}:[a-z_]{1,30})"
_SHOWN = {name: re.compile(pattern) for name, pattern in {
    "grant_type": "|".join(map(re.escape, sorted(ALL_GRANTS))),
    "client_assertion_type": re.escape(ASSERTION_TYPE),
    "challenge_type": r"(?:otp|oob|recovery-code)(?: (?:otp|oob|recovery-code))*",
    "authenticator_types": r"otp|oob",
    "authenticator_id": r"[a-z-]{1,20}\|dev_[A-Za-z0-9]{16}",
    "scope": rf"{_SCOPE}(?: {_SCOPE})*",
    "audience": r"https?://[a-z0-9.:\[\]-]+/[a-z0-9/-]*",
}.items()}  # fmt: skip
_HIDDEN = {
    "client_id", "client_secret", "client_assertion", "username", "password", "realm", "nonce",
    "mfa_token", "otp", "oob_code", "binding_code", "recovery_code", "refresh_token", "phone_number", "email",
}  # fmt: skip
_KNOWN = _SHOWN.keys() | _CHANNELS | _HIDDEN
_PLAIN_NAME = re.compile(r"(?=.{1,40}$)[a-z]+(?:_[a-z]+|[A-Z][a-z]+)*[0-9]?")


def redacted(sent: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Every parameter by its name."""
    shown = {_name(name): _value(desk, name, sent[name]) for name in islice(sent, _MOST_NAMES)}
    return shown | {MORE: HIDDEN} if len(sent) > _MOST_NAMES else shown


def unknown(sent: Mapping[str, Any], desk: Desk) -> tuple[str, ...]:
    """The names that mean nothing to a tenant, which takes them without a word, as Auth0 does."""
    if sent.keys() <= _KNOWN:
        return ()
    taught = {each.address for each in desk.world.factors}
    names = [name for name in sent if name not in _KNOWN and name not in taught]
    return (*map(_name, names[:_MOST_NAMES]), *([MORE] if len(names) > _MOST_NAMES else []))


def _name(name: str) -> str:
    """A name that could be a secret in the wrong place is hidden as well."""
    return name if name in _KNOWN or _PLAIN_NAME.fullmatch(name) else HIDDEN


def _value(desk: Desk, name: str, value: Any) -> Any:
    if isinstance(value, list):
        shown = [_value(desk, name, each) for each in value[:_MOST_ITEMS]]
        return [*shown, MORE] if len(value) > _MOST_ITEMS else shown
    if value is None or isinstance(value, bool):
        return value
    return value if isinstance(value, str) and _is_harmless(desk, name, value) else HIDDEN


def _is_harmless(desk: Desk, name: str, value: str) -> bool:
    if name == "client_id":
        return desk.clients.find(value) is not None
    if name in _CHANNELS:
        return value in desk.world.factors.channels
    return name in _SHOWN and _SHOWN[name].fullmatch(value) is not None
