"""The shape cache: small painted shapes, kept from one frame to the next until they change.

A letter costs as much to draw as two rods. A small shape is always painted on its own surface,
which is then copied into the picture, whether it is cached or new: so a frame does not depend on
the frames drawn before it. Of a large shape, the path is kept.
"""

from dataclasses import dataclass
from typing import Any

import cairo
import numpy as np

MOST_PIXELS = 256
"""The largest width and height of a small shape; of a larger one, only the path is kept."""


@dataclass(frozen=True)
class _Still:
    """A painted shape, and what it was painted from; of a large one, its path."""

    mobject: Any
    """Kept alive, so that no other mobject gets its ``id``."""
    points: bytes
    colors: bytes
    fixed: bool
    path: Any = None
    """Of a large shape."""
    surface: Any = None
    """Of a small shape."""
    place: tuple[int, int] = (0, 0)
    """The position of its upper left corner in the picture, in pixels."""

    def shows(self, mobject: Any, fixed: bool) -> bool:
        """Return whether a mobject still looks like this."""
        return (
            fixed == self.fixed
            and self.points == mobject.points.tobytes()
            and self.colors == mobject.fill_rgbas.tobytes()
        )


class Stills:
    """The shapes of the last frame, and those of the frame that is being drawn."""

    def __init__(self) -> None:
        self._view: tuple[Any, ...] = ()
        self._before: dict[int, _Still] = {}
        self._now: dict[int, _Still] = {}

    def next_frame(self, view: tuple[Any, ...]) -> None:
        """Begin a frame; drop all shapes if the camera has moved, so that ``view`` differs."""
        self._before = self._now if view == self._view else {}
        self._now, self._view = {}, view

    def draw(self, camera: Any, mobject: Any, ctx: Any) -> bool:
        """Draw a shape if it is plain; return whether it is."""
        if not _is_plain(camera, mobject):
            return False
        fixed = mobject in camera.fixed_in_frame_mobjects
        still = self._before.get(id(mobject))
        if not (still and still.shows(mobject, fixed)):
            still = _painted(camera, mobject, ctx, fixed)
        self._now[id(mobject)] = still
        if still.surface is None:
            ctx.new_path()
            ctx.append_path(still.path)
            camera.apply_fill(ctx, mobject)
            return True
        ctx.save()
        ctx.identity_matrix()
        ctx.set_source_surface(still.surface, *still.place)
        ctx.paint()
        ctx.restore()
        return True


def _is_plain(camera: Any, mobject: Any) -> bool:
    """Return whether a shape is a mere fill, which only its points and colours change."""
    return not (
        mobject.shade_in_3d
        or len(mobject.fill_rgbas) > 1
        or mobject.get_stroke_width(False)
        or mobject.get_stroke_width(True)
        or mobject in camera.fixed_orientation_mobjects
    )


def _painted(camera: Any, mobject: Any, ctx: Any, fixed: bool) -> _Still:
    camera.set_cairo_context_path(ctx, mobject)
    matrix, path = ctx.get_matrix(), ctx.copy_path()
    shape = mobject, mobject.points.tobytes(), mobject.fill_rgbas.tobytes(), fixed
    x, y, right, bottom = ctx.fill_extents()
    corners = [matrix.transform_point(x, y), matrix.transform_point(right, bottom)]
    low, high = np.floor(np.min(corners, axis=0)) - 1, np.ceil(np.max(corners, axis=0)) + 1
    width, height = (high - low).tolist()
    if not (width <= MOST_PIXELS and height <= MOST_PIXELS):  # also if they are NaN
        return _Still(*shape, path=path)
    left, top = low.astype(int).tolist()
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, int(width), int(height))
    own = cairo.Context(surface)
    own.set_matrix(matrix.multiply(cairo.Matrix(x0=-left, y0=-top)))
    own.append_path(path)
    camera.apply_fill(own, mobject)
    return _Still(*shape, surface=surface, place=(left, top))
