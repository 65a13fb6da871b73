"""A person logs in at a real terminal: every factor, set up and asked for."""

import pytest
from person import ADA, PASSWORD, PHONE, chosen, named, saved
from seat import DOWN, ENTER, UP

from mfa_flow.kit.people import Accounts

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")  # a terminal is forked


@pytest.mark.parametrize(
    ("factor", "asked", "answer", "to"),
    [
        ("sms", "Phone number:", "+1 555 123-0000", PHONE),
        ("voice", "Phone number:", PHONE, PHONE),
        ("email", "Leave it empty to use the address you log in with.", "", ADA),
        ("email", "Leave it empty to use the address you log in with.", "ada@work.example", "ada@work.example"),
    ],
)
def test_a_code_that_is_sent(sit, tenant, tokens, factor, asked, answer, to):
    """A factor whose codes are sent is set up; a wrong code is asked for again; next time it is asked for."""
    seat = saved(chosen(sit("login"), factor).sees(asked).says(answer))
    seat.sees("6-digit code").says("000000").sees("That code is not right.").says(tenant.inbox.code(to))
    assert 0 == seat.ends()
    assert 1 == seat.text.count("6-digit code")
    assert "You are logged in." in seat.text
    assert "Bearer" == tokens()["token_type"]

    seat = named(sit("login", to="again.json")).sees("Cancel").types("1", ENTER).sees("Code:")
    assert 0 == seat.says(tenant.inbox.code(to)).ends()


def test_an_app(sit, tenant, tokens):
    """An authenticator app is set up by its key, with a wrong code before the right one; next time it is asked for."""
    seat = saved(chosen(sit("login"), "otp")).sees("Code:").says("000 000").sees("That code is not right.")
    assert 0 == seat.says(tenant.otp(ADA)).ends()
    assert {"access_token", "expires_in", "token_type"} == tokens().keys()
    tenant.clock.advance(30)
    seat = named(sit("login", to="again.json")).sees("Cancel").types("1", ENTER).sees("Code:")
    code = tenant.otp(ADA)
    assert 0 == seat.says(f"{code[:3]} {code[3:]}").ends()


def test_a_recovery_code(sit, tenant):
    """Used up, it is replaced by another, which the person is given time to save."""
    bo = Accounts(tenant)("otp", email="bo@example.com")
    seat = named(sit("login"), bo.email).sees("Cancel").types(DOWN, ENTER)
    old = bo.user.recovery_code
    seat.sees("Recovery code:").says(old.lower()).sees("Press Enter")
    assert bo.user.recovery_code != old
    assert bo.user.recovery_code in seat.text
    assert 0 == seat.types(ENTER).ends()


def test_two_factors_in_a_row(sit, tenant):
    """After the first proof the second is asked for."""
    bo = Accounts(tenant)("otp", "sms", email="bo@example.com", factors=2)
    seat = named(sit("login"), bo.email).sees("Cancel").types("1", ENTER).sees("Code:").says(tenant.otp(bo.email))
    seat.sees("One more proof is needed.").sees("Cancel", 2).types("1", ENTER).sees("We sent")
    assert 0 == seat.says(tenant.inbox.code(bo.number)).ends()


@pytest.mark.parametrize("keys", [(DOWN, DOWN), ("3",), (DOWN, DOWN, DOWN, UP), ("9", "3")], ids=repr)
def test_arrows_and_numbers(sit, tenant, keys):
    """A choice is made by either, and by both; the one that is marked is taken."""
    seat = named(sit("login")).sees("> 1. authenticator app").types(*keys).sees("> 3. text message").types(ENTER)
    seat.sees("Phone number:")


def test_words_in_place_of_an_answer(sit, tenant):
    """Another way, once more, and wrong numbers: each is said, and nothing is sent that should not be."""
    seat = chosen(sit("login"), "sms").sees("Or type: back, cancel").says("back").sees("Cancel", 2)
    seat.types("3", ENTER).sees("Phone number:", 2).says("555").sees("with its country code").says(PHONE)
    saved(seat).sees("Or type: resend, back, cancel").says("resend").sees("It was sent once more. We sent")
    seat.says("Back").sees("Cancel", 3)
    assert 2 == len(tenant.inbox.messages(PHONE))
    seat.types("6", ENTER).sees("You cancelled this login.")
    assert 130 == seat.ends()


def test_a_wrong_password(sit, tenant):
    """It is asked for again. The name stands if none is typed; one that is typed takes its place."""
    seat = named(sit("login"), "bo@example.com", "wrong").sees("Wrong e-mail address or password.")
    seat.sees("E-mail address [bo@example.com]:").says(ADA).sees("Password:", 2).says("wrong")
    seat.sees("E-mail address [ada@example.com]:").types(ENTER).sees("Password:", 3).says(PASSWORD).sees("Cancel")


def test_a_name_that_was_given(sit, tenant):
    """Only the password is asked for, each time."""
    seat = sit("login", "--username", ADA).sees("Password:").says("wrong").sees("Password:", 2).says(PASSWORD)
    seat.sees("Cancel")
    assert "E-mail address:" not in seat.text


def test_a_password_from_a_file(sit, tenant, tmp_path):
    """Tried once; if it is wrong, it is asked for."""
    (tmp_path / "password").write_text("wrong\nnot this\n")
    seat = sit("login", "--username", ADA, "--password-file", tmp_path / "password").sees("Wrong e-mail address")
    seat.sees("Password:").says(PASSWORD).sees("Cancel")


def test_no_second_factor_at_all(sit, tenant, tokens):
    """Tokens at once."""
    tenant.users.add("cy@example.com", PASSWORD, mfa=False)
    seat = named(sit("login", "--scope", "openid"), "cy@example.com")
    assert 0 == seat.ends()
    assert tokens()["id_token"].count(".") == 2


def test_trouble_in_between(sit, tenant):
    """An answer that finds no tenant is asked for again: somebody is there to give it."""
    seat = saved(chosen(sit("login"), "sms").sees("Phone number:").says(PHONE)).sees("We sent")
    tenant.faults.add("/oauth/token", status=503)
    seat.says(tenant.inbox.code(PHONE)).sees("The login service is not available now.").sees("Code:", 2)
    assert 0 == seat.says(tenant.inbox.code(PHONE)).ends()
