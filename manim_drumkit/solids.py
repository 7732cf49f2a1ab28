"""Solids: lit balls and rods, drawn by manim's own camera as two shapes instead of hundreds.

A manim ``Sphere`` has 288 faces, each a mobject of its own. A ball always looks like a disc
and a rod like a strip, whatever the angle: so :class:`SolidCamera` projects one centre, or
two ends, and paints the light into the shape with a gradient.
"""

from functools import lru_cache
from typing import Any, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import ORIGIN, WHITE, Camera, Dot, Line, ThreeDCamera

Point: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.float64]

LIGHT = (-0.45, 0.55)
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
    def middle(self) -> Point:
        """The centre: halfway between two opposite points of the disc."""
        middle: Point = (self.points[0] + self.points[len(self.points) // 2]) / 2
        return middle

    def points_to_see(self, up: Point) -> Point:
        """Give the points that the camera needs: the middle, and the top as it sees it."""
        middle = self.middle
        radius = np.sqrt(((self.points[0] - middle) ** 2).sum())
        return np.array([middle, middle + radius * up])


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

    @property
    def middle(self) -> Point:
        """The centre."""
        middle: Point = (self.points[0] + self.points[-1]) / 2
        return middle

    def points_to_see(self, up: Point) -> Point:
        """Give the points that the camera needs: both ends, and their sides as it sees them."""
        ends = self.points[[0, -1]]
        return np.concatenate([ends, ends + self.radius * up])

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
    """A three-dimensional camera that paints balls and rods in the order of their depth.

    All solids of a frame are projected at once.
    """

    _places: dict[int, Places]
    """Where the points of the frame's solids are in the picture, by the solid's ``id``."""

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

    def get_mobjects_to_display(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Project all solids, and sort what is in 3D from far to near, as manim does."""
        mobjects = Camera.get_mobjects_to_display(self, *args, **kwargs)
        up = self.get_rotation_matrix()[1]
        solids = [mobject for mobject in mobjects if isinstance(mobject, Ball | Rod)]
        self._places = self._project(solids, [solid.points_to_see(up) for solid in solids])
        toward = self.get_rotation_matrix()[2]
        return sorted(mobjects, key=lambda mobject: _nearness(mobject, toward))

    def display_vectorized(self, vmobject: Any, ctx: Any) -> "SolidCamera":
        """Draw one mobject, with the light on it if it is a solid."""
        if isinstance(vmobject, Ball):
            _paint_ball(ctx, self._places[id(vmobject)], vmobject)
        elif isinstance(vmobject, Rod):
            _paint_rod(ctx, self._places[id(vmobject)], vmobject)
        else:
            super().display_vectorized(vmobject, ctx)
        return self

    def _project(self, solids: list[Any], points: list[Point]) -> dict[int, Places]:
        """Give the places of the solids' points in the picture, in frame units."""
        apart = [i for i, solid in enumerate(solids) if self._is_fixed(solid)]
        plain = [i for i, solid in enumerate(solids) if not self._is_fixed(solid)]
        groups = [[i] for i in apart] + ([plain] if plain else [])
        places: dict[int, Places] = {}
        for group in groups:
            together = np.concatenate([points[i] for i in group])
            seen = self.transform_points_pre_display(solids[group[0]], together)[:, :2]
            # Rounded to a ten-thousandth of a pixel: moving a mobject there and back leaves
            # it off by less, and a frame must not show which frames were drawn before it.
            ends = np.cumsum([len(points[i]) for i in group])[:-1]
            parts = np.split(np.round(seen, 6), ends)
            places |= {id(solids[i]): part for i, part in zip(group, parts, strict=True)}
        return places

    def _is_fixed(self, solid: Any) -> bool:
        return solid in self.fixed_in_frame_mobjects or solid in self.fixed_orientation_mobjects


def _nearness(mobject: Any, toward: Point) -> float:
    """Give the depth that manim sorts by; what is not in 3D is in front of all."""
    if isinstance(mobject, Ball | Rod):
        return float(mobject.middle @ toward)
    if not getattr(mobject, "shade_in_3d", False):
        return np.inf
    return float(mobject.get_z_index_reference_point() @ toward)


def _paint_ball(ctx: Any, places: Places, ball: Ball) -> None:
    (x, y), top = places
    radius = float(np.hypot(top[0] - x, top[1] - y))
    ctx.save()
    ctx.translate(x, y)
    ctx.scale(radius, radius)
    ctx.new_path()
    ctx.arc(0, 0, 1, 0, 2 * np.pi)
    ctx.set_source(_ball_light(*_rgba(ball.fill_rgbas)))
    ctx.fill()
    ctx.restore()


def _paint_rod(ctx: Any, places: Places, rod: Rod) -> None:
    (x, y), end, across_start, across_end = places.tolist()
    along_x, along_y = end[0] - x, end[1] - y
    length = float(np.hypot(along_x, along_y))
    width = float(np.hypot(across_start[0] - x, across_start[1] - y))
    if not length or not width:
        return
    left_x, left_y = -along_y * width / length, along_x * width / length
    if left_x * LIGHT[0] + left_y * LIGHT[1] < 0:
        left_x, left_y = -left_x, -left_y  # the lit side is the one with the highlight
    taper = float(np.hypot(across_end[0] - end[0], across_end[1] - end[1])) / width
    ctx.save()
    ctx.transform(cairo.Matrix(along_x, along_y, left_x, left_y, x, y))
    ctx.new_path()
    for corner in ((0, 1), (1, taper), (1, -taper), (0, -1)):
        ctx.line_to(*corner)
    ctx.close_path()
    ctx.set_source(_rod_light(*_rgba(rod.stroke_rgbas)))
    ctx.fill()
    ctx.restore()


@lru_cache(maxsize=1024)
def _ball_light(red: float, green: float, blue: float, alpha: float) -> Any:
    """Make the gradient on a ball of radius 1 at the origin."""
    light = cairo.RadialGradient(LIGHT[0], LIGHT[1], 0, 0, 0, 1)
    return _shaded(light, (red, green, blue), alpha, BALL_SHADES)


@lru_cache(maxsize=1024)
def _rod_light(red: float, green: float, blue: float, alpha: float) -> Any:
    """Make the gradient across a rod of radius 1 along the x axis."""
    light = cairo.LinearGradient(0, -1, 0, 1)
    return _shaded(light, (red, green, blue), alpha, ROD_SHADES)


def _shaded(
    gradient: Any,
    rgb: tuple[float, float, float],
    alpha: float,
    shades: tuple[tuple[float, float], ...],
) -> Any:
    color = np.array(rgb)
    for offset, light in shades:
        shade = color + (1 - color) * light if light > 0 else color * (1 + light)
        gradient.add_color_stop_rgba(offset, *shade[::-1], alpha)  # manim's pixels are BGRA
    return gradient


def _rgba(rgbas: Any) -> tuple[float, float, float, float]:
    red, green, blue, alpha = rgbas[0].tolist()
    return red, green, blue, alpha


def _sort_by_depth(mobject: Any) -> None:
    if hasattr(mobject, "set_shade_in_3d"):
        mobject.set_shade_in_3d(True)
