"""The floor: a plane that mirrors what stands on it, and pools of light that lie on it."""

from functools import lru_cache
from math import hypot, isfinite
from operator import sub
from typing import Any

import cairo
import numpy as np
from manim import BLACK, ORIGIN, WHITE, Dot, Square

from manim_drumkit.scene.depth import DECIMALS
from manim_drumkit.scene.shading import (
    GLOW_STEP,
    MOST_GLOW_PIXELS,
    Bands,
    Color,
    mix,
    paint_ball,
    paint_bands,
    soft_disc,
)

POOL_PIXELS = 192
"""The radius of the picture of a pool, which is stretched to where it lies."""
REFLECTION_STEPS = 12
"""How many shades a reflected ball may have: few enough to be kept."""
PIECE_CONTRAST, PIECE_PIXELS = 0.06, 8
"""How much colour and length is in one piece of a reflected rod, which is painted in pieces: eight
of them take half as long as a gradient."""


class Floor(Square):  # type: ignore[misc]  # manim is untyped for us
    """A level floor that mirrors the solids above it, like dark glass.

    The reflection fades with the distance from the floor, into the colour of the floor, or of the
    background where the floor is not filled, or into nothing if that is clear. It needs
    ``SolidCamera``.

    Args:
        height: the z of the floor.
        size: its length and width.
        reflect: how bright a reflection is at the floor, from 0 to 1.
        fade: the height above the floor, in units, whose reflection is gone.
    """

    def __init__(
        self,
        height: float = 0.0,
        *,
        size: float = 40.0,
        reflect: float = 0.35,
        fade: float = 3.0,
        color: Any = BLACK,
        **kwargs: Any,
    ) -> None:
        super().__init__(size, color=color, **{"stroke_width": 0, "fill_opacity": 0} | kwargs)
        self.shift([0, 0, height])
        self.reflect, self.fade = reflect, fade
        if hasattr(self, "set_shade_in_3d"):
            self.set_shade_in_3d(True)

    def paint_on(self, camera: Any, layout: Any, ctx: Any) -> None:
        """Paint it for :class:`~manim_drumkit.scene.camera.SolidCamera`."""
        red, green, blue, alpha = self.fill_rgbas[0].tolist()
        if alpha:
            camera.set_cairo_context_path(ctx, self)
            ctx.set_source_rgba(blue, green, red, alpha)  # manim's pixels are BGRA
            ctx.fill()
        above = camera.get_rotation_matrix()[2][2] > 0
        if self.reflect > 0 and above and len(layout.solids):
            self._paint_reflections(layout, ctx, self._glass(camera))

    def _glass(self, camera: Any) -> tuple[float, float, float] | None:
        """Return the colour into which reflections fade; ``None`` if there is nothing behind."""
        *glass, alpha = self.fill_rgbas[0].tolist()
        if alpha < 1 and camera.background_opacity < 1:
            return None
        behind = camera.background_pixel
        if alpha < 1:
            under = camera.background_color.to_rgb() if behind is None else behind[:3] / 255
            glass = (alpha * np.array(glass) + (1 - alpha) * under).tolist()
        red, green, blue = glass
        return red, green, blue

    def _paint_reflections(
        self, layout: Any, ctx: Any, glass: tuple[float, float, float] | None
    ) -> None:
        z = float(self.points[0, 2])
        heights = layout.marks[:, :2, 2] - z
        radii = layout.radii
        # What lies in the floor is its own reflection; what is far above it has none.
        seen = (heights.min(axis=1) > -radii) & (heights.max(axis=1) > radii)
        seen &= heights.min(axis=1) < self.fade
        which = np.flatnonzero(seen)
        if not len(which):
            return
        marks = layout.marks[which, :2] * (1, 1, -1) + (0, 0, 2 * z)
        heights = heights[which]
        too_high = np.maximum(heights - self.fade, 0) / (np.ptp(heights, axis=1)[:, None] + 1e-9)
        marks += np.minimum(too_high, 1)[..., None] * (marks[:, ::-1] - marks)
        strokes = layout.strokes(marks, radii[which])
        bright = self.reflect * np.clip(1 - heights / self.fade, 0, 1) ** 1.5
        scale = layout.pixels_per_unit
        order = np.argsort(np.round(strokes.nearness.mean(axis=1), DECIMALS), kind="stable")
        if glass is None:
            ctx.push_group()
        ends, radii, is_ball = strokes.ends.tolist(), strokes.radii.tolist(), layout.is_ball[which]
        colors, shades_of = list(map(tuple, layout.rgba[which].tolist())), bright.tolist()
        for i in order.tolist():
            color, shades = colors[i], shades_of[i]
            ((x, y), far), (radius, far_radius) = ends[i], radii[i]
            if not isfinite(x + y + sum(far) + radius + far_radius):
                continue
            if is_ball[i]:
                step = round(shades[0] * REFLECTION_STEPS) / REFLECTION_STEPS
                if glass is None:
                    _paint_clear_ball(ctx, (x, y, radius), color, step)
                else:
                    paint_ball(ctx, x, y, radius, color, (*glass, 1 - step))
            elif glass is None:
                _paint_clear_strip(ctx, (x, y, radius), (*far, far_radius), color, shades)
            else:
                tints = [mix(glass, color, shade) for shade in shades]
                pieces = _pieces((x, y, radius), (*far, far_radius), tints, scale)
                paint_bands(ctx, pieces, color[3])
        if glass is None:
            ctx.pop_group_to_source()
            ctx.paint()


def _paint_clear_ball(ctx: Any, ball: Any, color: Color, shade: float) -> None:
    """Paint a ball that hides what is behind it, but is itself clear: ``shade`` of it is there.

    Args:
        ctx: a group of its own.
        ball: ``x, y, radius``.
        color: of the ball.
        shade: from 0 to 1.
    """
    (x, y, radius), (red, green, blue, alpha) = ball, color
    ctx.set_operator(cairo.OPERATOR_DEST_OUT)
    paint_ball(ctx, x, y, radius, color)
    ctx.set_operator(cairo.OPERATOR_ADD)
    paint_ball(ctx, x, y, radius, (red, green, blue, alpha * shade))


def _paint_clear_strip(ctx: Any, start: Any, end: Any, color: Color, shades: Any) -> None:
    """Paint a strip that hides what is behind it, but is itself clear, as the shades say.

    Args:
        ctx: a group of its own.
        start: where it begins, and half its thickness there: ``x, y, radius``.
        end: the same of its other end.
        color: of the strip.
        shades: how much of it is there at both ends, from 0 to 1.
    """
    red, green, blue, alpha = color
    light = cairo.LinearGradient(*start[:2], *end[:2])
    for offset, shade in enumerate(shades):
        light.add_color_stop_rgba(offset, blue, green, red, alpha * shade)  # manim's are BGRA
    (outline,), _ = _pieces(start, end, (color, color), 1.0)
    ctx.new_path()
    for x, y in zip(outline[::2], outline[1::2], strict=True):
        ctx.line_to(x, y)
    ctx.set_source_rgba(0, 0, 0, alpha)
    ctx.set_operator(cairo.OPERATOR_DEST_OUT)
    ctx.fill_preserve()
    ctx.set_source(light)
    ctx.set_operator(cairo.OPERATOR_ADD)
    ctx.fill()


def _pieces(start: Any, end: Any, colors: Any, scale: float) -> Bands:
    """Cut a strip whose colour changes along it into nested pieces of one colour each.

    Args:
        start: where it begins, and half its thickness there: ``x, y, radius``.
        end: the same of its other end.
        colors: the colours at both ends.
        scale: pixels in a unit.
    """
    (x, y, radius), (far_x, far_y, far_radius), (first, last) = start, end, colors
    dx, dy, widening = far_x - x, far_y - y, far_radius - radius
    length = hypot(dx, dy) or 1.0
    contrast = max(map(abs, map(sub, first, last)))
    count = max(1, round(min(contrast / PIECE_CONTRAST, length * scale / PIECE_PIXELS)))
    aside, up = -dy / length, dx / length
    near = [x + radius * aside, y + radius * up, x - radius * aside, y - radius * up]
    outlines, shades = [], []
    for number in range(count):
        share = 1 - number / count
        r, px, py = radius + share * widening, x + share * dx, y + share * dy
        outlines.append([*near, px - r * aside, py - r * up, px + r * aside, py + r * up])
        shades.append([*mix(first, last, share - 0.5 / count)])
    return outlines, shades


class Pool(Dot):  # type: ignore[misc]  # manim is untyped for us
    """A pool of light on the floor: bright in its middle, nothing at its rim.

    ``pool.set_opacity(level)`` sets how bright it is. It lies behind all solids that stand on it.
    """

    def __init__(
        self, center: Any = ORIGIN, *, radius: float = 1.0, color: Any = WHITE, **kwargs: Any
    ) -> None:
        super().__init__(center, radius=radius, color=color, **kwargs)
        if hasattr(self, "set_shade_in_3d"):
            self.set_shade_in_3d(True)

    def paint_on(self, camera: Any, layout: Any, ctx: Any) -> None:
        """Paint it for :class:`~manim_drumkit.scene.camera.SolidCamera`."""
        red, green, blue, alpha = self.fill_rgbas[0].tolist()
        half = len(self.points) // 2
        middle = (self.points[0] + self.points[half]) / 2
        rim = self.points[[0, half // 2]]
        if alpha <= 0:
            return
        seen = camera.project_points(np.array([middle, *rim]))[:, :2]
        matrix = ctx.get_matrix()
        (x, y), *axes = seen * (matrix.xx, matrix.yy) + (matrix.x0, matrix.y0)
        light = _light_on(np.transpose(axes - np.array([x, y])))
        if light is None:
            return
        ctx.save()
        ctx.identity_matrix()
        ctx.set_source_rgba(blue, green, red, alpha)  # manim's pixels are BGRA
        ctx.mask_surface(light, round(x) - light.get_width() / 2, round(y) - light.get_height() / 2)
        ctx.restore()


def _light_on(radii: Any) -> Any:
    """Return the picture of a pool; ``None`` if it is too small or too large to be painted.

    Args:
        radii: two radii of the circle as they are seen, as columns, in pixels.
    """
    # All pairs of radii at right angles make the same ellipse: take one that stands upright, which
    # is the Cholesky factor of their moments.
    (xx, xy), (_, yy) = radii @ radii.T
    wide = np.sqrt(xx)
    slant = xy / max(wide, 1e-9)
    high = np.sqrt(max(yy - slant**2, 0.0))
    if not (0 < wide < MOST_GLOW_PIXELS and 0 < high < MOST_GLOW_PIXELS):
        return None
    return _soft_ellipse(*(GLOW_STEP * round(each / GLOW_STEP) for each in (wide, slant, high)))


@lru_cache(maxsize=128)
def _soft_ellipse(wide: int, slant: int, high: int) -> Any:
    """Stretch a soft disc, whose radius to the right becomes ``(wide, slant)``, in pixels."""
    size = wide + 1, round(np.hypot(slant, high)) + 1
    picture = cairo.ImageSurface(cairo.FORMAT_A8, 2 * size[0], 2 * size[1])
    if not (wide and high):
        return picture
    disc = cairo.SurfacePattern(soft_disc(POOL_PIXELS))
    disc.set_filter(cairo.FILTER_BILINEAR)  # the usual one takes 20 times as long
    ctx = cairo.Context(picture)
    ctx.transform(cairo.Matrix(wide, slant, 0, high, *size))
    ctx.scale(1 / POOL_PIXELS, 1 / POOL_PIXELS)
    ctx.translate(-POOL_PIXELS, -POOL_PIXELS)
    ctx.mask(disc)
    return picture
