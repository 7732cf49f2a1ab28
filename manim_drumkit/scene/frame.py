"""The frame: the shape of the picture, the room in it, its background, title and fade."""

from pathlib import Path
from typing import Any, NamedTuple

import cairo
import numpy as np
from manim import BOLD, DOWN, LEFT, UP, Rectangle
from PIL import Image, ImageOps

from manim_drumkit.scene.labels import Label, text_width

MARGIN = 0.075
"""Room to the edges of the picture, as a share of its shorter side."""
TITLE, SUBTITLE = 0.045, 0.026
"""The cap height of a title and of a subtitle, as a share of the picture's shorter side."""
LINE_GAP = 0.7
"""From the title to the subtitle, and below them, in cap heights of the title."""
LAST = 1e9
"""A z-index that comes after all others."""


class Frame(NamedTuple):
    """The shape of the picture, in manim's units."""

    width: float
    height: float

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width

    @property
    def margin(self) -> float:
        """The room that is usually left to the edges."""
        return MARGIN * min(self)


class Room(NamedTuple):
    """The part of the picture that is free, in manim's units."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """From the left to the right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the bottom to the top."""
        return self.top - self.bottom


class Fade(Rectangle):  # type: ignore[misc]  # manim is untyped for us
    """Covers the whole picture with the background; ``set_opacity`` says how much."""

    def __init__(self, frame: Frame, color: Any) -> None:
        super().__init__(width=frame.width, height=frame.height, stroke_width=0, color=color)
        self.set_fill(opacity=0)
        self.z_index = LAST

    def paint_on(self, camera: Any, layout: Any, ctx: Any) -> None:
        """Paint it for :class:`~manim_drumkit.scene.camera.SolidCamera`; a clear picture clears."""
        red, green, blue, alpha = self.fill_rgbas[0].tolist()
        if alpha <= 0:
            return
        ctx.save()
        if camera.background_opacity < 1:
            ctx.set_operator(cairo.OPERATOR_DEST_OUT)
        ctx.set_source_rgba(blue, green, red, alpha)  # manim's pixels are BGRA
        ctx.paint()
        ctx.restore()


def headings(frame: Frame, title: str, subtitle: str, color: Any) -> list[Label]:
    """Return the title and the subtitle, in the upper left corner, as wide as there is room."""
    lines, top = [], frame.height / 2 - frame.margin
    room = frame.width - 2 * frame.margin
    for text, share, weight, opacity in (
        (title, TITLE, BOLD, 1.0),
        (subtitle, SUBTITLE, "NORMAL", 0.65),
    ):
        if not text.strip():
            continue
        height = min(share * min(frame), room / max(text_width(text, weight), 1e-9))
        line = Label(text, height=height, color=color, weight=weight).set_opacity(opacity)
        line.move_to([-frame.width / 2 + frame.margin, top, 0], aligned_edge=UP + LEFT)
        top = line.get_edge_center(DOWN)[1] - LINE_GAP * TITLE * min(frame) / 2
        lines.append(line)
    return lines


def free_room(frame: Frame, lines: list[Label], margin: float | None = None) -> Room:
    """Return the part of the picture within the margins and below the headings."""
    edge = frame.margin if margin is None else margin
    top = frame.height / 2 - edge
    if lines:
        top = min(top, lines[-1].get_edge_center(DOWN)[1] - LINE_GAP * TITLE * min(frame))
    return Room(edge - frame.width / 2, frame.width / 2 - edge, edge - frame.height / 2, top)


def image_background(path: Path, width: int, height: int) -> Any:
    """Return an image that fills the picture, cut at its sides, ``uint8[height, width, 4]``."""
    with Image.open(path) as image:
        whole = image.convert("RGBA")
    return np.array(ImageOps.fit(whole, (width, height), Image.Resampling.LANCZOS))


def fade_opacity(frame: int, total: int, fps: float, seconds: float) -> float:
    """Return how much of the picture is covered while a film fades in or out, 0 to 1.

    In a short film each fade takes at most half of it.
    """
    seconds = min(seconds, total / fps / 2)
    if seconds <= 0:
        return 0.0
    from_end = min(frame + 1, total - frame) / fps
    return max(0.0, 1 - from_end / seconds)
