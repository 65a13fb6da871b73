"""What stands on the screen, and what must not: at any width, without colours, in French, with nonsense from a server."""

import json
import re
from functools import partial

import pytest
import zxingcpp
from person import ADA, PASSWORD, PHONE, chosen, named, saved
from seat import CTRL_C, DOWN, ENTER, mfa_flow

from mfa_flow.kit.people import Accounts

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;]*m")
SHADES = {"000000": 0, "ffffff": 255}


def picture_on(screen):
    """What a camera sees of a screen, in shades of grey: each cell is two dots, one above the other."""
    scale, wide = 4, screen.columns * 4
    shades = bytearray()
    for row in range(screen.lines):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        for half in "▀▄":
            line = bytes(shade for cell in cells for shade in [_shade(cell, half)] * scale)
            shades += line * scale
    return memoryview(shades).cast("B", shape=[len(shades) // wide, wide])


def _shade(cell, half):
    """Grey is what has no colour of its own: who knows what it is."""
    return SHADES.get(cell.fg if cell.data in ("█", half) else cell.bg, 128)


def test_a_camera_reads_the_qr_code(sit, tenant):
    """It is black on white, whatever colours the terminal has; and says what the key says."""
    seat = saved(chosen(sit("login"), "otp")).sees("Code:")
    [found] = zxingcpp.read_barcodes(picture_on(seat.screen))
    [key] = re.findall(r"\b[A-Z2-7]{32}\b", seat.text)
    assert f"secret={key}" in found.text


def test_only_json_goes_to_stdout(sit, tenant, tmp_path):
    """Nothing of the tokens is on the screen, and nothing of the screen among the tokens; nor is the password."""
    seat = saved(chosen(sit("login"), "sms").sees("Phone number:").says(PHONE)).sees("Code:")
    assert 0 == seat.says(tenant.inbox.code(PHONE)).ends()
    went = (tmp_path / "tokens.json").read_text()
    assert json.loads(went)["access_token"].encode() not in seat.raw
    assert PASSWORD.encode() not in seat.raw
    assert "\x1b" not in went


def test_what_is_typed_too_early(sit, tenant):
    """A password that is typed while the name is still on its way does not show."""
    tenant.faults.add("/oauth/token", delay=1)
    seat = named(sit("login"), password="wrong")
    seat.until(lambda: tenant.requests.count("password"), "asked the tenant")
    seat.types(ENTER, "my-other-secret").sees("Wrong e-mail address").sees("Password:", 2)
    seat.types(ENTER).sees("Wrong e-mail address", 2)
    assert b"my-other-secret" not in seat.raw


def test_stdout_at_the_terminal(sit, tenant):
    """Where it is not sent elsewhere, the tokens are seen below."""
    seat = saved(chosen(sit("login", to=None), "sms").sees("Phone number:").says(PHONE)).sees("Code:")
    assert 0 == seat.says(tenant.inbox.code(PHONE)).ends()
    assert "access_token" in seat.text.partition("You are logged in.")[2]


def test_a_narrow_terminal(sit, tenant):
    """In 40 columns no line is cut off; a QR code that has no room is not drawn, and it is said how much it takes."""
    seat = saved(chosen(sit("login", columns=40, COLUMNS="200"), "otp")).sees("Code:")
    assert "The QR code is 49 columns wide." in seat.text
    assert "Keep this recovery code in a safe place" in seat.text
    assert not set("█▀▄") & set(seat.text)
    assert re.search(r"\b[A-Z2-7]{32}\b", seat.text)
    for told in ("Enter your e-mail address and your password.", "Then enter the 6-digit code it shows."):
        assert told in seat.text
    assert 0 == seat.says(tenant.otp(ADA)).ends()


@pytest.mark.parametrize("columns", [24, 16])
def test_a_very_narrow_terminal(sit, tenant, columns):
    """Nothing of a choice is cut off there either, however it has to be broken."""
    Accounts(tenant)("otp", "push", "sms", email="bo@example.com")
    seat = named(sit("login", columns=columns), "bo@example.com").sees("7.").sees("Cancel")
    shown = "".join(seat.text.split())
    for label in ("Choosehowtoconfirmitisyou:", "1.authenticatorapp", "3.pushnotification(SimulatedPhone)"):
        assert label in shown
    assert (columns < 20) or "notification" in seat.text


def test_no_colours(sit, tenant):
    """With NO_COLOR nothing is coloured, and nothing else is missing."""
    seat = saved(chosen(sit("login", NO_COLOR="1"), "otp")).sees("Code:").says("000000").sees("not right")
    assert 0 == seat.says(tenant.otp(ADA)).ends()
    assert [] == COLOURS.findall(seat.raw)


def test_colours(sit, tenant):
    """Without it, what was refused is red."""
    seat = named(sit("login"), password="wrong").sees("Wrong e-mail address or password.")
    assert COLOURS.findall(seat.raw)
    [row] = [row for row, line in enumerate(seat.lines) if line.startswith("Wrong")]
    assert "red" == seat.screen.buffer[row][0].fg


@pytest.mark.parametrize("how", [{"LANG": "fr_FR.UTF-8"}, {"MFA_FLOW_LANG": "fr", "LC_ALL": "C.UTF-8"}], ids=str)
def test_french(sit, tenant, how):
    """In the language of the system, or in the one that is asked for; its words count, and English ones too."""
    seat = sit("login", **how).sees("Adresse e-mail").says(ADA).sees("Mot de passe").says(PASSWORD)
    seat.sees("Annuler").types(DOWN, DOWN, ENTER).sees("Ou saisissez : retour, annuler").says(PHONE)
    seat.sees("Appuyez sur Entrée").types(ENTER).sees("Ou saisissez : renvoyer, retour, annuler").says("renvoyer")
    seat.sees("Ou saisissez", 3).says("back").sees("Annuler", 2).types("6", ENTER)
    seat.sees("Vous avez annulé cette connexion.")
    assert 130 == seat.ends()


def test_what_a_server_calls_things(sit, tenant):
    """Commands to a terminal in a name do not reach it."""
    bo = Accounts(tenant)("sms", email="bo@example.com")
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\r\nPassword:"
    listed = [{"id": "sms|1", "authenticator_type": "oob", "oob_channel": "sms", "active": True, "name": evil}]
    tenant.faults.add("/mfa/authenticators", status=200, body=listed)
    seat = named(sit("login"), bo.email).sees("Cancel")
    assert b"\x1b]0;owned" not in seat.raw
    assert b"\x1b[2J\xe2" not in seat.raw
    assert "\u202e" not in seat.text
    assert "text message (" in seat.text
    seat.types("1", ENTER)


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_log_for_stderr(sit, tenant, tmp_path, term):
    """With stderr sent elsewhere the person is still asked at the terminal."""
    start = partial(mfa_flow, log=tmp_path / "log")
    seat = named(sit("login", start=start, TERM=term)).sees("6. Cancel").types("6", ENTER)
    assert 130 == seat.ends()
    assert "" == (tmp_path / "log").read_text()


@pytest.mark.parametrize(("before", "sent"), [((), "2>&-"), (("setsid", "-w"), "2>/dev/null")], ids=str)
def test_no_stderr(sit, tenant, tmp_path, before, sent):
    """With stderr closed, too, and in a process that no terminal stops; nothing of it gets among the tokens."""

    def start(*arguments, to):
        *shell, command = mfa_flow(*arguments, to=to)
        return [*before, *shell, f"{command} {sent}"]

    seat = named(sit("login", start=start)).sees("6. Cancel").types("6", ENTER)
    assert 130 == seat.ends()
    assert "" == (tmp_path / "tokens.json").read_text()


def test_a_dumb_terminal(sit, tenant):
    """One that can do nothing but write is asked line by line; the password is hidden there, too, and Ctrl-C heard."""
    seat = sit("login", TERM="dumb").sees("E-mail address:").says(ADA).sees("Password:").says(PASSWORD)
    seat.sees("6. Cancel Number or name:").says("text").sees("Phone number:").says(PHONE).sees("Press Enter").types(
        ENTER
    ).sees("Code:")
    assert PASSWORD.encode() not in seat.raw
    assert b"\x1b" not in seat.raw
    assert 130 == seat.types("1", CTRL_C).ends()


def test_a_push_at_a_dumb_terminal(sit, tenant):
    """The words that it offers are heard there too, and what is typed next is for the next question."""
    Accounts(tenant)("push", "sms", email="bo@example.com")
    seat = named(sit("login", TERM="dumb"), "bo@example.com").sees("name:").says("push").sees("Or type: resend")
    seat.says("nonsense").sees("there is nothing to type").says("resend").sees("It was sent once more.")
    seat.says("back").sees("name:", 2).says("text").sees("We sent")
    assert 0 == seat.sees("Code:").says(tenant.inbox.code(tenant.users["bo@example.com"].phone)).ends()
