"""A world is saved once and put back as often as one likes."""

from threading import Thread

import pytest

from mfa_flow.testing import Clock, Tenant
from testing.conftest import PHONE, Wire, has

CY = "cy@example.com"


def enrolled(wide: Wire) -> None:
    """Cy has every factor."""
    has(wide, "otp", "sms", "email", "push")


def enter(wide: Wire) -> list[object]:
    """Cy logs in by phone; everything that was said."""
    mfa_token = wide.login(CY, "pw", scope="offline_access")
    challenged = wide.challenge(mfa_token, challenge_type="oob", oob_channel="sms")
    code = wide.tenant.inbox.code(PHONE)
    return [mfa_token, challenged, code, wide.oob(mfa_token, challenged.body["oob_code"], binding_code=code)]


def test_ten_branches_of_one_enrolment(wide: Wire) -> None:
    """Each begins where the snapshot was taken, and with the same random numbers; none sees another's traces."""
    enrolled(wide)
    saved = wide.tenant.snapshot()
    said = []
    for _ in range(10):
        wide.tenant.restore(saved)
        said.append(enter(wide))
        cy = wide.tenant.users[CY]
        assert (9, 1, 1) == (
            cy.purses()["phone"].left(wide.tenant.clock.now()),
            len(wide.tenant.inbox.messages()),
            wide.tenant.requests.count("mfa-oob"),
        )
        cy.remove(cy.authenticators[0])
        cy.blocked = True
    assert [said[0]] * 10 == said


def test_everything_is_put_back(wide: Wire) -> None:
    """People, authenticators, buckets, clients, messages, pins, faults, log; what came later is gone."""
    enrolled(wide)
    tenant = wide.tenant
    wide.otp(wide.login(CY, "pw"), "000000")
    wide.add(wide.login(), "sms", phone_number=PHONE)
    tenant.pin(PHONE, "123456")
    tenant.faults.add(path="/x", status=500, times=3)
    tenant.clients.add("kept")
    saved = tenant.snapshot()

    tenant.users.remove(CY)
    tenant.users.add("new@example.com", "pw")
    tenant.clients.add("new")
    tenant.inbox.clear()
    tenant.unpin()
    tenant.pin("new@example.com", "654321")
    wide.send("GET", "/x")
    tenant.faults.add(path="/y", status=500)
    tenant.restore(saved)

    assert ["ada@example.com", "eve@example.com", CY] == [each.email for each in tenant.users]
    assert 9 == tenant.users[CY].failures.left(tenant.clock.now())
    assert ["demo-client", "demo-public", "kept"] == [each.id for each in tenant.clients]
    assert ["msg_1"] == [each.id for each in tenant.inbox.open]
    assert {PHONE: "123456"} == tenant.pins
    assert [("/x", 3, 0)] == [(each.path, each.times, each.struck) for each in tenant.faults]
    assert (0, 1) == (tenant.requests.count("/x"), tenant.requests.count("mfa-otp"))


def test_restores_share_nothing(wide: Wire) -> None:
    """What is done to one is not seen in the next, nor in the snapshot."""
    enrolled(wide)
    wide.tenant.faults.add(path="/x", status=500, times=3)
    saved = wide.tenant.snapshot()
    wide.tenant.faults.add(status=500)
    wide.tenant.restore(saved)
    wide.send("GET", "/x")
    first = wide.tenant.users[CY]
    first.associate("otp")
    wide.tenant.restore(saved)
    second = wide.tenant.users[CY]
    assert first is not second
    assert len(first.authenticators) == len(second.authenticators) + 1
    assert [("/x", 3, 0)] == [(each.path, each.times, each.struck) for each in wide.tenant.faults]


def test_tokens_from_before_stay_good(wide: Wire) -> None:
    """An mfa_token, an oob_code and its message, an access token, a refresh token that was used in between."""
    enrolled(wide)
    done = enter(wide)[3]
    refresh = {"refresh_token": done.body["refresh_token"]}  # type: ignore[attr-defined]
    mfa_token = wide.login(CY, "pw")
    oob_code = wide.challenge(mfa_token, challenge_type="oob", oob_channel="sms").body["oob_code"]
    access_token = wide.access_token(CY, "pw")
    saved = wide.tenant.snapshot()
    for _ in range(2):
        wide.tenant.restore(saved)
        code = wide.tenant.inbox.code(PHONE)
        assert [200, 200, 200] == [
            wide.oob(mfa_token, oob_code, binding_code=code).status,
            wide.list(access_token).status,
            wide.token("refresh_token", **refresh).status,
        ]


def test_a_recovery_code_is_still_one(wide: Wire) -> None:
    """What a factor is does not change by being put back: this one cannot be removed."""
    enrolled(wide)
    wide.tenant.restore(wide.tenant.snapshot())
    device = wide.tenant.users[CY].of_kind("recovery-code")[0].id
    assert 400 == wide.delete(wide.access_token(CY, "pw"), device).status


def test_later_mfa_tokens_stay_good_too(wide: Wire) -> None:
    """They are sealed: the tenant keeps nothing of them."""
    enrolled(wide)
    saved = wide.tenant.snapshot()
    mfa_token = wide.login(CY, "pw")
    wide.tenant.restore(saved)
    assert 200 == wide.otp(mfa_token, wide.tenant.otp(CY)).status


def test_a_push_from_before_can_be_answered(wide: Wire) -> None:
    """The question is found by its message, and waits again."""
    enrolled(wide)
    mfa_token = wide.login(CY, "pw")
    oob_code = wide.challenge(mfa_token, challenge_type="oob", oob_channel="auth0").body["oob_code"]
    saved = wide.tenant.snapshot()
    for decision, status in (("approve", 200), ("deny", 400)):
        wide.tenant.restore(saved)
        assert 400 == wide.oob(mfa_token, oob_code).status
        wide.tenant.push("msg_1").decide(decision)
        assert status == wide.oob(mfa_token, oob_code).status


@pytest.mark.parametrize(("asked", "now"), [(False, 70), (True, 0)])
def test_time_goes_on_unless_asked(wide: Wire, clock: Clock, *, asked: bool, now: float) -> None:
    """A code is too old after the restore, or it is not."""
    begun = clock.now()
    saved = wide.tenant.snapshot()
    clock.advance(70)
    wide.tenant.restore(saved, clock=asked)
    assert begun + now == clock.now()


def test_taught_factors_and_the_inbox_stay_the_same(wide: Wire) -> None:
    """Others hold them: who listens goes on listening."""
    heard: list[int] = []
    inbox, saved = wide.tenant.inbox, wide.tenant.snapshot()
    wide.tenant.teach("messenger", address="handle")
    wide.tenant.restore(saved)
    with inbox.listening(lambda: heard.append(1)):
        wide.add(wide.login(), "messenger", handle="@ada")
    assert (True, [1], "messenger") == (inbox is wide.tenant.inbox, heard, inbox.messages()[0].channel)


def test_without_a_seed_nothing_repeats() -> None:
    """What the operating system draws cannot be put back; the rest is."""
    wide = Wire(Tenant())
    enrolled(wide)
    saved = wide.tenant.snapshot()
    tokens = [wide.login(CY, "pw")]
    wide.tenant.restore(saved)
    assert wide.login(CY, "pw") not in tokens
    assert 200 == enter(wide)[3].status  # type: ignore[attr-defined]


def test_after_a_reset(wide: Wire) -> None:
    """A snapshot outlives it."""
    enrolled(wide)
    saved = wide.tenant.snapshot()
    wide.tenant.reset(seed=99)
    wide.tenant.restore(saved)
    assert 200 == enter(wide)[3].status  # type: ignore[attr-defined]


def test_another_tenants_is_refused(wide: Wire, wire: Wire) -> None:
    """It says so, and nothing is changed."""
    with pytest.raises(ValueError, match="another tenant's snapshot"):
        wire.tenant.restore(wide.tenant.snapshot())
    assert "bob@example.com" in wire.tenant.users


def test_the_seed_is_put_back(clock: Clock) -> None:
    """The next reset starts as the one before the snapshot did."""
    tenant = Tenant(clock=clock, seed=1)
    first, saved = tenant.users["ada@example.com"].id, tenant.snapshot()
    tenant.reset(seed=2)
    tenant.restore(saved)
    tenant.reset()
    assert first == tenant.users["ada@example.com"].id


def test_nothing_happens_while_it_is_taken(wide: Wire) -> None:
    """A call of another thread waits until the world is whole again, and so does a reset."""
    tenant = wide.tenant
    for waiting in (lambda: wide.send("GET", "/x"), tenant.reset, tenant.snapshot):
        thread = Thread(target=waiting)
        with tenant._whole:
            thread.start()
            thread.join(0.005)
            assert thread.is_alive()
        thread.join(5)
        assert not thread.is_alive()
