"""The colours of the stems, unless the user chooses others."""

import colorsys

COLORS = ("#FC6255", "#FF862F", "#F7D96F", "#83C167", "#58C4DD", "#9A72AC", "#FFFFFF")
"""Red, orange, yellow, green, blue, purple and white, as in manim."""


def default_color(number: int, count: int) -> str:
    """Return the colour of stem ``number`` of ``count``: seven fixed ones, then even hues.

    >>> default_color(0, 7), default_color(7, 9), default_color(8, 9)
    ('#FC6255', '#F26161', '#61F2F2')
    """
    if number < len(COLORS):
        return COLORS[number]
    hue = (number - len(COLORS)) / (count - len(COLORS))
    rgb = colorsys.hsv_to_rgb(hue, 0.6, 0.95)
    return "#" + "".join(f"{round(255 * part):02X}" for part in rgb)
