"""What a service says of its pages: the look, the language, whose flow it is, what may be set up."""

import pytest

from mfa_flow.factors.registry import installed
from mfa_flow.handle import FlowHandle

from .test_forms import ADA, PHONE, is_signed


async def test_a_factor_of_other_people_s(visitor, monkeypatch):
    """What it needs is asked for by its name, where nobody gave it a label."""
    monkeypatch.setattr("mfa_flow.web.acts.installed", lambda: {"otp": Pigeon, "sms": installed()["sms"]})
    page = await visitor.login()
    assert "./?enroll=otp" in page.links
    page = await visitor.get("./?enroll=otp")
    assert "Home loft" in page.text
    assert "What it eats" in page.text
    assert {"home_loft", "what_it_eats"} <= page.forms["enroll"][0].keys()


class Pigeon:
    """A factor that needs to know two things."""

    needs = ("home_loft", "what_it_eats")


async def test_the_language(someone):
    """The browser's; the address's before it, which then stays; the service's."""
    french = someone(**{"accept-language": "fr-CA,fr;q=0.9"})
    assert "Mot de passe" in (await french.get()).text
    chosen = someone()
    page = await chosen.get("./?lang=fr")
    assert "fr" == page.one("html")["lang"]
    page = await chosen.do("login", username=ADA, password="correct-horse")
    assert "Configurez une méthode de vérification" in page.text
    page = await chosen.get(next(each for each in page.links if "enroll=sms" in each))
    page = await chosen.do("enroll", phone_number=PHONE)
    assert "Saisissez le code" in page.text
    fixed = someone(language="fr")
    assert "Mot de passe" in (await fixed.get()).text


async def test_the_service_s_name(someone):
    """Above the question, and in the page's title."""
    page = await someone(name="Acme & Sons").get()
    assert "Acme & Sons" in page.text
    assert "<title>Log in - Acme &amp; Sons</title>" in page.source


async def test_a_user_s_name(visitor):
    """May be one without an @; what has to be filled in says so as HTML does."""
    page = await visitor.get()
    field = page.one("input", id="username")
    expected = {"type": "text", "autocomplete": "username", "inputmode": "email", "required": None}
    assert expected.items() <= field.items()


async def test_another_connection(someone, mfa_tenant, monkeypatch):
    """The realm is the service's to say, and no form's."""
    asked, login = [], FlowHandle.login

    async def noting(flow, username, password, realm=None, **more):
        asked.append((realm, flow._headers))
        return await login(flow, username, password, **more)

    monkeypatch.setattr(FlowHandle, "login", noting)
    visitor = someone(realm="employees", forwarded_for="203.0.113.7")
    await visitor.get()
    await visitor.do("login", username=ADA, password="correct-horse", realm="customers")
    [(realm, headers)] = asked
    assert ("employees", True) == (realm, "203.0.113.7" in repr(headers))
    assert visitor.page.forms["enroll"]


async def test_another_stylesheet(someone):
    """The service's goes after ours."""
    page = await someone(stylesheet="/static/mine.css").get()
    sheets = [found["href"] for tag, found in page.tags if tag == "link"]
    assert "/static/mine.css" == sheets[-1]
    assert 2 == len(sheets)


async def test_a_flow_begun_elsewhere(mfa, mfa_account, someone):
    """One that the service knows to be this person's goes on here; who comes back within a minute is signed in
    anew, whatever became of the service's session."""
    bo = mfa_account("sms")
    flow = mfa.flow("chat-42")
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(choose.challenge[0])
    visitor = someone(flow_id="chat-42")
    await visitor.get()
    await visitor.do("confirm", code=bo.code(ask))
    assert "/home" == visitor.page.leads
    assert is_signed(visitor)
    del visitor.cookies["session"]
    assert "/home" == (await visitor.get()).leads
    assert ("1", 2) == (visitor.cookies["session"], len(visitor.signed))


async def test_factors_are_managed(mfa, mfa_account, someone):
    """Somebody signed in, as the service knows, removes one of theirs, and is asked before."""
    bo = mfa_account("sms", "otp")
    flow = mfa.flow("settings-7")
    scope = "enroll read:authenticators remove:authenticators"
    choose = await flow.login(bo.email, bo.password, audience="https://tenant.example/mfa/", scope=scope)
    ask = await flow.challenge(next(one for one in choose.challenge if one.factor == "sms"))
    done = await flow.confirm(bo.code(ask))
    await flow.manage(done.tokens.access_token)
    visitor = someone(flow_id="settings-7")
    page = await visitor.get()
    before, sent = removing(page), len(bo.tenant.requests)
    page = await visitor.get(next(each for each in before if "remove=totp" in each))
    assert "Remove authenticator app" in page.text
    assert (["remove"], ["./"]) == (list(page.forms), page.links)
    assert before == removing(await visitor.get("./"))
    assert sent == len(bo.tenant.requests)
    await visitor.get(next(each for each in before if "remove=totp" in each))
    page = await visitor.do("remove")
    assert [each for each in before if "remove=totp" not in each] == removing(page)


def removing(page):
    """The links that lead to the question whether to remove one."""
    return [each for each in page.links if "remove=" in each]


@pytest.mark.parametrize(
    ("given", "heeded"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("203.0.113.7:5555", None),
        ("unknown", None),
    ],
)
async def test_an_address_that_is_none(someone, mfa, monkeypatch, caplog, given, heeded):
    """It is logged, unless it is empty, and left out: nobody is kept from logging in."""
    asked, flow = [], type(mfa).flow

    def noting(self, *given, forwarded_for, **more):
        asked.append(forwarded_for)
        return flow(self, *given, forwarded_for=forwarded_for, **more)

    monkeypatch.setattr(type(mfa), "flow", noting)
    page = await someone(forwarded_for=given).get()
    assert (200, {heeded}) == (page.status, set(asked))
    assert (not heeded and given != "") == ("no IP address" in caplog.text)
