"""Somebody as an onlooker sees them: what they own, what it shows now, what is left to them. Nothing is hidden."""

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


def person(user: User) -> dict[str, Any]:
    """Who they are and what they own, with secrets."""
    return {
        "id": user.id,
        "email": user.email,
        "phone": user.phone,
        "verified": user.verified,
        "otp_secret": user.otp_secret,
        "recovery_code": user.recovery_code,
        "authenticators": [device(each) for each in user.authenticators],
    }


def device(authenticator: Authenticator) -> dict[str, Any]:
    """One thing they can prove to have."""
    address, secret = authenticator.address, authenticator.secret
    return {"id": authenticator.id, "kind": authenticator.kind, "active": authenticator.active} | {
        name: value for name, value in (("to", address), ("secret", secret)) if value is not None
    }


def onlooked(world: World, user: User) -> dict[str, Any]:
    """The same, with what changes by the minute: the codes their apps show, and their limits."""
    devices = [
        device(each) | _scannable(world, user, each) | _running(world.clock, each) for each in user.authenticators
    ]
    return person(user) | {"blocked": user.blocked, "authenticators": devices, "limits": _limits(user)}


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
    purses = {f"{name} messages": purse for name, purse in sorted(user.purses.items())}
    return {name: _limit(bucket) for name, bucket in (tries | purses).items()}


def _limit(bucket: Bucket) -> dict[str, Any]:
    return {"capacity": bucket.capacity, "every": bucket.every, "full_at": bucket.full_at}
