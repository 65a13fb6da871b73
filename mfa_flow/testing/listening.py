"""Sockets to listen at: this machine is found by both of its addresses, at the same port."""

import errno
import ipaddress
import socket

from mfa_flow.testing.tls import NAMES

_TWINS = {socket.AF_INET: "::1", socket.AF_INET6: "127.0.0.1"}
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - where others are warned of
_ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def listen(host: str, port: int) -> list[socket.socket]:
    """The first is at ``host``. Port 0 takes a free one. Raises OSError where one cannot listen."""
    first = _bound("127.0.0.1" if host == "localhost" else host, port)
    try:
        return [first, *_twin(host, first)]
    except OSError as error:
        first.close()
        if port or error.errno != errno.EADDRINUSE:
            raise
    return listen(host, port)  # what was free at one address was taken at the other


def name(host: str) -> str:
    """What a certificate calls a server at ``host``. Who listens at every address is called by this machine's name."""
    return "localhost" if host in NAMES or host in _EVERYWHERE else host


def is_loopback(host: str) -> bool:
    """Whether nobody beyond this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bound(host: str, port: int) -> socket.socket:
    family, *_, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=128)


def _twin(host: str, first: socket.socket) -> list[socket.socket]:
    """The other address of this machine, if it has one."""
    if host not in NAMES:
        return []
    try:
        return [_bound(_TWINS[first.family], first.getsockname()[1])]
    except OSError as error:
        if error.errno in _ABSENT:
            return []
        raise
