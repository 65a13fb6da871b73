"""People: who is there, what they have, what becomes of them."""

from mfa_flow.testing.control.asks import Answer, Ask, Bad, Kinds, words
from mfa_flow.testing.control.seeing import onlooked, person
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


async def users(ask: Ask) -> Answer:
    """Everybody, with what the page draws: the codes their apps show now and next, and their limits."""
    return 200, {"users": [onlooked(ask.tenant.world, each) for each in ask.tenant.users]}


async def add_user(ask: Ask) -> Answer:
    """Add somebody, enrolled with each of ``authenticators``."""
    fields = ask.fields(_USER)
    if missing := [name for name in ("email", "password") if not fields.get(name)]:
        raise Bad(f"a user needs: {', '.join(missing)}")
    words("authenticators", fields.get("authenticators", []))
    try:
        return 201, person(ask.tenant.world, ask.tenant.users.add(**fields))
    except (ValueError, TypeError) as wrong:
        raise Bad(str(wrong)) from None


async def user(ask: Ask) -> Answer:
    """Somebody, with secrets: this is a test double."""
    return 200, person(ask.tenant.world, _known(ask))


async def change_user(ask: Ask) -> Answer:
    """Change what may be changed of somebody. Null takes requirements away."""
    fields = ask.fields({**_CHANGES, "wrong_passwords": int}, emptied=("requirements",))
    found = _known(ask)
    try:
        ask.tenant.users.change(found.email, **fields)
    except (ValueError, TypeError) as wrong:
        raise Bad(str(wrong)) from None
    return 200, person(ask.tenant.world, found)


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


def _known(ask: Ask) -> User:
    found = ask.tenant.users.get(ask.rest)
    if found is None:
        raise Bad(f"no user {ask.rest}: there are {', '.join(each.email for each in ask.tenant.users)}", 404)
    return found
