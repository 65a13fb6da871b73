"""People: who is there, what they have, what becomes of them."""

from contextlib import suppress
from typing import Any

from mfa_flow.testing.control.asks import Answer, Ask, Bad, Kinds, words
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.people import User

_CHANGES: Kinds = {
    "password": str,
    "phone": str,
    "verified": bool,
    "mfa": bool,
    "factors": int,
    "requirements": dict,
    "refresh_mfa": bool,
    "blocked": bool,
    "leaked": bool,
}
_USER: Kinds = {"email": str, **_CHANGES, "authenticators": list}


async def add_user(ask: Ask) -> Answer:
    """Add somebody, enrolled with each of ``authenticators``."""
    fields = ask.fields(_USER)
    if missing := [name for name in ("email", "password") if not fields.get(name)]:
        raise Bad(f"a user needs: {', '.join(missing)}")
    words("authenticators", fields.get("authenticators", []))
    _check_requirements(fields)
    try:
        return 201, person(ask.tenant, ask.tenant.users.add(**fields))
    except ValueError as wrong:
        raise Bad(str(wrong)) from None


async def user(ask: Ask) -> Answer:
    """Somebody, with secrets: this is a test double."""
    return 200, person(ask.tenant, _known(ask))


async def change_user(ask: Ask) -> Answer:
    """Change what may be changed of somebody."""
    fields, found = ask.fields({**_CHANGES, "wrong_passwords": int}), _known(ask)
    _check_requirements(fields)
    try:
        ask.tenant.users.change(found.email, **fields)
    except ValueError as wrong:
        raise Bad(str(wrong)) from None
    return 200, person(ask.tenant, found)


async def remove_user(ask: Ask) -> Answer:
    """Let somebody go, with all they had."""
    ask.tenant.users.remove(_known(ask).email)
    return 200, {}


async def otp(ask: Ask) -> Answer:
    """A code that somebody's newest authenticator app shows and that would be taken now."""
    try:
        return 200, {"code": ask.tenant.otp(_known(ask).email)}
    except LookupError as none:
        raise Bad(str(none.args[0]), 409) from None


def person(tenant: Tenant, user: User) -> dict[str, Any]:
    """Somebody as the control API shows them."""
    now = tenant.clock.now()
    return {
        "id": user.id,
        "email": user.email,
        "phone": user.phone,
        "verified": user.verified,
        "mfa": user.mfa,
        "factors": user.factors,
        "requirements": user.requirements,
        "refresh_mfa": user.refresh_mfa,
        "blocked": user.blocked,
        "leaked": user.leaked,
        "wrong_passwords": user.wrong_passwords,
        "attempts_left": {"code": user.failures.left(now), "recovery_code": user.recovery_failures.left(now)},
        "messages_left": {purse: bucket.left(now) for purse, bucket in user.purses().items()},
        "otp_secret": user.otp_secret,
        "otp_code": _code(tenant, user),
        "recovery_code": user.recovery_code,
        "authenticators": [_device(each) for each in user.authenticators],
    }


def _code(tenant: Tenant, user: User) -> str | None:
    """What the authenticator app shows; none if there is no app, or if all its codes of these minutes are used."""
    with suppress(LookupError):
        return tenant.otp(user.email)
    return None


def _device(authenticator: Authenticator) -> dict[str, Any]:
    address, secret = authenticator.address, authenticator.secret
    return {"id": authenticator.id, "kind": authenticator.kind, "active": authenticator.active} | {
        name: value for name, value in (("to", address), ("secret", secret)) if value is not None
    }


def _known(ask: Ask) -> User:
    found = ask.tenant.users.get(ask.rest)
    if found is None:
        raise Bad(f"no user {ask.rest}: there are {', '.join(each.email for each in ask.tenant.users)}", 404)
    return found


def _check_requirements(fields: dict[str, Any]) -> None:
    for name, types in fields.get("requirements", {}).items():
        if name not in ("challenge", "enroll"):
            raise Bad("requirements has nothing but: challenge, enroll")
        words(name, types)
