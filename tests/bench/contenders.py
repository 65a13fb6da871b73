"""Who is measured, and against whom."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Contender:
    """``code`` is the function that opens it, ``share`` its part of the flows asked for: slow ones need fewer. A
    round has twice ``at_once`` of them at least.

    Its speed is told over that of ``against``, and that of ``ours`` over its own. A ``part`` is no way through the
    whole flow: of it the CPU is told that it takes, over that of ``against``. ``wants`` are the places it must know,
    besides the stub's; ``given`` is what else it is opened with.
    """

    name: str
    told: str
    code: str
    at_once: int = 16
    share: float = 1.0
    against: str = "base"
    ours: str = "mfa_flow"
    given: dict[str, object] = field(default_factory=dict)
    wants: tuple[str, ...] = ()
    part: bool = False
    peer: bool = False


CROWD = {"against": "base-256", "ours": "mfa_flow-256"}
ALONE = {"at_once": 1, "against": "base-1", "ours": "mfa_flow-1"}
# What stands below the table, for the lines that bear the mark.
NOTES = {"¹": "It sends all as JSON, where the others send forms to `/oauth/token`."}
OWN = [
    Contender("base", "aiohttp by hand, default session", "by_hand:plain"),
    Contender("base-1", "aiohttp by hand, default session, one at a time", "by_hand:plain", **ALONE),
    Contender("base-256", "aiohttp by hand, default session", "by_hand:plain", 256, **CROWD),
    Contender(
        "base-uvloop",
        "aiohttp by hand, default session, uvloop",
        "by_hand:plain",
        ours="uvloop",
        given={"uvloop": True},
    ),
    Contender("tuned", "aiohttp by hand, tuned", "by_hand:tuned"),
    Contender("tuned-256", "aiohttp by hand, tuned", "by_hand:tuned", 256, **CROWD),
    Contender("mfa_flow", "**mfa_flow**, `MemoryStore`", "with_mfa_flow:memory"),
    Contender("mfa_flow-1", "**mfa_flow**, `MemoryStore`, one at a time", "with_mfa_flow:memory", **ALONE),
    Contender("mfa_flow-256", "**mfa_flow**, `MemoryStore`", "with_mfa_flow:memory", 256, **CROWD),
    Contender("uvloop", "**mfa_flow**, `MemoryStore`, uvloop", "with_mfa_flow:memory", given={"uvloop": True}),
    Contender("sqlite", "**mfa_flow**, `SqliteStore`, sealed", "with_mfa_flow:sqlite"),
    Contender("redis", "**mfa_flow**, `RedisStore`, sealed", "with_mfa_flow:redis", wants=("redis",)),
    Contender("bare", "HTTP by hand on a socket: the limit", "by_hand:bare"),
]
PEERS = [
    Contender("httpx", "httpx, one client", "peers:httpx_client", share=0.25, peer=True),
    Contender("httpx-1", "httpx, one client, one at a time", "peers:httpx_client", share=0.25, peer=True, **ALONE),
    Contender(
        "requests", "requests, one session, one at a time", "peers:requests_session", share=0.5, peer=True, **ALONE
    ),
    Contender(
        "get-token", "auth0-python's `GetToken`, one at a time ¹", "peers:get_token", share=0.5, peer=True, **ALONE
    ),
    Contender("auth0-async", "auth0-python's bare async client ¹", "peers:auth0_async", peer=True),
    Contender("server-shared", "auth0-server-python, one shared client", "peers:server_shared", share=0.25, peer=True),
    Contender("server", "auth0-server-python, as shipped", "peers:server_as_shipped", 4, share=0.02, peer=True),
]
PARTS = [
    Contender("ours", "all that is ours in a flow", "with_mfa_flow:ours", part=True),
    Contender("tenant", "the simulated tenant, in process: four answers", "with_mfa_flow:tenant", 1, part=True),
    Contender("snapshot", "a snapshot sealed, and back", "snapshots:ours", 1, 5, "fernet", part=True),
    Contender("fernet", "the same with json and Fernet, and back", "snapshots:fernet", 1, 5, "fernet", part=True),
]
ALL = {each.name: each for each in (*OWN, *PEERS, *PARTS)}


def chosen(names: list[str]) -> list[Contender]:
    """Those of that name, in the table's order, and whom they are measured against. Raises KeyError."""
    wanted = {*names, *(ALL[name].against for name in names)} if names else ALL.keys()
    return [each for each in ALL.values() if each.name in wanted]
