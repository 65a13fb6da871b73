"""Somebody as an onlooker sees them: what they own, what it shows now, what is left to them. Nothing is hidden."""

from contextlib import suppress
from functools import lru_cache
from typing import Any

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.wire.enrolment import otp_uri
from mfa_flow.testing.world import totp
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.factors import OTP
from mfa_flow.testing.world.people import User
from mfa_flow.testing.world.world import World


def person(world: World, user: User) -> dict[str, Any]:
    """Who they are, what they own and what is left to them, with secrets."""
    now = world.clock.now()
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
        "otp_code": _code_of(world, user),
        "recovery_code": user.recovery_code,
        "authenticators": [device(each) for each in user.authenticators],
    }


def _code_of(world: World, user: User) -> str | None:
    """What their app shows; none if there is no app, or if all its codes of these minutes are used."""
    with suppress(LookupError):
        return world.otp(user.email)
    return None


def device(authenticator: Authenticator) -> dict[str, Any]:
    """One thing they can prove to have."""
    address, secret = authenticator.address, authenticator.secret
    return {"id": authenticator.id, "kind": authenticator.kind, "active": authenticator.active} | {
        name: value for name, value in (("to", address), ("secret", secret)) if value is not None
    }


def onlooked(world: World, user: User) -> dict[str, Any]:
    """The same, with what a page draws: the pictures and running codes of their apps, and their limits in full."""
    devices = [
        device(each) | _scannable(world, user, each) | _running(world.clock, each) for each in user.authenticators
    ]
    return person(world, user) | {"authenticators": devices, "limits": _limits(user)}


def app_of(authenticator: Authenticator) -> Authenticator | None:
    """The app behind it: itself, or what came with a push."""
    return next((each for each in (authenticator, *authenticator.twins) if each.factor is OTP), None)


def scannable(world: World, user: User, app: Authenticator) -> str:
    """What the picture of an app says."""
    return _uri(world.name, user.email, app.secret or "")


def _scannable(world: World, user: User, authenticator: Authenticator) -> dict[str, Any]:
    app = app_of(authenticator)
    return {} if app is None else {"scan": {"secret": app.secret, "uri": scannable(world, user, app)}}


def _running(clock: Clock, authenticator: Authenticator) -> dict[str, Any]:
    """The code of this half minute and of the next, each with its end."""
    if authenticator.factor is not OTP or not authenticator.provable:
        return {}
    now = clock.now()
    step = totp.step_at(now)
    shows = [
        {"code": _code(authenticator.secret or "", each), "until": (each + 1) * totp.PERIOD}
        for each in (step, step + 1)
    ]
    return {"shows": shows, "used": step not in authenticator.open_steps(now, 0)}


# Asked for at every look, and seldom new.
_code = lru_cache(maxsize=8192)(totp.code_of)
_uri = lru_cache(maxsize=8192)(otp_uri)


def _limits(user: User) -> dict[str, Any]:
    tries = {"code attempts": user.failures, "recovery code attempts": user.recovery_failures}
    purses = {f"{name} messages": purse for name, purse in sorted(user.purses().items()) if purse.full_at}
    return {name: _limit(bucket) for name, bucket in (tries | purses).items()}


def _limit(bucket: Bucket) -> dict[str, Any]:
    return {"capacity": bucket.capacity, "every": bucket.every, "full_at": bucket.full_at}
