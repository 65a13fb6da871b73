"""The ways into a flow, and the list that follows them: steps that belong to no factor."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mfa_flow.choosing import choices
from mfa_flow.errors import BadInput, UnexpectedReply
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.meanings import meaning_of
from mfa_flow.factors.registry import Factors
from mfa_flow.factors.steps import mfa_demanded, tokens_issued
from mfa_flow.machine.flow import Flow
from mfa_flow.wire import reading
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Requirements
from mfa_flow.wire.vocabulary import (
    AUTHENTICATORS_PATH,
    PASSWORD_GRANT,
    PASSWORD_REALM_GRANT,
    REFRESH_GRANT,
    TOKEN_PATH,
)

# What the mfa_tokens and the refresh tokens of live tenants begin with, and what an authenticator that is gone is
# answered with.
_SEAL = "Fe26.2*"
_REFRESH = "v1."
_REQUIRED = ("challenge", "enroll")
GONE = 404


def login(
    app: App,
    *,
    username: str | None = None,
    password: str | None = None,
    realm: str | None = None,
    audience: str | None = None,
    scope: str | None = None,
) -> Step:
    """The password grant, or the password-realm grant where a realm (a connection's name) is given."""
    fields: dict[str, str] = {"grant_type": PASSWORD_GRANT}
    if realm:
        fields = {"grant_type": PASSWORD_REALM_GRANT, "realm": _text("realm", realm)}
    fields |= {"username": _text("username", username), "password": _text("password", password), **app.credentials}
    extras = {"audience": audience or app.audience, "scope": scope or app.scope}
    fields |= {name: _text(name, value) for name, value in extras.items() if value}

    return _first_grant(app, fields, "password_accepted", "password")


def refresh(
    app: App, *, refresh_token: str | None = None, audience: str | None = None, scope: str | None = None
) -> Step:
    """The refresh grant. The original grant fixed audience and scope; others go along only if given here."""
    fields = {"grant_type": REFRESH_GRANT, "refresh_token": _text("refresh_token", refresh_token), **app.credentials}
    extras = {"audience": audience, "scope": scope}
    fields |= {name: _text(name, value) for name, value in extras.items() if value}
    return _first_grant(app, fields, "refresh_accepted", "refresh")


def manage(*, access_token: str | None = None) -> Step:
    """Take an access token for the MFA API. Nothing is sent."""
    if isinstance(access_token, str):
        if access_token.startswith(_SEAL):
            raise BadInput("manage needs an access token for the MFA API; this is an mfa_token: begin(mfa_token)")
        if access_token.startswith(_REFRESH):
            raise BadInput("manage needs an access token for the MFA API; this is a refresh token: refresh(it)")
        if _audiences(access_token) and not _speaks_for_the_mfa_api(access_token):
            raise BadInput(
                "manage needs an access token for the MFA API; this one is for another audience: log in with "
                "audience='https://{domain}/mfa/' and scope='enroll read:authenticators remove:authenticators'"
            )
    token = _token("manage needs an access token for the MFA API, as it is", access_token)
    return Step.silent(Outcome("signed_in", changes={"access_token": token}))


def begin(*, mfa_token: str | None = None, requirements: Requirements | None = None) -> Step:
    """Take over an ``mfa_required`` answer that was met elsewhere. Nothing is sent."""
    if isinstance(mfa_token, str) and _speaks_for_the_mfa_api(mfa_token):
        raise BadInput("begin needs an mfa_token; this is an access token for the MFA API: manage(access_token)")
    if isinstance(mfa_token, str) and mfa_token.startswith(_REFRESH):
        raise BadInput("begin needs an mfa_token; this is a refresh token: refresh(refresh_token)")
    token = _token("begin needs the mfa_token of an mfa_required answer, as it is", mfa_token)
    return Step.silent(Outcome("mfa_demanded", changes={"mfa_token": token, "requirements": requirements}))


def required(given: Mapping[str, Any]) -> Requirements | None:
    """The ``mfa_requirements`` of an answer. Raises BadInput for what is none: to take it for no requirements would
    offer what Auth0 then refuses."""
    known = not given or set(given) & {*_REQUIRED, "challenge_types"} if isinstance(given, Mapping) else ()
    if not known or not all(_typed(given.get(name)) for name in _REQUIRED):
        raise BadInput(
            'begin takes the mfa_requirements as they are: {"challenge": [{"type": "otp"}]}; nothing was sent'
        )
    return reading.requirements_of({"mfa_requirements": given})


def _typed(entries: object) -> bool:
    """Whether it is a list of types, or left out."""
    return entries is None or (
        isinstance(entries, list) and all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in entries)
    )


def list_authenticators(flow: Flow, factors: Factors) -> Step:
    """Read the person's authenticators. Where nothing can be chosen from them, the flow ends."""

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem:
            return meaning_of(problem, "list")
        listed = reading.authenticators_of(reply)
        if flow.mfa_token and not any(choices(flow, factors, listed)):
            return Outcome("refused", "no_available_factor")
        error = None if flow.error == "list_failed" else flow.error
        changes: dict[str, Any] = {"authenticators": listed}
        if flow.recovery_codes and not any(one.factor == "recovery" and not one.active for one in listed):
            changes["recovery_codes"] = ()  # none waits for a first proof: that was given elsewhere, or all was reset
        return Outcome("listed", error, changes=changes)

    return Step(Call.get(AUTHENTICATORS_PATH, flow.bearer), read)


def remove(flow: Flow, *, authenticator: str | None = None) -> Step:
    """Delete an authenticator. One that is not there any more is removed, too: a lost answer may have said so."""
    if authenticator is None or authenticator not in [one.id for one in flow.authenticators or ()]:
        raise BadInput("remove takes an authenticator of the person's list, or its id; nothing was sent")
    removed = Outcome("removed", changes={"authenticators": None})

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        return removed if problem is None or problem.status == GONE else meaning_of(problem, "remove")

    return Step(Call.delete(f"{AUTHENTICATORS_PATH}/{quote(authenticator, safe='')}", flow.bearer), read)


def _first_grant(app: App, fields: Mapping[str, str], accepted: str, step: str) -> Step:
    """The request of a way in; what comes of it is tokens, or the demand of a second factor."""

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem is None:
            return Outcome(accepted, then=tokens_issued(reply))
        if problem.error == "mfa_required":
            return Outcome(accepted, then=mfa_demanded(problem))
        return meaning_of(problem, step)

    return Step(Call.form(TOKEN_PATH, fields, app.headers), read)


def _token(needed: str, given: str | None) -> Secret:
    try:
        return reading.token({"token": given}, "token")
    except UnexpectedReply:
        raise BadInput(f"{needed}; nothing was sent") from None


def _speaks_for_the_mfa_api(token: str) -> bool:
    """Whether it is a JWT whose audience is the MFA API. An mfa_token is opaque: whatever cannot be read is fine."""
    return any(one.rstrip("/").endswith("/mfa") for one in _audiences(token))


def _audiences(token: str) -> list[str]:
    """The audiences of a JWT; none of what is no JWT that can be read."""
    try:
        # A JWT has no padding; more than is missing does no harm.
        found = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))["aud"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    return [str(one) for one in (found if isinstance(found, list) else [found])]


def _text(name: str, given: str | None) -> str:
    if not isinstance(given, str) or not given or given.isspace():
        raise BadInput(f"this needs a {name} that is a text and not empty; nothing was sent")
    return given
