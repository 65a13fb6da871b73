"""A browser without a window, over HTTP: cookies, redirects and forms; ``read`` is all that it ever got."""

from types import SimpleNamespace

from aiohttp import ClientSession, CookieJar
from web.visitor import Page
from yarl import URL


class Browser:
    """``get`` an address, then ``do`` what the page's forms ask for. ``url`` is where one ended."""

    def __init__(self):
        self.session = ClientSession(cookie_jar=CookieJar(unsafe=True))  # unsafe: for addresses that are numbers
        self.url, self.page, self.read = None, None, ""

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def get(self, address):
        """The page there, after all redirects, of pages too."""
        return await self._sent("GET", address)

    async def follow(self, nth=0):
        """The page behind a link."""
        return await self.get(self.url.join(URL(self.page.links[nth])))

    async def do(self, verb, nth=0, **fields):
        """Fill in the page's form of that verb, and send it."""
        form = {**self.page.forms[verb][nth], **fields}
        return await self._sent("POST", self.url.join(URL(self.page.action)), data=form)

    async def _sent(self, method, address, **how):
        async with self.session.request(method, address, **how) as answer:
            body = await answer.read()
            passed = "".join(f"{each.url} {each.headers}" for each in (*answer.history, answer))
            self.url, self.read = answer.url, self.read + passed + body.decode()
        self.page = Page(SimpleNamespace(status=answer.status, headers=list(answer.headers.items()), body=body))
        return await self.get(self.url.join(URL(self.page.leads))) if self.page.leads else self.page
