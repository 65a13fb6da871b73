"""Calls over real sockets: what goes out, what comes back, and what is said when nothing does."""

import asyncio
import shutil
import socket
import ssl
import struct
import subprocess
import traceback
import zlib
from contextlib import ExitStack, asynccontextmanager, suppress

import pytest
from aiohttp import ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver
from attrs import define, field

from mfa_flow import BadInput, MisuseError, TransportError, UnexpectedReply
from mfa_flow.transport import LARGEST_BODY, AiohttpTransport
from mfa_flow.wire.call import Call

CALL = Call.form("/oauth/token", {"grant_type": "password", "password": "hunter2", "mfa_token": "Fe26.2*s*~A-_"})
LIST = Call.get("/mfa/authenticators", "a-bearer-token")
SECRETS = ("hunter2", "Fe26.2", "grant_type", "a-bearer-token", "Bearer")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@define
class Peer:
    """A raw server: what it was sent, byte by byte, and over how many connections."""

    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(factory=list)

    def heads(self) -> list[str]:
        """The first line of each request."""
        return [request.split(b"\r\n")[0].decode() for request in self.requests]


async def request_of(reader):
    """One request off the wire, up to the end of its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)


@asynccontextmanager
async def listening(talk, tls=None):
    """A peer that gives each request to ``talk(request, writer)``, until that closes the connection."""
    peer, handlers = Peer(), set()

    async def converse(reader, writer):
        handlers.add(asyncio.current_task())
        peer.connections += 1
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            while not writer.is_closing():
                request = await request_of(reader)
                peer.requests.append(request)
                await talk(request, writer)
        writer.transport.abort()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls, backlog=256)
    peer.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield peer
    finally:
        server.close()
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers)


def saying(answer, *, end=False):
    """Answer each request with these bytes; then close the connection, if it is to end."""

    async def talk(_, writer):
        writer.write(answer)
        await writer.drain()
        if end:
            writer.close()

    return talk


async def silent(_, __):
    """Never answer."""
    await asyncio.Event().wait()


async def reset(_, writer):
    """Hang up so rudely that the other side is told of it."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def failing(url, session=None, call=CALL, **options):
    """The error of a call that gets no answer, which shows nothing of the call, its traceback included."""
    async with AiohttpTransport(url, session, **options) as transport:
        with pytest.raises(TransportError) as caught:
            await transport.send(call)
    told = str(caught.value) + repr(caught.value) + "".join(traceback.format_exception(caught.value))
    assert [] == [secret for secret in SECRETS if secret in told]
    assert f"no answer to {call.method} {call.path} (" in str(caught.value)
    return caught.value


def unused_port():
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", *curve, *names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def tls(certificate):
    """What a server needs to show that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


class TestWhatGoesOut:
    """The call, the whole call, and nothing but the call."""

    async def test_a_post_goes_out_as_it_is(self):
        """Method, path, content type, length and body are the call's, to the byte."""
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            await transport.send(CALL)
        head, _, body = peer.requests[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert "POST /oauth/token HTTP/1.1" == lines[0]
        assert CALL.body == body
        assert {
            f"Host: {peer.url.removeprefix('http://')}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(CALL.body)}",
        } <= set(lines)

    async def test_a_get_has_no_body(self):
        """The bearer token goes along; no content type and no body do."""
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            await transport.send(LIST)
        head, _, body = peer.requests[0].partition(b"\r\n\r\n")
        assert (b"", True) == (body, b"\r\nAuthorization: Bearer a-bearer-token" in head)
        assert b"content-type" not in head.lower()
        assert b"content-length" not in head.lower()

    async def test_an_escaped_path_stays_escaped(self):
        """An authenticator's id in a path keeps its %7C."""
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            await transport.send(Call("DELETE", "/mfa/authenticators/totp%7Cdev_1"))
        assert ["DELETE /mfa/authenticators/totp%7Cdev_1 HTTP/1.1"] == peer.heads()

    async def test_no_cookie_is_sent_back(self):
        """What a Set-Cookie left is not sent with the next call."""
        answer = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: did=s%3A1; Path=/\r\n\r\n")
        async with listening(saying(answer)) as peer, AiohttpTransport(peer.url) as transport:
            first = await transport.send(CALL)
            await transport.send(CALL)
        assert "did=s%3A1; Path=/" == first.headers["set-cookie"]
        assert [False, False] == [b"cookie:" in request.lower() for request in peer.requests]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_redirects_are_not_followed(self, status):
        """A password goes where it was meant to go, or nowhere: the redirect itself is the reply."""
        answer = f"HTTP/1.1 {status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".encode()
        async with listening(saying(answer)) as peer, AiohttpTransport(peer.url) as transport:
            reply = await transport.send(CALL)
        assert (status, "/elsewhere") == (reply.status, reply.headers["location"])
        assert ["POST /oauth/token HTTP/1.1"] == peer.heads()

    async def test_the_environment_names_no_proxy(self, monkeypatch):
        """Proxy variables do not lead passwords elsewhere."""
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            assert 200 == (await transport.send(CALL)).status


class TestWhatComesBack:
    """The reply, whatever its status, as long as it has a sane size."""

    @pytest.mark.parametrize("status", [200, 204, 400, 403, 429, 500, 503])
    async def test_any_status_is_a_reply(self, status):
        """Status, headers by their names in any case, and body; no status is an error here."""
        body = b"" if status == 204 else b'{"error":"mfa_required"}'
        answer = f"HTTP/1.1 {status} Some\r\nX-Auth0-RequestId: r1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        async with listening(saying(answer + body)) as peer, AiohttpTransport(peer.url) as transport:
            reply = await transport.send(CALL)
        assert (status, "r1", body) == (reply.status, reply.headers["x-auth0-requestid"], reply.body)
        assert "r1" == reply.headers["X-Auth0-RequestId"]

    async def test_a_chunked_body_is_put_together(self):
        """A body in pieces is one body."""
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n"
        async with listening(saying(answer)) as peer, AiohttpTransport(peer.url) as transport:
            assert b"[1,2]" == (await transport.send(LIST)).body

    async def test_the_largest_body(self):
        """One MiB is still read."""
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGEST_BODY + b"x" * LARGEST_BODY
        async with listening(saying(answer)) as peer, AiohttpTransport(peer.url) as transport:
            assert 1_048_576 == len((await transport.send(CALL)).body)

    @pytest.mark.parametrize("packed", [False, True], ids=["plain", "compressed"])
    async def test_a_body_that_is_too_large(self, packed):
        """A byte more than a MiB is no answer of Auth0's, packed or not; the next call is not harmed."""
        body = b"x" * (LARGEST_BODY + 1)
        body, coding = (zlib.compress(body), b"Content-Encoding: deflate\r\n") if packed else (body, b"")
        large = b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (coding, len(body)) + body
        answers = iter([large, OK])

        async def talk(_, writer):
            writer.write(next(answers))
            await writer.drain()

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport:
            with pytest.raises(UnexpectedReply, match="larger than 1048576 bytes") as caught:
                await transport.send(CALL)
            assert 200 == caught.value.status
            assert b"{}" == (await transport.send(CALL)).body

    async def test_a_body_without_end_is_not_read_to_its_end(self):
        """Reading stops where no answer of Auth0's goes on: the connection is closed, the next call has another."""
        closed = asyncio.Event()

        async def talk(request, writer):
            if len(peer.requests) > 1:
                await saying(OK)(request, writer)
                return
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            with suppress(ConnectionError):
                while True:
                    writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                    await writer.drain()
            closed.set()

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport, asyncio.timeout(10):
            with pytest.raises(UnexpectedReply):
                await transport.send(CALL)
            await closed.wait()
            assert b"{}" == (await transport.send(CALL)).body
        assert 2 == peer.connections


class TestItMayHaveArrived:
    """The request went out and no answer came: whoever asks must not believe that nothing happened."""

    @pytest.mark.parametrize(
        "talk",
        [
            pytest.param(saying(OK.replace(b"h: 2", b"h: 99"), end=True), id="truncated"),
            pytest.param(saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", end=True), id="chunk"),
            pytest.param(saying(b"HTTP/1.1 200 OK\r\nContent-Le", end=True), id="head"),
            pytest.param(saying(b"", end=True), id="closed"),
            pytest.param(reset, id="reset"),
            pytest.param(saying(b"this is no HTTP\r\n\r\n"), id="garbage"),
            pytest.param(saying(OK.replace(b"200", b"two")), id="status"),
            pytest.param(saying(OK.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")), id="packed"),
        ],
    )
    async def test_a_broken_answer(self, talk):
        """Half an answer, none, or bytes that are no HTTP: it may have arrived, and the call was made once."""
        async with listening(talk) as peer:
            error = await failing(peer.url)
        assert (True, 1) == (error.may_have_arrived, len(peer.requests))
        assert str(error).endswith("it may have arrived")

    async def test_no_answer_in_time(self):
        """The session's timeout ends the waiting."""
        async with listening(silent) as peer, ClientSession(timeout=ClientTimeout(total=0.1)) as session:
            error = await failing(peer.url, session)
        assert (True, 1) == (error.may_have_arrived, len(peer.requests))
        assert "TimeoutError" in str(error)

    @pytest.mark.parametrize("own", [True, False])
    async def test_no_answer_in_the_time_that_was_given(self, own):
        """The time is obeyed with a session of one's own, too."""
        async with listening(silent) as peer, ClientSession() as session:
            assert (await failing(peer.url, session if own else None, timeout=0.02)).may_have_arrived

    async def test_a_body_that_stops_in_time(self):
        """A head came, and then nothing more."""
        talk = saying(OK.replace(b"h: 2", b"h: 99"))
        async with listening(talk) as peer, ClientSession(timeout=ClientTimeout(sock_read=0.02)) as session:
            assert (await failing(peer.url, session)).may_have_arrived

    async def test_a_post_is_never_repeated(self):
        """A kept-alive connection that is closed after the request was read: the code was spent once, not twice."""
        answers = iter([saying(OK), saying(b"", end=True), saying(OK)])

        async def talk(request, writer):
            await next(answers)(request, writer)

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport:
            await transport.send(CALL)
            with pytest.raises(TransportError) as caught:
                await transport.send(CALL)
            assert (True, 2, 1) == (caught.value.may_have_arrived, len(peer.requests), peer.connections)
            assert 200 == (await transport.send(CALL)).status

    @pytest.mark.parametrize(
        "echo",
        [
            pytest.param(lambda request, body: request, id="request"),
            pytest.param(lambda request, body: body + b"\r\n\r\n", id="body"),
            pytest.param(lambda request, body: b"HTTP/1.1 " + body + b"\r\n\r\n", id="status"),
            pytest.param(lambda request, body: b"HTTP/1.1 200 OK\r\n" + body + b"\r\n\r\n", id="header"),
            pytest.param(lambda request, body: OK.replace(b"2\r\n\r\n{}", body + b"\r\n\r\n"), id="length"),
            pytest.param(
                lambda request, body: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + b"\r\n",
                id="chunk",
            ),
        ],
    )
    async def test_what_is_echoed_is_not_shown(self, echo):
        """Something on the way that sends the request back does not bring the password into an error's text."""

        async def talk(request, writer):
            writer.write(echo(request, request.partition(b"\r\n\r\n")[2]))
            await writer.drain()

        async with listening(talk) as peer:
            assert (await failing(peer.url)).may_have_arrived

    async def test_what_is_answered_is_not_shown(self):
        """A broken answer that holds a token does not bring it into an error's text."""
        answer = b'HTTP/1.1 200 OK\r\nContent-Length: x\r\n{"access_token":"Bearer-of-all"}\r\n\r\n'
        async with listening(saying(answer)) as peer:
            assert (await failing(peer.url)).may_have_arrived


class NeverResolves(AbstractResolver):
    """A name server that does not answer."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        """Wait for ever."""
        await asyncio.Event().wait()

    async def close(self):
        """Nothing is held."""


class TestItWasNotSent:
    """No connection was made: nothing was spent, and the same call may be made again."""

    async def test_a_port_where_nobody_listens(self):
        """Refused."""
        error = await failing(f"http://127.0.0.1:{unused_port()}")
        assert (False, True) == (error.may_have_arrived, str(error).endswith("it was not sent"))

    async def test_a_host_that_is_not_there(self):
        """A name that cannot exist."""
        error = await failing("http://nowhere.invalid")
        assert (False, True) == (error.may_have_arrived, "nowhere.invalid" in str(error))

    async def test_no_connection_in_time(self):
        """Getting connected took too long."""
        connector = TCPConnector(resolver=NeverResolves())
        async with ClientSession(connector=connector, timeout=ClientTimeout(connect=0.01)) as session:
            assert not (await failing("http://tenant.example", session)).may_have_arrived

    async def test_tls_where_there_is_none(self):
        """The server speaks plain HTTP: no byte of the call was read by it."""

        async def no_tls(reader, writer):
            heard.append(await reader.read(1000))
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        heard = []
        async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
            error = await failing(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (False, [False]) == (error.may_have_arrived, [b"POST" in one for one in heard])

    async def test_a_handshake_that_hangs(self):
        """The server takes the connection and says nothing: half the time at the most goes to getting connected."""
        async with listening(silent) as peer:
            error = await failing(peer.url.replace("http", "https"), timeout=0.04)
        assert (False, 1, []) == (error.may_have_arrived, peer.connections, peer.requests)

    async def test_a_connection_that_hangs(self):
        """The server's queue is full: it does not answer the first packet."""
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
            for _ in range(3):
                before = waiting.enter_context(socket.socket())
                before.setblocking(False)
                before.connect_ex(full.getsockname())
            error = await failing(f"http://127.0.0.1:{full.getsockname()[1]}", timeout=0.04)
        assert not error.may_have_arrived

    async def test_a_name_that_is_not_found_in_time(self):
        """With a session of one's own, which knows nothing of the time."""
        async with ClientSession(connector=TCPConnector(resolver=NeverResolves())) as session:
            assert not (await failing("http://tenant.example", session, timeout=0.02)).may_have_arrived

    async def test_a_proxy_that_refuses(self):
        """It wants another password, and the one it was given is not told."""
        async with listening(saying(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")) as peer:
            proxy = peer.url.replace("//", "//ada:hunter2@")
            error = await failing("https://tenant.example", proxy=proxy)
        assert (False, ["CONNECT tenant.example:443 HTTP/1.1"]) == (error.may_have_arrived, peer.heads())

    @pytest.mark.parametrize("url", ["http://", "tenant.example"])
    async def test_an_address_that_is_none(self, url):
        """There is nobody to send it to."""
        assert not (await failing(url)).may_have_arrived

    @pytest.mark.parametrize(
        "proxy",
        [
            "proxy.example:3128",
            "127.0.0.1:3128",
            "proxy",
            "//proxy:1",
            "ftp://proxy:1",
            "http://",
            "http://proxy:x",
            "",
            5,
        ],
    )
    def test_a_proxy_that_is_none(self, proxy):
        """It is refused at once, not when the first person logs in."""
        with pytest.raises(BadInput, match=r"http://proxy\.example:3128"):
            AiohttpTransport("https://tenant.example", proxy=proxy)

    async def test_a_certificate_nobody_vouches_for(self, tls):
        """A self-signed certificate is not trusted; the call is not made."""
        async with listening(saying(OK), tls) as peer:
            error = await failing(peer.url)
        assert (False, [], True) == (error.may_have_arrived, peer.requests, "CERTIFICATE_VERIFY_FAILED" in str(error))

    async def test_the_same_certificate_once_it_is_trusted(self, tls, certificate):
        """An own session may trust it: then the call goes through, over TLS."""
        connector = TCPConnector(ssl=ssl.create_default_context(cafile=certificate[0]))
        async with listening(saying(OK), tls) as peer, ClientSession(connector=connector) as session:
            assert 200 == (await AiohttpTransport(peer.url, session).send(CALL)).status


class TestSessions:
    """Whose session it is decides who closes it."""

    async def test_an_own_session_is_used_and_not_closed(self):
        """Its headers go along, and it is open afterwards."""
        async with listening(saying(OK)) as peer, ClientSession(headers={"X-Ours": "yes"}) as session:
            async with AiohttpTransport(peer.url, session) as transport:
                await transport.send(CALL)
            await transport.aclose()
            assert not session.closed
            assert 200 == (await transport.send(CALL)).status
        assert [True, True] == [b"\r\nX-Ours: yes\r\n" in request for request in peer.requests]

    async def test_an_own_session_that_raises_for_statuses(self):
        """A refusal is an answer all the same: the session's habit of raising does not make it a lost one."""
        answer = OK.replace(b"200 OK", b"403 Forbidden")
        async with listening(saying(answer)) as peer, ClientSession(raise_for_status=True) as session:
            assert 403 == (await AiohttpTransport(peer.url, session).send(CALL)).status

    async def test_our_own_session_is_closed(self):
        """Closing closes the pool, twice is harmless, and a later call is refused: it would leave a pool open."""
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            await transport.send(CALL)
            session = transport._session
            assert not session.closed
            await transport.aclose()
            await transport.aclose()
            assert session.closed
            with pytest.raises(MisuseError, match="closed; nothing was sent"):
                await transport.send(CALL)
        assert 1 == peer.connections

    async def test_an_own_session_that_is_closed(self):
        """It is said so, kindly."""
        async with ClientSession() as session:
            pass
        with pytest.raises(MisuseError, match="closed; nothing was sent"):
            await AiohttpTransport("http://127.0.0.1:1", session).send(CALL)

    def test_another_event_loop(self):
        """A client that was used in one loop is refused in another, before anything is sent."""
        transport = AiohttpTransport("http://127.0.0.1:1")

        async def use():
            await transport.send(CALL)

        with asyncio.Runner() as runner:
            with pytest.raises(TransportError):
                runner.run(use())
            with pytest.raises(MisuseError, match="event loop"):
                asyncio.run(use())
            runner.run(transport.aclose())

    async def test_closing_what_was_never_used(self):
        """A transport that sent nothing holds nothing."""
        async with AiohttpTransport("http://127.0.0.1:1") as transport:
            pass
        assert transport._session is None

    async def test_one_pool_for_all_calls(self):
        """Calls one after the other go over one connection."""
        async with listening(saying(OK)) as peer, AiohttpTransport(peer.url) as transport:
            for _ in range(5):
                await transport.send(CALL)
        assert (5, 1) == (len(peer.requests), peer.connections)

    async def test_as_many_at_once_as_there_are(self):
        """No login waits for another's connection: 120 calls are in the air together."""
        everyone = asyncio.Event()

        async def talk(request, writer):
            if len(peer.requests) == 120:
                everyone.set()
            await everyone.wait()
            await saying(OK)(request, writer)

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport, asyncio.timeout(10):
            replies = await asyncio.gather(*(transport.send(CALL) for _ in range(120)))
        assert {200} == {reply.status for reply in replies}


class TestCallingOff:
    """A caller that gives up gets what asyncio promises."""

    async def test_a_timeout_around_it(self):
        """``asyncio.timeout`` raises TimeoutError and nothing of ours; the next call works."""
        answers = iter([silent, saying(OK)])

        async def talk(request, writer):
            await next(answers)(request, writer)

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await transport.send(CALL)
            assert 200 == (await transport.send(CALL)).status
        assert (2, 2) == (len(peer.requests), peer.connections)

    async def test_a_cancelled_call(self):
        """Cancelling is no transport error."""
        arrived = asyncio.Event()

        async def talk(request, writer):
            arrived.set()
            await silent(request, writer)

        async with listening(talk) as peer, AiohttpTransport(peer.url) as transport:
            sending = asyncio.create_task(transport.send(CALL))
            await arrived.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
