"""The whole world: starting over, saving it, putting it back, teaching it something."""

from typing import Any

from mfa_flow.testing.control.asks import Answer, Ask, Bad, Kinds, words
from mfa_flow.testing.control.snapshots import Snapshot
from mfa_flow.testing.wire.clients import Client

_CLIENT: Kinds = {"id": str, "secret": str, "grants": list, "key": (str, dict), "connection": bool, "trusted": bool}
_TEACH: Kinds = {"channel": str, "address": str, "type": str, "prompt": bool, "sends": list, "text": str}


async def reset(ask: Ask) -> Answer:
    """Start over, with a new ``seed`` or the old one."""
    ask.tenant.reset(**ask.options({"seed": int}))
    return 200, {}


async def snapshots(ask: Ask) -> Answer:
    """The snapshots there are."""
    return 200, {"snapshots": [{"id": name, "at": each.at} for name, each in ask.tenant.snapshots.items()]}


async def snapshot(ask: Ask) -> Answer:
    """Save the whole world."""
    ask.options({})
    try:
        return 201, {"id": ask.tenant.snapshots.keep(ask.tenant.snapshot())}
    except ValueError as full:
        raise Bad(str(full), 409) from None


async def restore(ask: Ask) -> Answer:
    """Put a saved world back; time goes on, unless ``clock`` is true."""
    ask.tenant.restore(_saved(ask), **ask.options({"clock": bool}))
    return 200, {"id": ask.rest}


async def drop_snapshot(ask: Ask) -> Answer:
    """Throw a snapshot away."""
    _saved(ask)
    ask.tenant.snapshots.drop(ask.rest)
    return 200, {}


async def clients(ask: Ask) -> Answer:
    """The applications, with secrets."""
    return 200, {"clients": [_shown(each) for each in ask.tenant.clients]}


async def add_client(ask: Ask) -> Answer:
    """Add an application: with a ``secret``, with a public ``key`` (PEM or JWK), or a public one."""
    fields = ask.fields(_CLIENT)
    if not (client_id := fields.pop("id", "")):
        raise Bad("a client needs: id")
    if "grants" in fields:
        words("grants", fields["grants"])
    try:
        return 201, _shown(ask.tenant.clients.add(client_id, **fields))
    except ValueError as wrong:
        raise Bad(str(wrong)) from None


async def teach(ask: Ask) -> Answer:
    """Teach the tenant one more factor whose codes go to the inbox."""
    fields = ask.fields(_TEACH)
    if not fields.get("channel"):
        raise Bad("a factor needs: channel")
    if "sends" in fields:
        fields["sends"] = _sends(fields["sends"])
    try:
        ask.tenant.teach(fields.pop("channel"), **fields)
    except ValueError as wrong:
        raise Bad(str(wrong)) from None
    return 201, {}


def _saved(ask: Ask) -> Snapshot:
    found = ask.tenant.snapshots.get(ask.rest)
    if found is None:
        raise Bad(f"no snapshot {ask.rest}: there are {', '.join(ask.tenant.snapshots) or 'none'}", 404)
    return found


def _sends(value: list[Any]) -> tuple[int, float]:
    match value:
        case [int(many), int() | float() as seconds] if not {type(many), type(seconds)} & {bool}:
            return many, seconds
    raise Bad("sends is a list of two numbers: how many messages at once, and the seconds until there is one more")


def _shown(client: Client) -> dict[str, Any]:
    grants = sorted(client.grants)
    shown = {"id": client.id, "secret": client.secret, "grants": grants}
    return shown | {"connection": client.connection, "trusted": client.trusted}
