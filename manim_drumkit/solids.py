"""Solids: lit balls and rods, drawn by manim's own camera as two shapes instead of hundreds.

A manim ``Sphere`` has 288 faces, each a mobject of its own. A ball always looks like a disc
and a rod like a strip, whatever the angle: so :class:`SolidCamera` projects one centre, or
two ends, and paints the light into the shape with a gradient.
"""

from typing import Any

import cairo
import numpy as np
import numpy.typing as npt
from manim import ORIGIN, WHITE, Dot, Line, ManimColor, ThreeDCamera

Point = npt.NDArray[np.float64]

LIGHT = np.array([-0.45, 0.55])
"""Where the light falls on a ball, in radii to the right and up of its middle."""

BALL_SHADES = ((0.0, 0.75), (0.35, 0.15), (0.75, -0.35), (1.0, -0.75))
ROD_SHADES = ((0.0, -0.75), (0.35, -0.1), (0.6, 0.45), (0.8, 0.0), (1.0, -0.6))
"""How far a colour goes to white (above 0) or black (below) across the shape."""


class Ball(Dot):  # type: ignore[misc]  # manim is untyped for us
    """A lit ball; moves, scales and takes colours as any mobject does.

    Without a :class:`SolidCamera` (with ``--renderer=opengl``, say) it is a flat disc.
    """

    def __init__(
        self, center: Any = ORIGIN, *, radius: float = 0.12, color: Any = WHITE, **kwargs: Any
    ) -> None:
        super().__init__(center, radius=radius, color=color, **kwargs)
        _sort_by_depth(self)

    @property
    def drawn_radius(self) -> float:
        """The radius after all scaling, in scene units."""
        return float(np.linalg.norm(self.points[0] - self.get_center()))


class Rod(Line):  # type: ignore[misc]  # manim is untyped for us
    """A lit rod between two points; ``put_start_and_end_on`` moves it.

    Without a :class:`SolidCamera` (with ``--renderer=opengl``, say) it is a thin line.
    """

    def __init__(
        self, start: Any, end: Any, *, radius: float = 0.05, color: Any = WHITE, **kwargs: Any
    ) -> None:
        self.radius = radius
        super().__init__(start, end, color=color, **kwargs)
        _sort_by_depth(self)

    def put_start_and_end_on(self, start: Any, end: Any) -> "Rod":
        """Move the rod between two points; its thickness stays."""
        self.set_points_as_corners([start, end])
        return self

    def scale(self, scale_factor: float, **kwargs: Any) -> "Rod":
        """Scale the rod, its thickness too."""
        self.radius *= abs(scale_factor)
        super().scale(scale_factor, **kwargs)
        return self


class SolidCamera(ThreeDCamera):  # type: ignore[misc]  # manim is untyped for us
    """A three-dimensional camera that paints balls and rods in the order of their depth."""

    def get_cairo_context(self, pixel_array: Any) -> Any:
        """Give the context to draw with, its middle the middle of the picture.

        Manim moves it by the ``frame_center`` of the first frame that it draws, which the
        projection has subtracted already, so every frame would depend on which one is first.
        """
        cached = self.get_cached_cairo_context(pixel_array)
        if cached:
            return cached
        ctx = super().get_cairo_context(pixel_array)
        width, height = self.pixel_width, self.pixel_height
        x, y = width / self.frame_width, -height / self.frame_height
        ctx.set_matrix(cairo.Matrix(x, 0, 0, y, width / 2, height / 2))
        return ctx

    def display_vectorized(self, vmobject: Any, ctx: Any) -> "SolidCamera":
        """Draw one mobject, with the light on it if it is a solid."""
        if isinstance(vmobject, Ball):
            self._display_ball(vmobject, ctx)
        elif isinstance(vmobject, Rod):
            self._display_rod(vmobject, ctx)
        else:
            super().display_vectorized(vmobject, ctx)
        return self

    def _display_ball(self, ball: Ball, ctx: Any) -> None:
        center = ball.get_center()
        (middle, top) = self._project(ball, center, center + ball.drawn_radius * self._up())
        radius = float(np.hypot(*(top - middle)))
        spot = middle + radius * LIGHT
        light = cairo.RadialGradient(spot[0], spot[1], 0, middle[0], middle[1], radius)
        _add_shades(light, ball, BALL_SHADES)
        ctx.new_path()
        ctx.arc(*middle, radius, 0, 2 * np.pi)
        ctx.set_source(light)
        ctx.fill()

    def _display_rod(self, rod: Rod, ctx: Any) -> None:
        start, end = rod.get_start(), rod.get_end()
        across = rod.radius * self._up()
        ends = self._project(rod, start, end, start + across, end + across)
        widths = np.hypot(*(ends[2:] - ends[:2]).T)[:, None]
        along = ends[1] - ends[0]
        length = np.hypot(*along)
        if length == 0:
            return
        left = np.array([-along[1], along[0]]) / length
        if left @ LIGHT < 0:
            left = -left  # the lit side is the one with the highlight
        sides = ends[:2] + left * widths, ends[:2] - left * widths
        light = cairo.LinearGradient(*(ends[0] - left * widths[0]), *(ends[0] + left * widths[0]))
        _add_shades(light, rod, ROD_SHADES)
        ctx.new_path()
        for corner in (sides[0][0], sides[0][1], sides[1][1], sides[1][0]):
            ctx.line_to(*corner)
        ctx.close_path()
        ctx.set_source(light)
        ctx.fill()

    def _project(self, mobject: Any, *points: Point) -> npt.NDArray[np.float64]:
        """Give the points' places in the picture, ``float64[points, 2]``, in frame units."""
        projected = self.transform_points_pre_display(mobject, np.array(points))
        # Rounded to a ten-thousandth of a pixel: moving a mobject there and back leaves it off
        # by less, and a frame must not show which frames were drawn before it.
        places: npt.NDArray[np.float64] = np.round(projected[:, :2], 6)
        return places

    def _up(self) -> Point:
        up: Point = self.get_rotation_matrix()[1]
        return up


def _sort_by_depth(mobject: Any) -> None:
    if hasattr(mobject, "set_shade_in_3d"):
        mobject.set_shade_in_3d(True)


def _add_shades(gradient: Any, solid: Any, shades: tuple[tuple[float, float], ...]) -> None:
    color: ManimColor = solid.get_color()
    rgb = color.to_rgb()
    opacity = solid.get_fill_opacity() if isinstance(solid, Ball) else solid.get_stroke_opacity()
    for offset, light in shades:
        shade = rgb + (1 - rgb) * light if light > 0 else rgb * (1 + light)
        gradient.add_color_stop_rgba(offset, *shade[::-1], opacity)  # manim's pixels are BGRA
