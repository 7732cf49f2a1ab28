"""The camera: draws solids among manim's own mobjects, all of a frame laid out at once."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera, ThreeDCamera

from manim_drumkit.light import Bands, Color, paint_ball, paint_bands, rod_bands
from manim_drumkit.occlusion import Strokes, paint_order
from manim_drumkit.solids import Ball, Rod
from manim_drumkit.still import Stills

Floats: TypeAlias = npt.NDArray[np.float64]

MARK_DECIMALS = 6
"""To how many decimals places are rounded: moving a mobject there and back leaves it off by
less, and a frame must not show which frames were drawn before it."""

MOST_BANDS = 128


class _Drawing(NamedTuple):
    """What is painted of one solid."""

    color: Color
    ball: tuple[float, float, float] | None = None
    """The place and the radius of a ball."""
    bands: Bands | None = None
    """The bands of a rod."""


class SolidCamera(ThreeDCamera):  # type: ignore[misc]  # manim is untyped for us
    """A three-dimensional camera that paints balls and rods as lit solids.

    Solids hide each other as they should, and are sorted by depth among all other mobjects
    that have ``shade_in_3d``. What is fixed in frame is on top.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._drawings: dict[int, _Drawing] = {}
        self._stills = Stills()
        self._plain: tuple[Any, Any] = None, None  # the background, and its colour if it has one
        super().__init__(**kwargs)

    def reset(self) -> "SolidCamera":
        """Fill the picture with the background; with one of one colour in half the time."""
        if self.background is not self._plain[0]:
            color = self.background[0, 0]
            is_plain = self.background.shape[2] == 4 and (self.background == color).all()
            self._plain = self.background, color.view(np.uint32)[0] if is_plain else None
        if self._plain[1] is None or not hasattr(self, "pixel_array"):
            super().reset()
        else:
            self.pixel_array.view(np.uint32).fill(self._plain[1])
        return self

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
        """Lay out all solids, and sort what is in 3D from far to near."""
        self._stills.next_frame(self._view())
        mobjects = Camera.get_mobjects_to_display(self, *args, **kwargs)
        solids = [mobject for mobject in mobjects if _is_solid(type(mobject))]
        marks = np.round([s.marks() for s in solids], MARK_DECIMALS).reshape(-1, 3, 3)
        ranked = self._far_to_near(mobjects, marks)
        places = [i for i, mobject in enumerate(ranked) if _is_solid(type(mobject))]
        if solids:
            rank = {id(ranked[place]): i for i, place in enumerate(places)}
            order = sorted(range(len(solids)), key=lambda i: rank[id(solids[i])])
            for place, i in zip(places, self._lay_out(solids, marks, order), strict=True):
                ranked[place] = solids[i]
        return ranked

    def _far_to_near(self, mobjects: list[Any], marks: Floats) -> list[Any]:
        """Sort by the depth that manim sorts by; what is not in 3D, or fixed, is before all."""
        toward = self.get_rotation_matrix()[2]
        of_solids = iter(((marks[:, 0] + marks[:, 1]) / 2 @ toward).tolist())
        depths = []
        for mobject in mobjects:
            depth = next(of_solids) if _is_solid(type(mobject)) else None
            if (
                not getattr(mobject, "shade_in_3d", False)
                or mobject in self.fixed_in_frame_mobjects
            ):
                depth = np.inf
            elif depth is None:
                depth = float(mobject.get_z_index_reference_point() @ toward)
            depths.append(depth)
        order = np.argsort(np.round(depths, MARK_DECIMALS), kind="stable")
        return [mobjects[i] for i in order.tolist()]

    def display_vectorized(self, vmobject: Any, ctx: Any) -> "SolidCamera":
        """Draw one mobject, with the light on it if it is a solid."""
        if not _is_solid(type(vmobject)):
            if not self._stills.draw(self, vmobject, ctx):
                super().display_vectorized(vmobject, ctx)
            return self
        drawing = self._drawings.get(id(vmobject))  # a rod within its balls has none
        if drawing and drawing.ball:
            paint_ball(ctx, *drawing.ball, drawing.color)
        elif drawing and drawing.bands:
            paint_bands(ctx, drawing.bands, drawing.color[3])
        return self

    def _view(self) -> tuple[Any, ...]:
        """Give all that the projection depends on."""
        return (
            *self.get_rotation_matrix().flat,
            *self.frame_center,
            self.get_focal_distance(),
            self.get_zoom(),
            self.exponential_projection,
        )

    def _lay_out(self, solids: list[Any], marks: Floats, order: list[int]) -> list[int]:
        """Find where solids are in the picture, and the order to paint them in."""
        ends, radii = marks[:, :2], np.linalg.norm(marks[:, 2] - marks[:, 0], axis=1)
        is_ball = np.array([_is_ball(type(solid)) for solid in solids])
        strokes = self._strokes(solids, ends, radii)
        fixed = np.array([solid in self.fixed_in_frame_mobjects for solid in solids])
        first, second = strokes.touching()
        alike = fixed[first] == fixed[second]
        pairs = first[alike], second[alike]
        ends = _trimmed(ends, radii, is_ball, pairs)
        strokes = self._strokes(solids, ends, radii)
        colors = [_color(solid) for solid in solids]
        self._drawings = {}
        for i in np.flatnonzero(is_ball).tolist():
            (x, y), radius = strokes.ends[i, 0].tolist(), float(strokes.radii[i, 0])
            self._drawings[id(solids[i])] = _Drawing(colors[i], ball=(x, y, radius))
        rods = np.flatnonzero(~is_ball & np.isfinite(ends).all(axis=(1, 2)))
        if len(rods):
            self._lay_out_rods(solids, colors, ends, strokes, rods)
        return paint_order(strokes, order, pairs)

    def _lay_out_rods(
        self, solids: list[Any], colors: list[Any], ends: Floats, strokes: Strokes, rods: Any
    ) -> None:
        thickest = float(strokes.radii[rods].max()) * self.pixel_width / self.frame_width
        outlines, shades = rod_bands(
            strokes.ends[rods],
            strokes.radii[rods],
            *self._directions(ends[rods]),
            np.array([colors[i][:3] for i in rods]),
            bands=int(np.clip(0.5 * thickest + 0.02 * thickest**2, 3, MOST_BANDS)),
        )
        for i, *bands in zip(rods.tolist(), outlines.tolist(), shades.tolist(), strict=True):
            self._drawings[id(solids[i])] = _Drawing(colors[i], bands=(bands[0], bands[1]))

    def _strokes(self, solids: list[Any], ends: Floats, radii: Floats) -> Strokes:
        """Project the axes of solids, and their thickness at either end."""
        aside = ends + radii[:, None, None] * self.get_rotation_matrix()[1]
        seen = self._seen(solids, np.stack([ends, aside]))
        thickness = np.linalg.norm(seen[1] - seen[0], axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            nearness = np.where(radii[:, None] > 0, thickness / radii[:, None], 1.0)
        return Strokes(seen[0], thickness, nearness)

    def _seen(self, solids: list[Any], points: Floats) -> Floats:
        """Project ``float[rows, solids, 2, 3]`` into the picture, ``float[rows, solids, 2, 2]``."""
        seen: Floats = self.project_points(points.reshape(-1, 3)).reshape(points.shape)
        for i, solid in enumerate(solids):
            if solid in self.fixed_in_frame_mobjects or solid in self.fixed_orientation_mobjects:
                rows = self.transform_points_pre_display(solid, points[:, i].reshape(-1, 3))
                seen[:, i] = rows.reshape(points[:, i].shape)
        return seen[..., :2]

    def _directions(self, ends: Floats) -> tuple[Floats, Floats]:
        """Give the directions of rods, and from their middles to the viewer, as the camera sees."""
        turn = self.get_rotation_matrix().T
        seen = (ends - self.frame_center) @ turn
        axes, toward = seen[:, 1] - seen[:, 0], -(seen[:, 0] + seen[:, 1]) / 2
        toward[:, 2] += self.get_focal_distance()
        lengths = np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-9)
        return axes / lengths, toward / np.linalg.norm(toward, axis=1, keepdims=True)


@lru_cache  # manim's classes are abstract ones, which are slow to ask
def _is_solid(kind: type) -> bool:
    return issubclass(kind, (Ball, Rod))


@lru_cache
def _is_ball(kind: type) -> bool:
    return issubclass(kind, Ball)


def _trimmed(ends: Floats, radii: Floats, is_ball: Any, pairs: tuple[Any, Any]) -> Floats:
    """Cut rods off where they enter a ball that sits on their end.

    Rods that are hidden in their balls altogether get ends that are not numbers.
    """
    first, second = pairs
    mixed = is_ball[first] != is_ball[second]
    ball = np.where(is_ball[first], first, second)[mixed]
    rod = np.where(is_ball[first], second, first)[mixed]
    vectors = ends[:, 1] - ends[:, 0]
    lengths = np.linalg.norm(vectors, axis=1)
    inside = np.sqrt(np.maximum(radii[ball] ** 2 - radii[rod] ** 2, 0))
    cuts = np.zeros((len(ends), 2))
    for end in (0, 1):
        there = np.linalg.norm(ends[rod, end] - ends[ball, 0], axis=1) < 0.1 * radii[ball]
        np.maximum.at(cuts[:, end], rod[there], inside[there])
    shares = np.divide(cuts, lengths[:, None], out=np.zeros_like(cuts), where=cuts > 0)
    trimmed: Floats = ends + np.stack([shares[:, :1] * vectors, -shares[:, 1:] * vectors], axis=1)
    trimmed[shares.sum(axis=1) >= 1] = np.nan
    return trimmed


def _color(solid: Any) -> Color:
    rgbas = solid.fill_rgbas if _is_ball(type(solid)) else solid.stroke_rgbas
    red, green, blue, alpha = rgbas[0].tolist()
    return red, green, blue, alpha
