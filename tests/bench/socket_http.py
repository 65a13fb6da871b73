"""As little HTTP as can be: for the limit that no library can pass, and for nothing else."""

import asyncio
import re
from urllib.parse import urlsplit

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Connection(asyncio.Protocol):
    """One request after the other."""

    def connection_made(self, transport):
        """Ready."""
        self.transport, self.buffer, self.waiting = transport, b"", None

    def data_received(self, data):
        """Hand over the body, when it is there."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        until = end + 4 + int(LENGTH.search(self.buffer, 0, end)[1])
        if len(self.buffer) >= until:
            body, self.buffer = self.buffer[end + 4 : until], self.buffer[until:]
            self.waiting.set_result(body)

    def ask(self, request):
        """The body that will come."""
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiting


class Pool:
    """Idle connections to one address."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.address, self.idle = (parts.hostname, parts.port), []

    async def send(self, head, body):
        """The body of the answer, whatever its status."""
        connection = self.idle.pop() if self.idle else await self._opened()
        content = body.encode()
        answer = await connection.ask(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        self.idle.append(connection)
        return answer

    async def _opened(self):
        return (await asyncio.get_running_loop().create_connection(Connection, *self.address))[1]

    def close(self):
        """Let go."""
        for each in self.idle:
            each.transport.close()
