"""The layout: all solids of a frame projected at once, cut where they meet, and sorted."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.scene.depth import DECIMALS
from manim_drumkit.scene.occlusion import Strokes, paint_order
from manim_drumkit.scene.shading import paint_ball, paint_bands, paint_glow, rod_bands
from manim_drumkit.scene.solids import Ball, Rod

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.intp]
Drawing: TypeAlias = tuple[Any, tuple[Any, ...]]
"""A function that paints a solid, and its arguments after the context."""

MOST_BANDS = 128


class Layout:
    """The solids of one frame, in the picture of one camera."""

    def __init__(self, camera: Any, solids: list[Any]) -> None:
        self._camera = camera
        self.solids = solids
        self.is_ball: Any = _are(solids, Ball)
        self.marks = _marks(solids, self.is_ball)
        """``float[solids, 3, 3]``: both ends of the axis, the same for a ball, and a point at the
        radius from the first."""
        self.rgba = _rgba(solids, self.is_ball)
        """``float[solids, 4]``"""
        pinned = camera.fixed_in_frame_mobjects.union(camera.fixed_orientation_mobjects)
        self._pinned = np.array([solid in pinned for solid in solids], bool)
        """Whether a solid does not turn with the scene."""
        self._drawings: list[Drawing | None] = []
        """How to paint each; a rod inside its balls is not painted."""
        self._drawn_from: tuple[Any, Any] = None, None
        """The colours and places of solids, and the number of bands, that they are for."""
        self._numbers: dict[int, int] = {}
        """Of the solids, by their ``id``."""
        self._glows: dict[int, list[Any]] = {}
        """What shines behind the solids of a run, by the number of the first of them."""

    @property
    def radii(self) -> Floats:
        """``float[solids]``, in units of the scene."""
        radii: Floats = np.linalg.norm(self.marks[:, 2] - self.marks[:, 0], axis=1)
        return radii

    @property
    def middles(self) -> Floats:
        """``float[solids, 3]``, the middle of each."""
        middles: Floats = (self.marks[:, 0] + self.marks[:, 1]) / 2
        return middles

    @property
    def pixels_per_unit(self) -> float:
        """The pixels of the picture in one of its units."""
        return float(self._camera.pixel_width / self._camera.frame_width)

    def sort(self, order: Ints, solid: Any, before: "Layout | None" = None) -> Ints:
        """Project the solids; return the order to paint.

        Args:
            order: all mobjects, from far to near.
            solid: which of them are the solids.
            before: the last frame, if it has the same view; its drawings are taken over.
        """
        if not self.solids:
            return order
        if before and before.solids == self.solids:
            self._numbers, self._drawings = before._numbers, before._drawings.copy()
            self._drawn_from = before._drawn_from
        else:
            self._numbers = {id(solid): number for number, solid in enumerate(self.solids)}
            self._drawings = [None] * len(self.solids)
        with np.errstate(divide="ignore", invalid="ignore"):  # some may be at the eye
            return self._sort(order, solid)

    def paint(self, mobject: Any, ctx: Any) -> bool:
        """Paint a mobject if it is one of the solids; return whether it is."""
        number = self._numbers.get(id(mobject))
        if number is None:
            return False
        for glow in self._glows.get(number, ()):
            paint_glow(ctx, *glow)
        drawing = self._drawings[number]
        if drawing:
            paint, arguments = drawing
            paint(ctx, *arguments)
        return True

    def strokes(self, marks: Floats, radii: Floats, pinned: Any = None) -> Strokes:
        """Project axes, ``float[solids, 2 or 3, 3]``, and their thickness at both ends."""
        ends, camera = marks[:, :2], self._camera
        pinned = np.zeros(len(ends), bool) if pinned is None else pinned
        up = np.where(pinned[:, None], (0.0, 1.0, 0.0), camera.get_rotation_matrix()[1])
        aside = ends + (radii[:, None] * up)[:, None]
        seen = self._seen(np.stack([ends, aside]), pinned)
        thickness = np.linalg.norm(seen[1] - seen[0], axis=-1)
        nearness = np.where(radii[:, None] > 0, thickness / radii[:, None], 1.0)
        return Strokes(seen[0], thickness, nearness)

    def _sort(self, order: Ints, solid: Any) -> Ints:
        radii, is_ball, pinned = self.radii, self.is_ball, self._pinned
        strokes = self.strokes(self.marks, radii, pinned)
        first, second = strokes.touching()
        opaque = self.rgba[:, 3] == 1
        joined = (pinned[first] == pinned[second]) & np.where(
            is_ball[first], opaque[first], opaque[second]
        )
        ends = _trimmed(self.marks[:, :2], radii, is_ball, (first[joined], second[joined]))
        strokes = self.strokes(ends, radii, pinned)
        self._draw(ends, strokes)
        return self._reordered(order, solid, strokes, (first, second))

    def _reordered(self, order: Ints, solid: Any, strokes: Strokes, pairs: Any) -> Ints:
        """Sort solids by what hides what, within each run that no other mobject interrupts."""
        places = np.flatnonzero(solid[order])
        numbers = (np.cumsum(solid) - 1)[order[places]]
        pinned = self._pinned[numbers]
        begins = (np.diff(places) > 1) | (pinned[1:] != pinned[:-1])
        run_of = np.empty(len(numbers), np.intp)
        run_of[numbers] = np.concatenate([[0], np.cumsum(begins)])
        first, second = pairs
        together = run_of[first] == run_of[second]
        painted = paint_order(strokes, numbers, (first[together], second[together]))
        painted = painted[np.argsort(run_of[painted], kind="stable")]
        order = order.copy()
        order[places] = np.flatnonzero(solid)[painted]
        _, begins = np.unique(run_of[painted], return_index=True)
        self._light(painted[begins][run_of])
        return order

    def _light(self, leaders: Ints) -> None:
        """Let the glow of balls shine behind all solids of their run; each has a first one."""
        for i in np.flatnonzero(self.is_ball).tolist():
            glow, drawing = self.solids[i].glow, self._drawings[i]
            if glow > 0 and drawing:
                self._glows.setdefault(int(leaders[i]), []).append((*drawing[1], glow))

    def _draw(self, ends: Floats, strokes: Strokes) -> None:
        """Lay out how to paint each solid, unless it is as it was in the last frame."""
        seen = np.isfinite(strokes.ends).all(axis=(1, 2)) & np.isfinite(strokes.radii).all(axis=1)
        thickest = float(strokes.radii[~self.is_ball & seen].max(initial=0)) * self.pixels_per_unit
        bands = int(np.clip(1.5 + 0.25 * thickest + 0.015 * thickest**2, 2, MOST_BANDS))
        shapes = ends, strokes.ends, strokes.radii, self._pinned, self.rgba
        drawn_from = np.hstack([each.reshape(len(ends), -1) for each in shapes])
        before, bands_before = self._drawn_from
        self._drawn_from = drawn_from, bands
        changed = np.ones(len(ends), bool)
        if bands == bands_before:
            changed = (drawn_from != before).any(axis=1)
        for i in np.flatnonzero(changed).tolist():
            self._drawings[i] = None
        self._draw_balls(strokes, np.flatnonzero(changed & self.is_ball))
        rods = np.flatnonzero(changed & ~self.is_ball & seen)
        if len(rods):
            self._draw_rods(ends, strokes, rods, bands)

    def _draw_balls(self, strokes: Strokes, balls: Ints) -> None:
        circles = np.hstack([strokes.ends[balls, 0], strokes.radii[balls, :1]]).tolist()
        colors = map(tuple, self.rgba[balls].tolist())
        for i, circle, color in zip(balls.tolist(), circles, colors, strict=True):
            self._drawings[i] = paint_ball, (*circle, color)

    def _draw_rods(self, ends: Floats, strokes: Strokes, rods: Ints, bands: int) -> None:
        outlines, shades = rod_bands(
            strokes.ends[rods],
            strokes.radii[rods],
            *self.directions(ends[rods], self._pinned[rods]),
            self.rgba[rods, :3],
            bands=bands,
        )
        parts = zip(outlines.tolist(), shades.tolist(), strict=True)
        alphas = self.rgba[rods, 3].tolist()
        for i, part, alpha in zip(rods.tolist(), parts, alphas, strict=True):
            self._drawings[i] = paint_bands, (part, alpha)

    def _seen(self, points: Floats, pinned: Any) -> Floats:
        """Project ``float[rows, solids, 2, 3]`` into the picture, ``float[rows, solids, 2, 2]``."""
        camera = self._camera
        seen: Floats = camera.project_points(points.reshape(-1, 3)).reshape(points.shape)
        for i in np.flatnonzero(pinned):
            rows = points[:, i].reshape(-1, 3)
            if np.isfinite(rows).all():
                rows = camera.transform_points_pre_display(self.solids[i], rows)
            seen[:, i] = rows.reshape(points[:, i].shape)
        return seen[..., :2]

    def directions(self, ends: Floats, pinned: Any) -> tuple[Floats, Floats]:
        """Return the directions of rods, and from their middles to the viewer, in camera space."""
        camera = self._camera
        turned = (ends - camera.frame_center) @ camera.get_rotation_matrix().T
        seen = np.where(pinned[:, None, None], ends, turned)
        axes, toward = seen[:, 1] - seen[:, 0], -(seen[:, 0] + seen[:, 1]) / 2
        toward[:, 2] += camera.get_focal_distance()
        toward[pinned] = 0.0, 0.0, 1.0
        lengths = np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-9)
        return axes / lengths, toward / np.linalg.norm(toward, axis=1, keepdims=True)


def are_solid(mobjects: list[Any]) -> Any:
    """Tell which mobjects are laid out with the other solids, ``bool[mobjects]``."""
    return _are(mobjects, (Ball, Rod))


def _are(mobjects: list[Any], base: Any) -> Any:
    """Tell which mobjects are of a class; their abstract classes are slow to ask for each."""
    kinds = {kind for kind in set(map(type, mobjects)) if issubclass(kind, base)}
    return np.array([type(mobject) in kinds for mobject in mobjects], bool)


def _marks(solids: list[Any], is_ball: Any) -> Floats:
    """Return the marks of solids, see :class:`Layout`."""
    if not solids:
        return np.zeros((0, 3, 3))
    each = [solid.points for solid in solids]
    first, counts = _first_rows(each)
    second = first + np.where(is_ball, counts // 2, counts - 1)  # across the disc, or the far end
    third = first + np.where(is_ball, 0, 1)
    marks = np.concatenate(each)[np.stack([first, second, third], axis=1)]
    balls = marks[is_ball]
    marks[is_ball, :2] = (balls[:, :1] + balls[:, 1:2]) / 2
    rounded: Floats = np.round(marks, DECIMALS)
    return rounded


def _first_rows(each: list[Any]) -> tuple[Ints, Ints]:
    """Return with which rows arrays begin when they are one, and how long each is."""
    counts = np.array(list(map(len, each)))
    return np.cumsum(counts) - counts, counts


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


def _rgba(solids: list[Any], is_ball: Any) -> Floats:
    """Return the colours of solids, ``float[solids, 4]``."""
    if not solids:
        return np.zeros((0, 4))
    each = [
        solid.fill_rgbas if ball else solid.stroke_rgbas
        for solid, ball in zip(solids, is_ball.tolist(), strict=True)
    ]
    return np.concatenate(each)[_first_rows(each)[0]]
