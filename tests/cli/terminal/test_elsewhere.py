"""A flow that was begun elsewhere is ended in the terminal, and the other way round."""

import pytest
from person import ADA, PASSWORD, PHONE, named, saved
from seat import ENTER

from mfa_flow import App, AskCode, Choose, Done, MfaClient
from mfa_flow.stores import Seal, SqliteStore

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
async def web(server, tenant, tmp_path):
    """A page's client, with its store in a file; and the options to share it."""
    key, file = Seal.generate_key(), tmp_path / "flows.db"
    async with (
        SqliteStore(file, seal=Seal(key)) as store,
        MfaClient(App(server.url, "demo-public"), store=store) as mfa,
    ):
        await mfa.flow("another").login(ADA, "wrong")  # the file is there
        yield mfa, ["--sqlite", str(file), "--flow", "web-1"], {"MFA_FLOW_KEY": key}


async def test_begun_on_a_page(web, sit, tenant, tokens):
    """The same question is asked in the terminal, recovery codes included, and nothing is sent again."""
    mfa, shared, env = web
    flow = mfa.flow("web-1")
    await flow.login(ADA, PASSWORD)
    await flow.enroll("sms", phone_number=PHONE)
    seat = saved(sit("login", *shared, **env)).sees("We sent a 6-digit code").sees("Code:")
    assert 1 == len(tenant.inbox.messages(PHONE))
    assert 0 == seat.says(tenant.inbox.code(PHONE)).ends()
    done = await flow.look()
    assert isinstance(done, Done)
    assert tokens()["access_token"] == done.tokens.access_token


async def test_ended_on_a_page(web, sit, tenant):
    """Begun in the terminal; what is answered elsewhere meanwhile is seen with the next answer."""
    mfa, shared, env = web
    seat = named(sit("login", *shared, **env)).sees("Cancel").types("3", ENTER).sees("Phone number:").says(PHONE)
    saved(seat).sees("Code:")
    flow = mfa.flow("web-1")
    assert isinstance(await flow.look(), AskCode)
    assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)
    assert 0 == seat.says("123456").ends()
    assert "That is not possible now." in seat.text


async def test_stopped_before(web, sit, tenant):
    """A flow that had stopped is said to have; then it begins anew, whatever is typed wrong at first."""
    mfa, shared, env = web
    await mfa.flow("web-1").login(ADA, PASSWORD)
    await mfa.flow("web-1").cancel()
    seat = sit("login", *shared, **env).sees("This login has ended. You cancelled this login.")
    seat.sees("E-mail address:").says("").sees("Password:").says("x").sees("E-mail address:", 2)
    seat.says(ADA).sees("Password:", 2).says("wrong").sees("Wrong e-mail address or password.")
    seat.sees("E-mail address [ada@example.com]:").types(ENTER).sees("Password:", 3).says(PASSWORD).sees("Cancel")
    assert isinstance(await mfa.flow("web-1").look(), Choose)


async def test_done_before(web, sit, tenant, tokens):
    """A flow that ended well elsewhere has its tokens: nothing is asked."""
    mfa, shared, env = web
    flow = mfa.flow("web-1")
    await flow.login(ADA, PASSWORD)
    await flow.enroll("sms", phone_number=PHONE)
    done = await flow.confirm(tenant.inbox.code(PHONE))
    assert 0 == sit("login", *shared, **env).ends()
    assert tokens()["access_token"] == done.tokens.access_token


async def test_another_key(web, sit, tenant):
    """What cannot be opened is a wrong setting, and no new login."""
    mfa, shared, _ = web
    await mfa.flow("web-1").login(ADA, PASSWORD)
    seat = sit("login", *shared, MFA_FLOW_KEY=Seal.generate_key()).sees("This login cannot be continued.")
    assert 2 == seat.ends()
