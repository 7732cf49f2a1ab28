"""Depth: the order, from far to near, of all mobjects of a frame.

Manim sorts by the middles of mobjects. The middle of a floor may be nearer than what stands on its
far half, so flat mobjects in 3D also part the others: whatever is on the viewer's side of a plane
cannot be hidden by what is in it or behind it (as in binary space partitioning: H. Fuchs,
Z. M. Kedem and B. F. Naylor, On Visible Surface Generation by A Priori Tree Structures, 1980).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.intp]

DECIMALS = 6
"""Depths are rounded to this many decimals. Moving a mobject there and back is less exact, and
a frame must not depend on the frames drawn before it."""

TOUCHING = 1e-4
"""The distance from a plane within which a point is in it, in units of the plane's size."""

MOST_PLANES = 16
"""How many planes part the others, the largest first; smaller ones, like the many faces of a
manim ``Surface``, are sorted by their middles."""


def far_to_near(
    middles: Floats, *, toward: Floats, eye: Floats, flat: Sequence[tuple[int, Any]] = ()
) -> Ints:
    """Return the order in which to paint mobjects, as indices.

    Args:
        middles: ``float[mobjects, 3]``, the middle of each; NaN for what comes last, on top.
        toward: the direction to the viewer.
        eye: where the viewer is.
        flat: the mobjects that may be flat, and their points.
    """
    depths = np.round(middles @ toward, DECIMALS)
    on_top = np.isnan(depths)
    depths[on_top] = np.inf
    sides = []
    for normal, point, size in _planes(flat):
        distance = (middles - point) @ normal * (1 if (eye - point) @ normal > 0 else -1)
        side = np.where(distance < -TOUCHING * size, 0, 2)
        within = [i for i, points in flat if _is_in(points, normal, point, size)]
        side[within], side[on_top] = 1, 3
        depths[within] = depths[within[0]]  # in the same plane, as they were added
        sides.append(side)
    return np.lexsort([depths, *reversed(sides)])


def _planes(flat: Iterable[tuple[int, Any]]) -> list[tuple[Floats, Floats, float]]:
    """Return the planes of what is flat: a normal, a point and a size each; the largest first."""
    found: list[tuple[Floats, Floats, float]] = []
    shapes = (np.asarray(points, dtype=float).tobytes() for _, points in flat)
    for plane in sorted(filter(None, map(_plane, shapes)), key=lambda plane: -plane[2]):
        normal, point, _ = plane
        if not any(
            abs(normal @ other) > 1 - TOUCHING and abs((point - there) @ other) < TOUCHING * size
            for other, there, size in found
        ):
            found.append(plane)
        if len(found) == MOST_PLANES:
            break
    return found


@lru_cache(maxsize=256)
def _plane(shape: bytes) -> tuple[Floats, Floats, float] | None:
    """Return the plane of points, ``float[points, 3]``; ``None`` if there is none, or many."""
    points = np.frombuffer(shape).reshape(-1, 3)
    if len(points) < 3 or not np.isfinite(points).all():
        return None
    spread = points - points[0]
    longest = spread[np.argmax((spread**2).sum(axis=1))]
    (x, y, z), (u, v, w) = spread.T, longest
    normals = np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=1)  # cross products
    normal = normals[np.argmax((normals**2).sum(axis=1))]
    size, length = float(np.linalg.norm(longest)), float(np.linalg.norm(normal))
    if length <= TOUCHING * size**2:
        return None
    normal = normal / length
    return (normal, points[0], size) if _is_in(points, normal, points[0], size) else None


def _is_in(points: Floats, normal: Floats, point: Floats, size: float) -> bool:
    return bool((np.abs((points - point) @ normal) < TOUCHING * size).all())
