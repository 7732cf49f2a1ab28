import string
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.text import printable

HARMLESS = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs")) | st.sampled_from("\n\t"))


def test_text_for_a_terminal_moves_and_colours_nothing():
    shown = printable("a\x1b[31mb\x07\r\x9b\u202e\udce4c\n\td é🥁")
    assert shown == "a\\x1b[31mb\\x07\\r\\x9b\\u202e\\udce4c\n\td é🥁"


@given(HARMLESS)
def test_harmless_text_is_shown_as_it_is(text):
    assert printable(text) == text


def test_no_sign_controls_a_terminal_and_every_sign_can_be_encoded():
    signs = map(chr, range(sys.maxunicode + 1))
    harmful = [sign for sign in signs if unicodedata.category(sign) in ("Cc", "Cf", "Cs")]
    shown = printable("".join(harmful))
    assert len(harmful) > 2000
    assert set(shown) <= set(string.printable) - set("\r\x0b\x0c")
