"""A tenant from a TOML file: its name, its knobs, its applications, its people."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs, KnobSettings
from mfa_flow.testing.meant import meant
from mfa_flow.testing.population import Population
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.toml.lines import Place
from mfa_flow.testing.toml.sheet import ConfigError, Kinds, Sheet
from mfa_flow.testing.wire.clients import GRANTS, Clients
from mfa_flow.testing.wire.jwts import joserfc
from mfa_flow.testing.world.users import Users

__all__ = ["ConfigError", "load_tenant"]


def _arguments(add: Callable[..., Any]) -> Kinds:
    return {name: kind for name, kind in get_type_hints(add).items() if name != "return"}


_FILE: Kinds = {"tenant": dict, "clients": list, "users": list}
_TENANT: Kinds = {"name": str, "issuer": str, "seed": int, "knobs": dict}
_KNOBS: Kinds = get_type_hints(KnobSettings)
_REQUIREMENTS: Kinds = {"challenge": Sequence[str], "enroll": Sequence[str]}
_TYPES = Sequence[str | Mapping[str, str]]
_USER = _arguments(Users.add)
_CLIENT = {"id" if name == "client_id" else name: kind for name, kind in _arguments(Clients.add).items()}


def load_tenant(file: str | Path, *, clock: Clock | None = None, seed: int | None = None) -> Tenant:
    """The tenant that a TOML file describes, and that a reset goes back to. ``seed`` goes before the file's.

    Where the file has no ``clients`` there are the two of every tenant, where it has no ``users`` there is Ada. Raises
    ConfigError, whose message names the file, the line and the key.
    """
    sheet = Sheet.read(Path(file))
    sheet.table((), sheet.values, _FILE)
    told = sheet.values.get("tenant", {})
    sheet.table(("tenant",), told, _TENANT)
    knobs = told.pop("knobs", {})
    _try_knobs(sheet, knobs)
    lists = {"clients": _clients(sheet), "users": _users(sheet, knobs)}
    population = Population(**{name: each for name, each in lists.items() if name in sheet.values})
    told |= {} if seed is None else {"seed": seed}
    return Tenant(clock=clock, population=population, **told, **knobs)


def _try_knobs(sheet: Sheet, knobs: dict[str, Any]) -> None:
    path = ("tenant", "knobs")
    sheet.table(path, knobs, _KNOBS)
    sheet.table((*path, "requirements"), knobs.get("requirements", {}), _REQUIREMENTS)
    for name, value in knobs.items():
        try:
            Knobs(**{name: value})
        except ValueError as wrong:
            raise sheet.wrong((*path, name), f"[tenant.knobs] {name}: {wrong.args[0]}") from None


def _clients(sheet: Sheet) -> list[dict[str, Any]]:
    """The applications. Each is tried, so that what is wrong can be told by its line."""
    known, ready = Clients(), list[dict[str, Any]]()
    for path, told in sheet.tables("clients", _CLIENT, ["id"]):
        ready.append(client := {("client_id" if name == "id" else name): value for name, value in told.items()})
        if "grants" in told:
            client["grants"] = [_grant(sheet, (*path, "grants", at), each) for at, each in enumerate(told["grants"])]
        if known.find(told["id"]) is not None:
            raise sheet.wrong((*path, "id"), f"[[clients]] id: there is a client {told['id']} already")
        try:
            known.add(**client)
        except (ValueError, joserfc("errors").JoseError):
            raise sheet.wrong((*path, "key"), "[[clients]] key is no public RSA key, as PEM or as a JWK") from None
    return ready


def _grant(sheet: Sheet, path: Place, name: str) -> str:
    """A grant's name on the wire, which may be given in short: ``mfa-otp``."""
    if name not in GRANTS:
        raise sheet.wrong(path, f"[[clients]] grants: {name} is unknown{meant(name, GRANTS)}")
    return GRANTS[name]


def _users(sheet: Sheet, knobs: dict[str, Any]) -> list[dict[str, Any]]:
    """The people, tried likewise."""
    ready = list[dict[str, Any]]()
    tried = _nobody(knobs)
    for path, told in sheet.tables("users", _USER, ["email", "password"]):
        ready.append(told)
        sheet.table((*path, "requirements"), told.get("requirements", {}), dict.fromkeys(_REQUIREMENTS, _TYPES))
        try:
            tried.add(**told)
        except ValueError as wrong:
            name = _culprit(told, _nobody(knobs))
            raise sheet.wrong((*path, name), f"[[users]] {name}: {wrong}") from None
    return ready


def _nobody(knobs: dict[str, Any]) -> Users:
    return Tenant(population=Population((), ()), **knobs).users


def _culprit(told: dict[str, Any], users: Users) -> str:
    """Which field somebody is refused for: the first that makes the difference. If none does, the email was there."""
    given = dict[str, Any](password=told["password"])
    for name in _USER:
        if name in told and name != "password":
            given[name] = told[name]
            try:
                users.add(**given)
            except ValueError:
                return name
            users.remove(told["email"])
    return "email"
