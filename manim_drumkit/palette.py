"""Themes: the colours of a film, unless the user chooses others."""

import colorsys
from typing import NamedTuple

COLORS = ("#FC6255", "#FF862F", "#F7D96F", "#83C167", "#58C4DD", "#9A72AC", "#FFFFFF")
"""Red, orange, yellow, green, blue, purple and white, as in manim."""


LEAST_CONTRAST = 0.35
"""Of a text to its background, in luma from 0 to 1."""


class Theme(NamedTuple):
    """The colours that go together in a film."""

    background: str
    """``#RRGGBB``."""
    text: str
    colors: tuple[str, ...]
    """Those of the first stems."""
    saturation: float
    value: float
    """Of the colours of all further stems, whose hues are even steps of the wheel."""

    def readable_on(self, background: str) -> "Theme":
        """Return the theme with a text that can be read on a background, ``#RRGGBB``.

        >>> THEMES["dark"].readable_on("#FFFFFF").text
        '#22252B'
        """
        if abs(_luma(self.text) - _luma(background)) >= LEAST_CONTRAST:
            return self
        dark, light = THEMES["light"].text, THEMES["dark"].text
        return self._replace(text=dark if _luma(background) > 0.5 else light)

    def color(self, number: int, count: int) -> str:
        """Return the colour of stem ``number`` of ``count``: the fixed ones, then even hues.

        >>> THEMES["dark"].color(0, 7), THEMES["dark"].color(8, 9)
        ('#FC6255', '#61F2F2')
        """
        fixed = len(self.colors)
        if number < fixed:
            return self.colors[number]
        hue = (number - fixed) / (count - fixed)
        rgb = colorsys.hsv_to_rgb(hue, self.saturation, self.value)
        return "#" + "".join(f"{round(255 * part):02X}" for part in rgb)


THEMES = {
    "dark": Theme("#000000", "#FFFFFF", COLORS, 0.6, 0.95),
    "light": Theme(
        "#F5F2EB",
        "#22252B",
        ("#D93A2B", "#E06C00", "#C79A00", "#4C9A2A", "#1583A8", "#75469B", "#3A3F4A"),
        0.85,
        0.7,
    ),
    # M. Okabe and K. Ito, Color Universal Design, 2008: told apart with any kind of colour vision.
    "okabe-ito": Theme(
        "#000000",
        "#FFFFFF",
        ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
        0.45,
        0.95,
    ),
}
"""The themes by name; the first is used unless the user chooses another."""


def _luma(color: str) -> float:
    """Return how bright a colour looks, 0 to 1, after ITU-R BT.709."""
    red, green, blue = bytes.fromhex(color[1:7])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def default_color(number: int, count: int) -> str:
    """Return the colour of stem ``number`` of ``count`` in the first theme."""
    return THEMES["dark"].color(number, count)
