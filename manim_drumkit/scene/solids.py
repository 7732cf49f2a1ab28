"""Solids: lit balls and rods, and the wire pyramids made of them, as mobjects.

A manim ``Sphere`` has 288 faces, each of them a mobject. A ball looks like a disc from every angle,
and a rod like a strip, so a disc and a line are enough:
:class:`~manim_drumkit.scene.camera.SolidCamera` shades them. Other cameras, and
``--renderer=opengl``, draw flat discs and thick lines.
"""

import math
from operator import sub
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from manim import ORIGIN, WHITE, Dot, Line, VGroup

Point: TypeAlias = npt.NDArray[np.float64]
Coordinates: TypeAlias = list[float]
"""The x, y and z of a point."""

AROUND = np.array([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
"""The corners of a square, one after the other."""

UPRIGHT = 1e-6
"""A rod that leans by so little is upright."""

STROKE_UNITS = 100
"""The units of manim's stroke width in one unit of length."""


class Ball(Dot):  # type: ignore[misc]  # manim is untyped for us
    """A lit ball; ``ball.glow = 0.8`` lets light shine around it, from 0 to 1."""

    def __init__(
        self,
        center: Any = ORIGIN,
        *,
        radius: float = 0.12,
        color: Any = WHITE,
        glow: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(center, radius=radius, color=color, **kwargs)
        self.glow = glow
        _sort_by_depth(self)

    @property
    def middle(self) -> Point:
        """The centre: halfway between two opposite points of the disc."""
        return np.array(self._middle())

    def _middle(self) -> Coordinates:
        """Return the centre as numbers: numpy takes longer for three of them."""
        points = self.points
        (x, y, z), (u, v, w) = points[0].tolist(), points[len(points) // 2].tolist()
        return [(x + u) / 2, (y + v) / 2, (z + w) / 2]


class Rod(Line):  # type: ignore[misc]  # manim is untyped for us
    """A lit rod between two points; :meth:`put_start_and_end_on` moves it.

    The handles of its line are offset by the radius, so what moves, turns or scales its points
    applies to its thickness, too, also in groups and animations.
    """

    def __init__(
        self, start: Any, end: Any, *, radius: float = 0.05, color: Any = WHITE, **kwargs: Any
    ) -> None:
        width = 2 * radius * STROKE_UNITS
        super().__init__(start, end, color=color, **{"stroke_width": width} | kwargs)
        _sort_by_depth(self)
        if _is_cairo(self):
            self.points = _rod_points(self.start.tolist(), self.end.tolist(), radius)

    @property
    def radius(self) -> float:
        """Half the thickness."""
        (x, y, z), (u, v, w) = self.points[:2].tolist()
        return math.sqrt((u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2)

    def put_start_and_end_on(self, start: Any, end: Any) -> "Rod":
        """Move the rod between two points, and keep its thickness."""
        first, second = (np.asarray(point, dtype=float).tolist() for point in (start, end))
        return self._join(first, second)

    def _join(self, start: Coordinates, end: Coordinates) -> "Rod":
        if _is_cairo(self):
            self.points = _rod_points(start, end, self.radius)
        else:
            self.set_points_as_corners([start, end])
        return self


class Pyramid(VGroup):  # type: ignore[misc]  # manim is untyped for us
    """A wire pyramid: four corners and a top as balls, joined by eight rods.

    The top is at the centre of the base, plus the level times the normal of the base: the cross
    product of two sides.
    """

    def __init__(
        self,
        center: Any = ORIGIN,
        *,
        side: float = 2.0,
        level: float = 0.0,
        color: Any = WHITE,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        center = np.asarray(center, dtype=float)
        around = center + side / 2 * AROUND
        rod = {"radius": 0.035 * side, "color": color}
        ball = {"radius": 0.1 * side, "color": color}
        sides = zip(around, np.roll(around, -1, axis=0), strict=True)
        self.base = VGroup(*(Rod(p, q, **rod) for p, q in sides))
        self.edges = VGroup(*(Rod(p, center, **rod) for p in around))
        self.corners = VGroup(*(Ball(p, **ball) for p in around))
        self.top = Ball(center, **ball)
        self.add(self.base, self.edges, self.corners, self.top)
        self.set_level(level)

    def place(self, spot: Any, *, angle: float = 0.0) -> "Pyramid":
        """Stand the pyramid on a spot, whatever it did before.

        Args:
            spot: the centre of its base, which is level.
            angle: how far it is turned around the vertical, in radians.
        """
        first, second, *_ = (corner.middle for corner in self.corners)
        side = float(np.linalg.norm(second - first))
        (x, y), z = np.array([np.cos(angle), np.sin(angle)]), 0.0
        turn = np.array([[x, y, z], [-y, x, z], [z, z, 1.0]])
        around = np.asarray(spot, dtype=float) + side / 2 * AROUND @ turn
        for corner, place in zip(self.corners, around, strict=True):
            corner.points += place - corner.middle
        for rod, start, end in zip(self.base, around, np.roll(around, -1, axis=0), strict=True):
            rod.put_start_and_end_on(start, end)
        return self.set_level(self.level)

    def set_level(self, level: float) -> "Pyramid":
        """Raise the top to a level from 0, which is flat, to 1; the base stays."""
        self.level = level
        places = [corner._middle() for corner in self.corners.submobjects]
        apex = _above(places, float(level))
        self.top.points += np.array(apex) - self.top.middle
        for place, edge in zip(places, self.edges.submobjects, strict=True):
            edge._join(place, apex)
        return self


def _above(corners: list[Coordinates], level: float) -> Coordinates:
    """Return the centre of four corners, plus the level times the normal of two sides."""
    a, b, c, d = corners
    x, y, z = map(sub, b, a)
    u, v, w = map(sub, d, a)
    normal = y * w - z * v, z * u - x * w, x * v - y * u
    return [
        (p + q + r + s) / 4 + level * up for p, q, r, s, up in zip(a, b, c, d, normal, strict=True)
    ]


def _rod_points(start: Coordinates, end: Coordinates, radius: float) -> Point:
    """Return the points of a line whose handles are offset from its ends by the radius."""
    (a, b, c), (d, e, f) = start, end
    x, y = d - a, e - b
    if math.hypot(x, y) <= UPRIGHT * abs(f - c):
        x, y = 1.0, 0.0
    thick = radius / math.hypot(x, y)
    # At right angles to the rod and the vertical; along y if the rod is upright.
    across, along = -y * thick, x * thick
    return np.array([[a, b, c], [a + across, b + along, c], [d + across, e + along, f], [d, e, f]])


def _is_cairo(mobject: Any) -> bool:
    return hasattr(mobject, "set_shade_in_3d")


def _sort_by_depth(mobject: Any) -> None:
    if _is_cairo(mobject):
        mobject.set_shade_in_3d(True)
