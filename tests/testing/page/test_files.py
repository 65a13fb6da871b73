"""The page's files as they are served."""

import re

import aiohttp
import pytest

from mfa_flow.testing import Tenant, serve
from mfa_flow.testing.page.files import NAMES, file


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"), ("/_tenant/page/main.js", "text/javascript"), ("/_tenant/page/style.css", "text/css"),
        ("/_tenant/page/icon.svg", "image/svg+xml"),
    ],
)  # fmt: skip
async def test_files_and_their_headers(tenant: Tenant, path: str, kind: str) -> None:
    """Nothing but the page's own files may run or be shown in it."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session, session.get(path) as reply:
        assert (200, kind) == (reply.status, reply.content_type)
        policy = reply.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
        assert not [each for each in policy if "unsafe" in each or "http" in each or "*" in each]
        assert "nosniff" == reply.headers["x-content-type-options"]


@pytest.mark.parametrize("name", ["nothing.js", "files.py", "../tenant.py", "..%2ftenant.py", ""])
async def test_nothing_else_is_a_file(tenant: Tenant, name: str) -> None:
    """Least of all what lies beside them."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        reply = await session.get(f"/_tenant/page/{name}")
        assert (404, "application/json") == (reply.status, reply.content_type)


async def test_looking_at_the_page_is_no_request_of_a_client(tenant: Tenant) -> None:
    """Neither the page nor its files are in the log; a POST to its address is."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        for method, path in (("GET", "/"), ("HEAD", "/"), ("GET", "/_tenant/page/icon.svg")):
            assert 200 == (await session.request(method, path)).status
        assert 404 == (await session.post("/")).status
    assert [("POST", "/")] == [(each.method, each.path) for each in tenant.requests]


def test_every_file_that_is_named_is_there() -> None:
    """What the page loads, and what its scripts import."""
    text = "".join((file(name).body or b"").decode() for name in NAMES)
    named = re.findall(r'"/_tenant/page/([^"]+)"', text) + re.findall(r'from "\./([^"]+)"', text)
    assert len(named) > 10
    assert set() == set(named) - set(NAMES)


def test_text_is_never_markup() -> None:
    """No script writes markup, or makes code of text; no file loads anything from elsewhere."""
    for name in NAMES:
        text = (file(name).body or b"").decode()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text), name
        assert not re.search(r'(src|href)="(?!/_tenant/|#)|url\(|@import', text), name
