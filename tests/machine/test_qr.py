"""QR codes as pictures and as text."""

import sys
import xml.etree.ElementTree as ET

import pytest
from replies import BARCODE

from mfa_flow.errors import BadInput, MissingExtra
from mfa_flow.machine.qr import draw_qr

KINDS = ["svg", "png", "text"]


def test_svg_is_an_element_to_put_into_a_page():
    """One ``svg`` element, without a declaration before it."""
    svg = draw_qr(BARCODE, "svg")
    assert svg.startswith("<svg")
    assert "svg" == ET.fromstring(svg).tag.rpartition("}")[2]


def test_svg_scales():
    """It has a size of its own, and a box that whatever size a page gives it is filled from."""
    svg = ET.fromstring(draw_qr(BARCODE, "svg"))
    size = svg.get("width").removesuffix("px")
    assert f"0 0 {size} {size}" == svg.get("viewBox")


def test_png_is_a_picture_as_bytes():
    """It begins and ends as the format says, and is square."""
    png = draw_qr(BARCODE, "png")
    assert b"\x89PNG\r\n\x1a\n" == png[:8]
    assert b"IEND" == png[-8:-4]
    assert png[16:20] == png[20:24]


def test_text_is_drawn_for_a_terminal():
    """Several lines, none of them what was encoded."""
    text = draw_qr(BARCODE, "text")
    assert str is type(text)
    assert 10 < len(text.splitlines())
    assert "otpauth" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_code(kind):
    """And another content another one."""
    assert draw_qr(BARCODE, kind) == draw_qr(BARCODE, kind)
    assert draw_qr(BARCODE, kind) != draw_qr(BARCODE.replace("user", "uzer"), kind)


@pytest.mark.parametrize("kind", ["", "SVG", "jpeg", "ascii"])
def test_another_kind_is_refused(kind):
    """The message names the kinds there are."""
    with pytest.raises(BadInput, match="svg, png, text"):
        draw_qr(BARCODE, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_extra_the_message_is_the_command(kind, monkeypatch):
    """It is an ImportError for those who look for one, and names neither our modules nor the content."""
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingExtra, match=r"'segno'.*pip install 'mfa_flow\[qr\]'") as caught:
        draw_qr(BARCODE, kind)
    assert isinstance(caught.value, ImportError)
    assert "otpauth" not in str(caught.value)


@pytest.mark.parametrize("content", ["x" * 8000, "\ud800"])
def test_what_fits_no_qr_code(content):
    """It is refused kindly: the text can still be shown."""
    with pytest.raises(BadInput, match="QR"):
        draw_qr(content, "svg")


def test_the_drawings_are_as_large_as_they_should_be():
    """33 modules are enough for 70 letters; a quiet zone of two; four, eight or half a line each."""
    svg, png, text = (draw_qr("x" * 70, kind) for kind in KINDS)
    size = 33 + 2 * 2
    assert f'width="{size * 4}px" height="{size * 4}px"' in svg
    assert 'fill="#fff"' in svg
    assert not svg.endswith("\n")
    assert size * 8 == int.from_bytes(png[16:20], "big")
    assert (size + 1) // 2 == len(text.splitlines())


def test_what_does_not_fit_is_told():
    """Then there is the text, says the message, letter for letter."""
    with pytest.raises(BadInput, match=r"^this does not fit into a QR code: show it as text$"):
        draw_qr("x" * 5000, "svg")
