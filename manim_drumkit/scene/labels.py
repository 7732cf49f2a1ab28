"""Labels: a line of text that faces the camera, at the same size wherever it stands."""

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import NORMAL, WHITE, Text, VMobject
from manim.mobject.opengl.opengl_compatibility import ConvertToOpenGL

from manim_drumkit.scene.depth import DECIMALS

Floats: TypeAlias = npt.NDArray[np.float64]

FONT = "Sans"
DESCENT = 0.35
"""How far a line reaches below its baseline, and as far above its capitals, in cap heights."""
SHORTEN_BELOW = 0.6
"""Labels are cut short rather than all be so much smaller than the usual one allows."""
FEWEST_CAPS = 4.0
"""Room for fewer cap heights than this says nothing: labels are left out."""
END_POINTS = 12
"""The last points of a label are so many at the lower end of its box, and as many at the upper."""
MASK_STEPS = 4
"""Kept masks have positions in this many steps per pixel."""


class Label(VMobject, metaclass=ConvertToOpenGL):  # type: ignore[misc, metaclass]  # untyped
    """A line of text, whose letters are one shape.

    Its capitals are ``height`` units high. Its box is as high for every text, so that lines that
    stand beside each other share a baseline. Pass it to ``add_fixed_orientation_mobjects`` to let
    it face the camera; :meth:`manim_drumkit.DrumScene.label` does.
    """

    def __init__(
        self, text: str, *, height: float = 0.3, color: Any = WHITE, weight: str = NORMAL
    ) -> None:
        super().__init__(stroke_width=0, fill_opacity=1, color=color)
        self.points = height * _letters(text, weight)

    def paint_on(self, camera: Any, layout: Any, ctx: Any) -> None:
        """Paint it for :class:`~manim_drumkit.scene.camera.SolidCamera`: from a kept mask."""
        if not len(self.points):
            return
        center = middle = (self.points[-2 * END_POINTS] + self.points[-1]) / 2
        if self not in camera.fixed_in_frame_mobjects:
            middle = camera.project_point(center)
        matrix = ctx.get_matrix()
        x, y = matrix.transform_point(*middle[:2].tolist())
        if not isfinite(x + y):
            return
        (left, dx), (top, dy) = (divmod(round(v * MASK_STEPS), MASK_STEPS) for v in (x, y))
        shape = np.round(self.points[:, :2] - center[:2], DECIMALS)
        mask, corner = _mask(shape.tobytes(), matrix.xx, matrix.yy, dx, dy)
        red, green, blue, alpha = self.fill_rgbas[0].tolist()
        ctx.save()
        ctx.identity_matrix()
        ctx.set_source_rgba(blue, green, red, alpha)  # manim's pixels are BGRA
        ctx.mask_surface(mask, left + corner[0], top + corner[1])
        ctx.restore()


def fitted(
    texts: Sequence[str], width: float, wanted: float, smallest: float
) -> tuple[list[str], float]:
    """Find a height at which texts fit beside each other; cut short those few that are too long.

    Args:
        texts: the texts.
        width: the room for each.
        wanted: the cap height if there is room.
        smallest: the cap height below which none is shown.

    Returns:
        The texts, all empty if there is no room, and their cap height.
    """
    widths = sorted(map(text_width, texts))
    usual = widths[len(widths) // 2]
    high = min(wanted, width / max(widths[-1], 1e-9))
    if high < max(smallest, SHORTEN_BELOW * min(wanted, width / max(usual, 1e-9))):
        high = max(smallest, min(wanted, width / max(usual, 1e-9)))
    room = width / high
    if wanted < smallest or room < min(FEWEST_CAPS, widths[-1]):
        return [""] * len(texts), wanted
    return [_cut(text, room) for text in texts], high


def _cut(text: str, room: float) -> str:
    """Return as much of a text as there is room for, in cap heights."""
    if text_width(text) <= room * (1 + 1e-9):
        return text
    kept = next((n for n in range(len(text) - 1, 0, -1) if text_width(f"{text[:n]}…") <= room), 0)
    return f"{text[:kept].rstrip()}…" if kept else ""


def text_width(text: str, weight: str = NORMAL) -> float:
    """Return how wide a text is, in cap heights."""
    letters = _letters(text, weight)
    return float(np.ptp(letters[:, 0])) if len(letters) else 0.0


@lru_cache(maxsize=2048)
def _mask(shape: bytes, across: float, down: float, dx: int, dy: int) -> tuple[Any, Any]:
    """Paint a shape around a point that is ``dx`` and ``dy`` steps off a pixel's corner.

    Args:
        shape: the points, ``float[points, 2]``, in units.
        across: pixels in a unit.
        down: pixels in a unit, downwards.
        dx: how far to the right, in steps.
        dy: how far down, in steps.

    Returns:
        The mask, and the place of its upper left corner from that pixel, in pixels.
    """
    points = np.frombuffer(shape).reshape(-1, 2) * (across, down)
    points = points + np.array([dx, dy]) / MASK_STEPS
    low, high = np.floor(points.min(axis=0)) - 1, np.ceil(points.max(axis=0)) + 1
    (width, height), (left, top) = (high - low).astype(int).tolist(), low.astype(int).tolist()
    mask = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    ctx = cairo.Context(mask)
    ctx.translate(-left, -top)
    end = None
    for p0, p1, p2, p3 in points.reshape(-1, 4, 2).tolist():
        if p0 != end:
            ctx.move_to(*p0)
        ctx.curve_to(*p1, *p2, *p3)
        end = p3
    ctx.fill()
    return mask, (left, top)


@lru_cache(maxsize=256)
def _letters(text: str, weight: str) -> Floats:
    """Return the outline of a text, ``float[points, 3]``, with capitals of height 1.

    The middle of the capitals is at y = 0, and the text is centred around x = 0.
    """
    drawn = Text(f"H{text}", font=FONT, weight=weight, warn_missing_font=False)
    capital, *rest = drawn.submobjects or [VMobject()]
    letters = [each.points for each in rest if len(each.points)]
    if not letters or not len(capital.points):
        return np.zeros((0, 3))
    low, high = capital.points[:, 1].min(), capital.points[:, 1].max()
    points = np.concatenate(letters)
    left, right = points[:, 0].min(), points[:, 0].max()
    points = (points - [(left + right) / 2, (low + high) / 2, 0]) / (high - low)
    ends = np.array([[0.0, sign * (0.5 + DESCENT), 0.0] for sign in (-1, 1)])
    return np.concatenate([points, ends.repeat(END_POINTS, axis=0)])
