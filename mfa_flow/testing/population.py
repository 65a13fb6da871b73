"""The applications and the people that a tenant begins with, and goes back to by a reset."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from mfa_flow.testing.wire.clients import Clients
from mfa_flow.testing.world.users import Users

_CLIENTS = ({"client_id": "demo-client", "secret": "demo-secret"}, {"client_id": "demo-public"})
_USERS = ({"email": "ada@example.com", "password": "correct-horse"},)


@frozen(repr=False)
class Population:
    """What to give to ``Clients.add`` and ``Users.add``, each time. Untold, two clients, and Ada."""

    clients: Sequence[Mapping[str, Any]] = _CLIENTS
    users: Sequence[Mapping[str, Any]] = _USERS

    def settle(self, clients: Clients, users: Users) -> None:
        """Add them all."""
        for client in self.clients:
            clients.add(**client)
        for user in self.users:
            users.add(**user)
