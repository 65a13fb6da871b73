"""The headers Auth0 understands beside those of the contract: whose browser it is, which language, which library."""

import json
import platform
import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from ipaddress import ip_address
from types import MappingProxyType

from mfa_flow.errors import BadInput
from mfa_flow.wire.vocabulary import ASSOCIATE_PATH, CHALLENGE_PATH, TOKEN_PATH

# BCP 47, as far as a header needs it.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)

ByPath = Mapping[str, Mapping[str, str]]
NOTHING_ABOUT: ByPath = MappingProxyType({})


def about(forwarded_for: str | None, language: str | None) -> ByPath:
    """The headers of one person's calls, by path: the end user's IP address, and the language of messages.

    Raises BadInput for what is no address or no language tag.
    """
    if forwarded_for is None and language is None:
        return NOTHING_ABOUT
    found: dict[str, dict[str, str]] = {path: {} for path in (TOKEN_PATH, CHALLENGE_PATH, ASSOCIATE_PATH)}
    if forwarded_for is not None:
        for path in (TOKEN_PATH, CHALLENGE_PATH):
            found[path]["auth0-forwarded-for"] = _address(forwarded_for)
    if language is not None:
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise BadInput("flow(language=...) takes a language tag, such as 'fr' or 'pt-BR'")
        for path in (ASSOCIATE_PATH, CHALLENGE_PATH):
            found[path]["x-request-language"] = language
    return found


def telemetry() -> dict[str, str]:
    """The header by which Auth0's logs know the library: its name and version, and Python's."""
    said = {"name": "mfa_flow", "version": version("mfa_flow"), "env": {"python": platform.python_version()}}
    return {"Auth0-Client": b64encode(json.dumps(said).encode()).decode()}


def checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Headers of the caller's own, as they are. Raises BadInput for what no header can hold."""
    for name, value in headers.items():
        if not (isinstance(name, str) and isinstance(value, str) and name and f"{name}{value}".isprintable()):
            raise BadInput(f"MfaClient(headers=...): {name!r} is not a name and a text on one line")
    return headers


def _address(given: str) -> str:
    if isinstance(given, str) and "%" not in given:  # a zone behind an IPv6 address means nothing elsewhere
        with suppress(ValueError):
            return str(ip_address(given))
    raise BadInput("flow(forwarded_for=...) takes an IP address, such as '203.0.113.7'")
