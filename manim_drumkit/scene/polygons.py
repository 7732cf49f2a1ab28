"""Polygons: many flat shapes with straight edges as one mobject, quick to change and to paint."""

from typing import Any, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import WHITE, VMobject
from manim.mobject.opengl.opengl_compatibility import ConvertToOpenGL

Floats: TypeAlias = npt.NDArray[np.float64]

LEVEL = 1e-6
"""A gradient whose ends are no more units above each other goes from left to right."""


class Polygons(VMobject, metaclass=ConvertToOpenGL):  # type: ignore[misc, metaclass]  # untyped
    """Filled polygons of one colour, in the plane of the picture.

    They cost much less than as many ``Polygon`` of manim, also if their corners change in every
    frame: the bars of a meter, the outline of a sound.

    Args:
        corners: ``float[polygons, corners, 2 or 3]``, in order around each polygon.
    """

    def __init__(self, corners: Any = (), *, color: Any = WHITE, **kwargs: Any) -> None:
        super().__init__(color=color, **{"stroke_width": 0, "fill_opacity": 1} | kwargs)
        self.set_corners(corners)

    def set_corners(self, corners: Any) -> "Polygons":
        """Replace all polygons by others; by none if there are no corners."""
        around = np.asarray(corners, dtype=float)
        if not around.size:
            return self.set_points(np.zeros((0, 3)))  # type: ignore[no-any-return]
        after = np.roll(around, -1, axis=1)
        # A straight edge is a curve whose handles are its ends; with OpenGL it has only one.
        handles = (around, after) if self.n_points_per_curve == 4 else ((around + after) / 2,)
        edges = np.stack([around, *handles, after], axis=2).reshape(-1, around.shape[2])
        points = np.zeros((len(edges), 3))
        points[:, : edges.shape[1]] = edges
        return self.set_points(points)  # type: ignore[no-any-return]

    def get_gradient_start_and_end_points(self) -> tuple[Floats, Floats]:
        """Return where a gradient begins and ends; manim gathers all points for it, at length."""
        if self.submobjects or self.shade_in_3d:
            return super().get_gradient_start_and_end_points()  # type: ignore[no-any-return]
        corners = self.points[::4]
        low, high = corners.min(axis=0), corners.max(axis=0)
        offset = (high - low) / 2 * self.get_sheen_direction()
        return (low + high) / 2 - offset, (low + high) / 2 + offset

    def paint_on(self, camera: Any, layout: Any, ctx: Any) -> None:
        """Paint them for :class:`~manim_drumkit.scene.camera.SolidCamera`."""
        ends = self.points[3::4]
        starts = camera.transform_points_pre_display(self, self.points[::4])[:, :2].tolist()
        breaks = np.flatnonzero((ends[:-1] != self.points[4::4]).any(axis=1)) + 1
        ctx.new_path()
        first = 0
        for stop in [*breaks.tolist(), len(starts)]:
            ctx.move_to(*starts[first])
            for x, y in starts[first + 1 : stop]:
                ctx.line_to(x, y)
            first = stop
        camera.set_cairo_context_color(ctx, camera.get_fill_rgbas(self), self)
        ctx.save()
        _use_row(ctx, camera.pixel_width)
        ctx.fill()
        ctx.restore()


def _use_row(ctx: Any, width: int) -> None:
    """Let a gradient from left to right be a row of pixels, repeated; that is painted faster."""
    gradient = ctx.get_source()
    if not isinstance(gradient, cairo.LinearGradient):
        return
    _, start, _, end = gradient.get_linear_points()
    if abs(end - start) > LEVEL:
        return
    row = cairo.ImageSurface(cairo.FORMAT_ARGB32, width, 1)
    own = cairo.Context(row)
    own.set_matrix(ctx.get_matrix())
    own.set_source(gradient)
    own.paint()
    ctx.identity_matrix()
    ctx.set_source_surface(row)
    ctx.get_source().set_extend(cairo.EXTEND_REPEAT)
