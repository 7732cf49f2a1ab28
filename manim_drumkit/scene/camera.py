"""The camera: lays out all solids of a frame at once, and draws them among other mobjects."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera, ThreeDCamera

from manim_drumkit.scene.depth import DECIMALS, far_to_near
from manim_drumkit.scene.occlusion import Strokes, paint_order
from manim_drumkit.scene.shading import Bands, Color, paint_ball, paint_bands, rod_bands
from manim_drumkit.scene.shape_cache import Stills
from manim_drumkit.scene.solids import Ball, Rod

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_BANDS = 128


class _Drawing(NamedTuple):
    """How to paint one solid."""

    color: Color
    ball: tuple[float, float, float] | None = None
    """The position and the radius of a ball."""
    bands: Bands | None = None
    """The bands of a rod."""


class _Kept:
    """What a camera keeps between frames; apart, since manim hashes the camera's own state."""

    __slots__ = ("drawings", "plain", "stills")

    def __init__(self) -> None:
        self.drawings: dict[int, _Drawing] = {}
        self.stills = Stills()
        self.plain: tuple[Any, Any] = None, None
        """The background, and its colour if it has only one."""


class SolidCamera(ThreeDCamera):  # type: ignore[misc]  # manim is untyped for us
    """A three-dimensional camera that paints balls and rods as lit solids.

    Solids hide each other as they should, and are sorted by depth among all other mobjects
    that have ``shade_in_3d``. What is fixed in frame is on top.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._kept = _Kept()
        super().__init__(**kwargs)

    def reset(self) -> "SolidCamera":
        """Fill the picture with the background; a plain one takes half the time.

        To change the background, set a new array: this does not notice changes in the old one.
        """
        background, color = self._kept.plain
        if self.background is not background:
            color = _only_color(self.background)
            self._kept.plain = self.background, color
        picture = getattr(self, "pixel_array", None)
        if color is None or picture is None or picture.shape != self.background.shape:
            super().reset()
        else:
            picture.view(np.uint32).fill(color)
        return self

    def get_cairo_context(self, pixel_array: Any) -> Any:
        """Return the context to draw with, its origin in the middle of the picture.

        Manim would move the origin by the ``frame_center`` of the first frame that it draws,
        which the projection has subtracted already: every frame would depend on that one.
        """
        cached = self.get_cached_cairo_context(pixel_array)
        if cached:
            return cached
        ctx = super().get_cairo_context(pixel_array)
        width, height = self.pixel_width, self.pixel_height
        x, y = width / self.frame_width, -height / self.frame_height
        ctx.set_matrix(cairo.Matrix(x, 0, 0, y, width / 2, height / 2))
        return ctx

    def points_to_subpixel_coords(self, mobject: Any, points: Any) -> Any:
        """Return where points of images and point clouds are, ``float[points, 2]``, in pixels.

        Manim subtracts the ``frame_center``, which the projection has subtracted already (and
        must not be from what is fixed in the frame), so that images part from vector shapes.
        """
        coords = super().points_to_subpixel_coords(mobject, points)
        x, y = self.pixel_width / self.frame_width, -self.pixel_height / self.frame_height
        return coords + self.frame_center[:2] * (x, y)

    def get_mobjects_to_display(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Lay out all solids, and return the mobjects with those in 3D from far to near."""
        self._kept.stills.next_frame(self._view())
        mobjects = Camera.get_mobjects_to_display(self, *args, **kwargs)
        solids = [mobject for mobject in mobjects if _is_solid(mobject)]
        marks = np.round([s.marks() for s in solids], DECIMALS).reshape(-1, 3, 3)
        ranked = self._far_to_near(mobjects, marks)
        if solids:
            with np.errstate(divide="ignore", invalid="ignore"):  # some may be at the eye
                self._lay_out(solids, marks, ranked)
        return ranked

    def _far_to_near(self, mobjects: list[Any], marks: Floats) -> list[Any]:
        """Sort by depth; what is not in 3D, or fixed in frame, comes last, on top."""
        toward = self.get_rotation_matrix()[2]
        of_solids = iter((marks[:, 0] + marks[:, 1]) / 2)
        middles, flat = np.full((len(mobjects), 3), np.nan), []
        for i, mobject in enumerate(mobjects):
            middle = next(of_solids) if _is_solid(mobject) else None
            if (
                not getattr(mobject, "shade_in_3d", False)
                or mobject in self.fixed_in_frame_mobjects
            ):
                continue
            if middle is None:
                middle = mobject.get_z_index_reference_point()
                if mobject not in self.fixed_orientation_mobjects:
                    flat.append((i, mobject.points))
            middles[i] = middle
        eye = self.frame_center + self.get_focal_distance() * toward
        order = far_to_near(middles, toward=toward, eye=eye, flat=flat)
        return [mobjects[i] for i in order]

    def display_vectorized(self, vmobject: Any, ctx: Any) -> "SolidCamera":
        """Draw one mobject, shaded if it is a solid."""
        if not _is_solid(vmobject):
            if not self._kept.stills.draw(self, vmobject, ctx):
                super().display_vectorized(vmobject, ctx)
            return self
        drawing = self._kept.drawings.get(id(vmobject))  # a rod inside its balls has none
        if drawing and drawing.ball:
            paint_ball(ctx, *drawing.ball, drawing.color)
        elif drawing and drawing.bands:
            paint_bands(ctx, drawing.bands, drawing.color[3])
        return self

    def _view(self) -> tuple[Any, ...]:
        """Return everything that the projection depends on."""
        return (
            *self.get_rotation_matrix().flat,
            *self.frame_center,
            self.get_focal_distance(),
            self.get_zoom(),
            self.exponential_projection,
        )

    def _lay_out(self, solids: list[Any], marks: Floats, ranked: list[Any]) -> None:
        """Project the solids into the picture, and sort ``ranked`` in the order to paint."""
        ends, radii = marks[:, :2], np.linalg.norm(marks[:, 2] - marks[:, 0], axis=1)
        is_ball = np.array([_is_ball(solid) for solid in solids])
        pinned = np.array([self._is_pinned(solid) for solid in solids])
        colors = [_color(solid) for solid in solids]
        strokes = self._strokes(solids, ends, radii, pinned)
        first, second = strokes.touching()
        opaque = np.array([color[3] for color in colors]) == 1
        joined = (pinned[first] == pinned[second]) & np.where(
            is_ball[first], opaque[first], opaque[second]
        )
        ends = _trimmed(ends, radii, is_ball, (first[joined], second[joined]))
        strokes = self._strokes(solids, ends, radii, pinned)
        self._kept.drawings = {}
        for i in np.flatnonzero(is_ball).tolist():
            (x, y), radius = strokes.ends[i, 0].tolist(), float(strokes.radii[i, 0])
            self._kept.drawings[id(solids[i])] = _Drawing(colors[i], ball=(x, y, radius))
        seen = np.isfinite(strokes.ends).all(axis=(1, 2)) & np.isfinite(strokes.radii).all(axis=1)
        rods = np.flatnonzero(~is_ball & seen)
        if len(rods):
            self._lay_out_rods(solids, colors, ends, strokes, rods, pinned)
        self._reorder(ranked, solids, strokes, pinned, (first, second))

    def _reorder(
        self, ranked: list[Any], solids: list[Any], strokes: Strokes, pinned: Any, pairs: Any
    ) -> None:
        """Sort solids by what hides what, within each run that no other mobject interrupts."""
        index = {id(solid): i for i, solid in enumerate(solids)}
        places = [place for place, mobject in enumerate(ranked) if id(mobject) in index]
        order = [index[id(ranked[place])] for place in places]
        run_of = np.empty(len(solids), np.intp)
        run = 0
        for i, place in enumerate(places):
            if i and (place != places[i - 1] + 1 or pinned[order[i]] != pinned[order[i - 1]]):
                run += 1
            run_of[order[i]] = run
        first, second = pairs
        together = run_of[first] == run_of[second]
        painted = paint_order(strokes, order, (first[together], second[together]))
        for place, i in zip(places, sorted(painted, key=run_of.tolist().__getitem__), strict=True):
            ranked[place] = solids[i]

    def _lay_out_rods(
        self,
        solids: list[Any],
        colors: list[Any],
        ends: Floats,
        strokes: Strokes,
        rods: Any,
        pinned: Any,
    ) -> None:
        thickest = float(strokes.radii[rods].max()) * self.pixel_width / self.frame_width
        outlines, shades = rod_bands(
            strokes.ends[rods],
            strokes.radii[rods],
            *self._directions(ends[rods], pinned[rods]),
            np.array([colors[i][:3] for i in rods]),
            bands=int(np.clip(0.7 * thickest + 0.02 * thickest**2, 3, MOST_BANDS)),
        )
        for i, *bands in zip(rods.tolist(), outlines.tolist(), shades.tolist(), strict=True):
            self._kept.drawings[id(solids[i])] = _Drawing(colors[i], bands=(bands[0], bands[1]))

    def _is_pinned(self, solid: Any) -> bool:
        """Return whether a solid does not turn with the scene."""
        return solid in self.fixed_in_frame_mobjects or solid in self.fixed_orientation_mobjects

    def _strokes(self, solids: list[Any], ends: Floats, radii: Floats, pinned: Any) -> Strokes:
        """Project the axes of solids, and their thickness at both ends."""
        up = np.where(pinned[:, None], (0.0, 1.0, 0.0), self.get_rotation_matrix()[1])
        aside = ends + (radii[:, None] * up)[:, None]
        seen = self._seen(solids, np.stack([ends, aside]), pinned)
        thickness = np.linalg.norm(seen[1] - seen[0], axis=-1)
        nearness = np.where(radii[:, None] > 0, thickness / radii[:, None], 1.0)
        return Strokes(seen[0], thickness, nearness)

    def _seen(self, solids: list[Any], points: Floats, pinned: Any) -> Floats:
        """Project ``float[rows, solids, 2, 3]`` into the picture, ``float[rows, solids, 2, 2]``."""
        seen: Floats = self.project_points(points.reshape(-1, 3)).reshape(points.shape)
        for i in np.flatnonzero(pinned):
            rows = points[:, i].reshape(-1, 3)
            if np.isfinite(rows).all():
                rows = self.transform_points_pre_display(solids[i], rows)
            seen[:, i] = rows.reshape(points[:, i].shape)
        return seen[..., :2]

    def _directions(self, ends: Floats, pinned: Any) -> tuple[Floats, Floats]:
        """Return the directions of rods, and from their middles to the viewer, in camera space."""
        turned = (ends - self.frame_center) @ self.get_rotation_matrix().T
        seen = np.where(pinned[:, None, None], ends, turned)
        axes, toward = seen[:, 1] - seen[:, 0], -(seen[:, 0] + seen[:, 1]) / 2
        toward[:, 2] += self.get_focal_distance()
        toward[pinned] = 0.0, 0.0, 1.0
        lengths = np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-9)
        return axes / lengths, toward / np.linalg.norm(toward, axis=1, keepdims=True)


def _only_color(background: Any) -> Any:
    """Return the colour of a plain background as one number, ``None`` if it is not plain."""
    if background.dtype != np.uint8 or background.shape[2] != 4:
        return None
    color = background[0, 0]
    return color.view(np.uint32)[0] if (background == color).all() else None


def _is_solid(mobject: Any) -> bool:
    kind: Any = type(mobject)
    return _is_a(kind, (Ball, Rod))


def _is_ball(mobject: Any) -> bool:
    kind: Any = type(mobject)
    return _is_a(kind, (Ball,))


@lru_cache
def _is_a(kind: Any, bases: tuple[Any, ...]) -> bool:
    """Return ``issubclass(kind, bases)``, cached: manim's abstract classes are slow to ask."""
    return issubclass(kind, bases)


def _trimmed(ends: Floats, radii: Floats, is_ball: Any, pairs: tuple[Any, Any]) -> Floats:
    """Cut rods off where they enter a ball at their end.

    Rods that lie entirely in their balls get NaN as ends.
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
    rgbas = solid.fill_rgbas if _is_ball(solid) else solid.stroke_rgbas
    red, green, blue, alpha = rgbas[0].tolist()
    return red, green, blue, alpha
