"""A browser without a window: it keeps cookies, follows redirects, fills in forms, and reads what a page says."""

import json
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from mfa_flow.web.door import Door
from mfa_flow.web.values import Asked, HandedOver

VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """What is on a page: its text, its forms by what they do, its links."""

    def __init__(self, answered):
        super().__init__()
        self.status, self.headers = answered.status, answered.headers
        self.source = answered.body.decode()
        self.forms, self.tags, self.links, self.words = {}, [], [], []
        self.action = "./"  # all forms of a page have the same
        self._form = self._open = self._code = None
        self.feed(self.source)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._open = tag
        self._code = "" if tag == "code" else self._code
        self.tags.append((tag, found))
        if tag == "form":
            self._form, self.action = {}, found["action"]
        elif tag == "input" and self._form is not None and found.get("type") != "checkbox":
            self._form[found["name"]] = found.get("value", "")
            if found["name"] == "do":
                self.forms.setdefault(found["value"], []).append(self._form)
        elif tag == "a":
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        self._open = None
        if tag == "code":  # groups of letters, with room between them and no blanks
            self.words.append(self._code)
            self._code = None
        if tag == "form":
            self._form = None

    def handle_data(self, data):
        if self._code is not None:
            self._code += data
        elif self._open not in ("script", "title"):
            self.words.append(data)

    def one(self, tag, **wanted):
        """The one tag that has these attributes."""
        [found] = [each for name, each in self.tags if name == tag and wanted.items() <= each.items()]
        return found

    @property
    def leads(self):
        """Where the page leads at once, if it does."""
        return next((address for seconds, _, address in self._refreshes() if seconds == "0"), None)

    @property
    def turns(self):
        """The seconds after which the page comes again by itself."""
        return next(int(seconds) for seconds, _, _ in self._refreshes())

    def _refreshes(self):
        return [each["content"].partition(";url=") for _, each in self.tags if each.get("http-equiv") == "refresh"]

    def header(self, name):
        """The value of a header."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)


class Visitor:
    """Somebody with a browser, in front of a door. ``signed`` is what the service was given."""

    def __init__(self, mfa, *, host="login.example", scheme="https", to="/home", flow_id=None, **how):
        options = ("stylesheet", "language", "name", "realm")
        self.door = Door.to(mfa, **{name: how.pop(name) for name in options if name in how})
        self.host, self.scheme, self.to, self.flow_id = host, scheme, to, flow_id
        self.forwarded_for = how.pop("forwarded_for", None)
        self.headers = {"accept-language": "en"} | how
        self.cookies, self.signed, self.asked = {}, [], []
        self.page = self.asked_last = None

    async def done(self, tokens):
        self.signed.append(tokens)
        return HandedOver(self.to, (("Set-Cookie", "session=1"),), "the service's answer")

    async def send(self, method, address="./", body=b"", **headers):
        """One request, with no redirect followed."""
        parts = urlsplit(address)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        asked = Asked(
            method=method,
            path=parts.path.removeprefix("./"),
            scheme=self.scheme,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={"host": self.host, "cookie": cookie, **self.headers, **headers},
            body=body,
            hand_over=self.done,
            flow_id=self.flow_id,
            forwarded_for=self.forwarded_for,
        )
        self.asked.append(f"{method} {address}")
        self.asked_last = asked
        answered = await self.door.answer(asked)
        for name, value in answered.headers:
            if name == "Set-Cookie":
                self._keep(value)
        return answered

    def _keep(self, header):
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    async def get(self, address="./"):
        """A page, after all redirects."""
        return await self._followed(await self.send("GET", address))

    async def _followed(self, answered):
        while answered.status == 303:
            answered = await self.send("GET", dict(answered.headers)["Location"])
        self.page = Page(answered)
        return self.page

    async def post(self, fields, **headers):
        """A form as it stands."""
        kind = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
        return await self._followed(
            await self.send("POST", self.page.action, urlencode(fields).encode(), **kind | headers)
        )

    async def do(self, verb, nth=0, **fields):
        """Fill in the page's form of that verb, and send it."""
        return await self.post({**self.page.forms[verb][nth], **fields})

    async def login(self, email="ada@example.com", password="correct-horse"):
        """From the beginning to what comes after the password."""
        await self.get()
        return await self.do("login", username=email, password=password)

    async def json(self, verb="", token=None, **given):
        """The answer of the JSON side: its status, and what is in it."""
        kind = {"content-type": "application/json"} | ({"x-mfa-token": token} if token else {})
        method, body = ("POST", json.dumps(given).encode()) if verb else ("GET", b"")
        answered = await self.send(method, f"./api/{verb}".rstrip("/"), body, **kind if verb else {})
        return answered.status, json.loads(answered.body)
