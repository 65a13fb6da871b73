"""The directory of a tenant's users."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mfa_flow.testing.meant import meant
from mfa_flow.testing.world.people import House, User, is_phone
from mfa_flow.testing.world.requirements import Told, required

_KINDS: Mapping[str, Any] = {
    **dict.fromkeys(("email", "password"), str),
    **dict.fromkeys(("verified", "mfa", "refresh_mfa", "blocked", "leaked"), bool),
    **dict.fromkeys(("factors", "wrong_passwords"), int),
    "phone": str | None,
}
_CHANGES = {*_KINDS, "requirements"} - {"email"}
_CALLED = {str: "a string", bool: "True or False", int: "a whole number", str | None: "a string or None"}


class Users:
    """The people. Addresses are the same in any case."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._by_email: dict[str, User] = {}
        self._by_id: dict[str, User] = {}

    def add(
        self,
        email: str,
        password: str,
        *,
        phone: str | None = None,
        verified: bool = False,
        authenticators: Iterable[str] = (),
        mfa: bool = True,
        factors: int = 1,
        requirements: Told | None = None,
        refresh_mfa: bool = False,
        blocked: bool = False,
        leaked: bool = False,
    ) -> User:
        """A new person, enrolled with each of ``authenticators`` (``otp``, ``sms``, ...) in that order.

        ``requirements`` are types to ``challenge`` or to ``enroll``: ``otp``, ``phone``, ``email``,
        ``push-notification``, ``recovery-code``, or a taught one's. Raises ValueError for what cannot be, TypeError for
        what is of the wrong type.
        """
        _refuse_kinds(
            email=email, password=password, phone=phone, verified=verified, mfa=mfa, factors=factors,
            refresh_mfa=refresh_mfa, blocked=blocked, leaked=leaked,
        )  # fmt: skip
        email, enrolled = email.lower(), _once(authenticators)
        self._refuse(email, phone, factors)
        types = required(self._house.factors, requirements)
        details = (phone, mfa, factors, types, refresh_mfa, blocked, leaked)
        user = User(self._house.mint.user_id(), email, password, self._house, *details)
        for factor in enrolled:
            user.enroll(factor)
        if verified:
            user.verify_email()
        self._by_email[email] = self._by_id[user.id] = user
        return user

    def remove(self, email: str) -> None:
        """Somebody is gone, and all they had."""
        user = self[email]
        del self._by_email[user.email], self._by_id[user.id]

    def get(self, email: str) -> User | None:
        """The user with that address, if there is one."""
        return self._by_email.get(email.lower())

    def by_id(self, user_id: str) -> User | None:
        """The user with that id, if there is one."""
        return self._by_id.get(user_id)

    def change(self, email: str, *, verified: bool | None = None, **changes: Any) -> User:
        """Change what is public of a person. Raises as ``add`` does, and then nothing is changed."""
        user = self[email]
        for name in changes.keys() - _CHANGES:
            raise TypeError(f"{name} is nothing that can be changed{meant(name, _CHANGES)}")
        _refuse_kinds(**changes, **({} if verified is None else {"verified": verified}))
        _refuse_odd(changes.get("phone"), changes.get("factors", 1))
        if verified is False and user.verified:
            raise ValueError("an email that was verified stays so")
        if "requirements" in changes:
            changes["requirements"] = required(self._house.factors, changes["requirements"])
        for name, value in changes.items():
            setattr(user, name, value)
        if verified:
            user.verify_email()
        return user

    def _refuse(self, email: str, phone: str | None, factors: int) -> None:
        if "@" not in email:
            raise ValueError("an email has an @ in it")
        if email in self._by_email:
            raise ValueError(f"there is a user {email} already")
        _refuse_odd(phone, factors)

    def __getitem__(self, email: str) -> User:
        try:
            return self._by_email[email.lower()]
        except KeyError:
            raise KeyError(f"no user {email}: there are {', '.join(self._by_email)}") from None

    def __contains__(self, email: str) -> bool:
        return email.lower() in self._by_email

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_email.values())


def _refuse_odd(phone: str | None, factors: int) -> None:
    if phone is not None and not is_phone(phone):
        raise ValueError("a phone is written like +15551230000: a plus and 7 to 15 digits")
    if factors < 1:
        raise ValueError("a login takes 1 factor or more: who needs none has mfa=False")


def _refuse_kinds(**given: object) -> None:
    """A slip is told here, not by a login."""
    for name, value in given.items():
        kind = _KINDS.get(name, object)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            shown = "" if name == "password" else f": not {value!r}"
            raise TypeError(f"{name} is {_CALLED[kind]}{shown}")


def _once(authenticators: Iterable[str]) -> list[str]:
    """Each of them, in order."""
    if isinstance(authenticators, str):
        raise TypeError(f"authenticators is a list of strings, as in {[authenticators]}")
    names = list(authenticators)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"authenticators has {name} twice: a user is enrolled once with each")
    return names
