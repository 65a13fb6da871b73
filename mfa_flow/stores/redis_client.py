"""The client of a Redis server: made from an address or given, bounded in time, its errors in plain words."""

from typing import Any

from mfa_flow.errors import BadInput, StoreError
from mfa_flow.extras import need_extra

# Seconds for a connection, and for an answer; an address may say otherwise (?socket_timeout=...).
CONNECTED, ANSWERED = 3.0, 5.0
# How often a broken connection is made anew for one question, and the seconds before and at the most between.
TRIES, FIRST, MOST = 3, 0.02, 0.3


def connected(url: str) -> Any:
    """A client of the address. Raises BadInput, without the address: it may hold a password."""
    retrying = need_extra("redis.asyncio.retry", "redis").Retry(
        need_extra("redis.backoff", "redis").ExponentialBackoff(cap=MOST, base=FIRST),
        TRIES,
        supported_errors=(_errors().ConnectionError,),
    )
    limits = {"socket_timeout": ANSWERED, "socket_connect_timeout": CONNECTED, "retry": retrying}
    try:
        return need_extra("redis.asyncio", "redis").from_url(url, **limits)
    except ValueError:
        wanted = "RedisStore(url) takes an address such as redis://localhost:6379/0, rediss://... or unix://..."
        raise BadInput(wanted) from None


def checked(client: Any) -> Any:
    """An own client, if it will do. Raises BadInput."""
    package = need_extra("redis", "redis")
    if not hasattr(client, "execute_command") or isinstance(client, (package.Redis, package.RedisCluster)):
        raise BadInput("RedisStore takes an address, or a client of redis.asyncio")
    pool = getattr(client, "connection_pool", client)  # a cluster's client has one for each node
    if getattr(pool, "connection_kwargs", {}).get("decode_responses"):
        raise BadInput("RedisStore takes a client without decode_responses: what it stores is no text")
    return client


def failures() -> tuple[type[Exception], ...]:
    """What is raised when something is wrong with the server, or with the way to it."""
    return (_errors().RedisError, _errors().RedisClusterException, OSError, TimeoutError)


def is_unknown_script(reply: Any) -> bool:
    """Whether the server does not know the script yet, or any more, and so has done nothing."""
    return isinstance(reply, _errors().NoScriptError)


def told(error: Exception) -> StoreError:
    """The error as a StoreError, whose text says what is wrong with the server."""
    known, text = _errors(), str(error)
    if isinstance(error, known.ReadOnlyError) or "READONLY" in text:
        return StoreError("the Redis server is a read-only replica: give RedisStore the primary's address")
    if isinstance(error, known.OutOfMemoryError) or "OOM " in text:
        return StoreError("the Redis server is out of memory (its maxmemory is reached): nothing can be stored")
    if isinstance(error, known.AuthenticationError) or text.startswith(("NOAUTH", "WRONGPASS", "NOPERM")):
        return StoreError("the Redis server refuses this user or password, or does not let it run scripts")
    if isinstance(error, (known.TimeoutError, TimeoutError)):
        return StoreError("the Redis server does not answer in time")
    if isinstance(error, (known.ConnectionError, OSError)):
        return StoreError(f"the Redis server cannot be reached, or went away: {text}")
    return StoreError(f"the Redis server failed: {text if isinstance(error, failures()) else type(error).__name__}")


def _errors() -> Any:
    return need_extra("redis.exceptions", "redis")
