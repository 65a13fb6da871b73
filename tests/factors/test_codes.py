"""What people type is forgiven its blanks and dashes, and refused when it cannot be right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfa_flow.errors import BadInput
from mfa_flow.factors.codes import bare, digits, email, masked, masked_email, phone, recovery_code
from mfa_flow.wire.secret import Secret


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        "123 456",
        " 123456 ",
        "123-456",
        "1-2-3-4-5-6",
        "123\t456",
        "123\u00a0456",
        "12\u201034\u201156",
        "123\u2012456",
        "123\u2013456",
    ],
)
def test_blanks_and_dashes_are_forgiven(typed):
    """As people copy codes out of messages, and as apps group them."""
    assert "123456" == bare(typed) == digits(typed, 6)


@pytest.mark.parametrize("typed", ["١٢٣٤٥٦", "\uff11\uff12\uff13\uff14\uff15\uff16", "१२३४५६", "12३-4\uff156"])
def test_digits_of_other_scripts_become_plain(typed):
    """What is sent is ASCII: other keyboards have other digits."""
    found = digits(typed, 6)
    assert "123456" == found
    assert found.isascii()


def test_leading_zeros_are_kept():
    """A code is a text and no number."""
    assert "000123" == digits("000 123", 6)


def test_a_code_is_a_secret():
    """It goes into a body and into no log."""
    assert Secret is type(digits("123456", 6))


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "   ",
        "--",
        "12345",
        "1234567",
        "12345a",
        "abcdef",
        "\uff11\uff12\uff13\uff14\uff15",
        "12345²",
        "①23456",
        "1234.6",
        "+123456",
        "123456!",
        "\ud800" * 6,
        "1\ud80023456",
    ],
)
def test_what_cannot_be_a_code_is_refused(typed):
    """Nothing is sent, no attempt is spent, and the message says so."""
    with pytest.raises(BadInput, match=r"6 digits.*nothing was sent"):
        digits(typed, 6)


@pytest.mark.parametrize("typed", [123456, 123456.0, b"123456", ["123456"], True])
def test_a_code_that_is_no_text_is_refused(typed):
    """A number may have lost its leading zeros on the way."""
    with pytest.raises(BadInput, match="as text"):
        digits(typed, 6)


def test_the_length_is_the_factors():
    """Eight digits are right where eight are asked for."""
    assert "12345678" == digits("1234 5678", 8)
    with pytest.raises(BadInput, match="8 digits"):
        digits("123456", 8)


@pytest.mark.parametrize("typed", ["777a77", "77777"])
def test_a_refused_code_is_not_quoted(typed):
    """It may be nearly right."""
    with pytest.raises(BadInput) as caught:
        digits(typed, 6)
    assert "77" not in str(caught.value)


@settings(derandomize=True, database=None, deadline=None)
@given(st.text())
def test_any_text_is_six_plain_digits_or_refused(typed):
    """There is nothing in between."""
    try:
        found = digits(typed, 6)
    except BadInput:
        return
    assert (6, True, True) == (len(found), found.isascii(), found.isdecimal())


@pytest.mark.parametrize(
    "number",
    [
        *("+15551230000", "+15551230000\n", "+1 555 123 0000", "+1-555-123-0000", " +1\u00a0555\u2011123-0000 "),
        *("+1 (555) 123-0000", "+1.555.123.0000", "+1 555/123-0000"),
    ],
)
def test_a_phone_number_is_brought_into_its_one_form(number):
    """Blanks, dashes, dots and parentheses are how people write them."""
    assert "+15551230000" == phone(number)


@pytest.mark.parametrize("number", ["+1234567", "+123456789012345"])
def test_the_shortest_and_the_longest_number_pass(number):
    """Seven digits to fifteen."""
    assert number == phone(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+",
        "15551230000",
        "005551230000",
        "+05551230000",
        "+123456",
        "+1234567890123456",
        "+44 (0)7700 900123",
        "+1555123000a",
        "++15551230000",
        "+١٥٥٥١٢٣٠٠٠٠",
        "\uff0b15551230000",
        "\ud800+15551230000",
        None,
        15551230000,
        ["+15551230000"],
    ],
)
def test_what_is_not_e_164_is_refused(number):
    """Nothing is sent, and the message shows the form but not the number."""
    with pytest.raises(BadInput, match=r"E\.164") as caught:
        phone(number)
    assert "5551230000" not in str(caught.value).replace("+15551230000", "")


@pytest.mark.parametrize(("number", "shown"), [("+15551239167", "XXXXXXXX9167"), ("+1234567", "XXXX4567")])
def test_a_number_is_masked_as_auth0_masks_it(number, shown):
    """The plus and all but the last four characters are hidden; the length stays."""
    assert shown == masked(number)


RECOVERY = "MZCRK3YX5V3AKNNYY6JEBQCL"


@pytest.mark.parametrize(
    "typed",
    [
        RECOVERY,
        RECOVERY.lower(),
        f"  {RECOVERY}\n",
        "MZCR-K3YX-5V3A-KNNY-Y6JE-BQCL",
        "mzcr k3yx 5v3a knny y6je bqcl",
        "MZCRK3YX5V3A\u2011KNNYY6JE\u00a0BQCL",
    ],
)
def test_a_recovery_code_is_brought_into_its_one_form(typed):
    """Upper case, without the blanks and dashes of the paper it was kept on; and it stays hidden."""
    found = recovery_code(typed)
    assert (RECOVERY, Secret) == (found, type(found))


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "123456",
        RECOVERY[:-1],
        RECOVERY + "A",
        RECOVERY[:-1] + "!",
        RECOVERY[:-1] + "\u0663",
        5,
        b"x",
        [RECOVERY],
    ],
)
def test_what_cannot_be_a_recovery_code_is_refused(typed):
    """No attempt is spent, and the message does not show it."""
    with pytest.raises(BadInput, match=r"24 letters and digits.*nothing was sent") as caught:
        recovery_code(typed)
    assert "MZCR" not in str(caught.value)


@settings(derandomize=True, database=None, deadline=None)
@given(st.text())
def test_any_text_is_a_plain_recovery_code_or_refused(typed):
    """There is nothing in between."""
    try:
        found = recovery_code(typed)
    except BadInput:
        return
    assert (24, True, found.upper()) == (len(found), found.isascii(), found)


@pytest.mark.parametrize("typed", ["ada@example.com", "  ada@example.com\n"])
def test_an_address_loses_the_blanks_around_it(typed):
    """Nothing else is changed: names may be case-sensitive."""
    assert "ada@example.com" == email(typed)


@pytest.mark.parametrize("typed", ["Ada+mfa@Example.co.uk", "ADA@X.ORG", '"a@b"@example.com', "ä@exämple.de"])
def test_what_may_be_an_address_passes(typed):
    """Auth0 judges the rest."""
    assert typed == email(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@localhost",
        "ada@.com",
        "ada@com.",
        "ada@b.c@localhost",
        "a da@example.com",
        None,
        5,
    ],
)
def test_what_cannot_be_an_address_is_refused(typed):
    """Nothing is sent, and the message does not show it."""
    with pytest.raises(BadInput, match="nothing was sent") as caught:
        email(typed)
    assert not typed or str(typed) not in str(caught.value).replace("ada@example.com", "")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("user@example.com", "****@exam*******"),
        ("dlozabcdefgh@gmail.com", "dloz********@gmai*****"),
        ("abcde@b.io", "abcd*@b.io"),
        ("a@gmx.de", "*@gmx.**"),
    ],
)
def test_an_address_is_masked_as_auth0_masks_it(address, shown):
    """A name of up to four letters is hidden whole; the length stays."""
    assert shown == masked_email(address)
