"""The view: where a camera must be to see all points, as large as there is room."""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from manim import PI
from manim.utils.space_ops import rotation_about_z

from manim_drumkit.scene.frame import Room

Point: TypeAlias = tuple[float, float, float]

ORBIT_STEPS = 24
"""At how many angles an orbit is tried, to see how large the picture may be."""


class View(NamedTuple):
    """What a camera is set to, beside its angles."""

    center: npt.NDArray[np.float64]
    """The point in the middle of the picture."""
    focal_distance: float
    zoom: float


def turn_to(phi: float, theta: float) -> npt.NDArray[np.float64]:
    """Return the matrix, ``float[3, 3]``, that turns the scene as a camera at these angles sees it.

    It is manim's, which takes ten times as long to ask scipy for a rotation.
    """
    cosine, sine = np.cos(phi), np.sin(phi)
    tilt = np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])
    turn: npt.NDArray[np.float64] = tilt @ rotation_about_z(-theta - PI / 2)
    return turn


@lru_cache(maxsize=4)
def fitting_view(
    points: tuple[Point, ...], phi: float, theta: float, room: Room, zoom: float | None = None
) -> View:
    """Return the view that has all points in the middle of the room.

    Args:
        points: in units of the scene.
        phi: the angle from straight above, in radians.
        theta: the angle around the vertical, in radians.
        room: the part of the picture that is free.
        zoom: how large they are shown; by default as large as there is room.
    """
    places = np.array(points)
    low, high = places.min(axis=0), places.max(axis=0)
    center = (low + high) / 2
    # The perspective from a distance of twice the size of what is in the picture.
    focal_distance = max(2 * float(np.linalg.norm(high - low)), 1.0)
    turn = turn_to(phi, theta)
    offset = np.array([room.left + room.right, room.bottom + room.top]) / 2
    chosen = zoom or 1.0
    for _ in range(4):  # near points look larger, so the middle of the picture moves
        x, y, depth = turn @ (places - center).T
        seen = np.array([x, y]) * focal_distance / (focal_distance - depth)
        left_bottom, right_top = seen.min(axis=1), seen.max(axis=1)
        extent = np.maximum(right_top - left_bottom, 1e-6)
        chosen = zoom or float((np.array([room.width, room.height]) / extent).min())
        aside = (left_bottom + right_top) / 2 - offset / chosen
        center = center + turn.T @ [*aside, 0]
    return View(center, focal_distance, chosen)


@lru_cache(maxsize=4)
def orbit_zoom(points: tuple[Point, ...], phi: float, room: Room) -> float:
    """Return how large points may be shown so that they are in the room from all sides."""
    angles = np.linspace(0, 2 * PI, ORBIT_STEPS, endpoint=False).tolist()
    return min(fitting_view(points, phi, angle, room).zoom for angle in angles)
