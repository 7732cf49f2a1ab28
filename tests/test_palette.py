import re

import pytest
from manim import BLUE, GREEN, ORANGE, PURPLE, RED, WHITE, YELLOW

from manim_drumkit.palette import COLORS, default_color


def test_the_first_colours_are_those_of_manim():
    theirs = (RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE, WHITE)
    assert tuple(color.to_hex() for color in theirs) == COLORS


@pytest.mark.parametrize("count", [1, 7, 8, 40, 200])
def test_every_stem_has_a_colour_of_its_own(count):
    colors = [default_color(number, count) for number in range(count)]
    assert len(set(colors)) == count
    assert all(re.fullmatch("#[0-9A-F]{6}", color) for color in colors)


def test_the_first_stems_keep_their_colours_however_many_follow():
    assert [default_color(number, 200) for number in range(7)] == list(COLORS)
