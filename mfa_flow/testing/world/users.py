"""The directory of a tenant's users."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mfa_flow.testing.world.people import House, User, is_phone


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
        requirements: Mapping[str, Sequence[str]] | None = None,
        refresh_mfa: bool = False,
        blocked: bool = False,
        leaked: bool = False,
    ) -> User:
        """A new person, enrolled with each of ``authenticators`` (``otp``, ``sms``, ...) in that order."""
        email = email.lower()
        self._refuse(email, phone, factors)
        details = (phone, mfa, factors, requirements, refresh_mfa, blocked, leaked)
        user = User(self._house.mint.user_id(), email, password, self._house, *details)
        for factor in authenticators:
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
        """Change what is public of a person. Raises ValueError for what cannot be, and then nothing is changed."""
        user = self[email]
        _refuse_odd(changes.get("phone"), changes.get("factors", 1))
        if verified is False and user.verified:
            raise ValueError("an email that was verified stays so")
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
