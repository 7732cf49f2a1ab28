"""The layout: all solids of a frame projected at once, cut where they meet, and sorted."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.scene.depth import DECIMALS
from manim_drumkit.scene.occlusion import Strokes, paint_order
from manim_drumkit.scene.shading import Bands, Color, paint_ball, paint_bands, paint_glow, rod_bands
from manim_drumkit.scene.solids import Ball, Rod

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_BANDS = 128


class Circle(NamedTuple):
    """A ball in the picture."""

    x: float
    y: float
    radius: float


class _Drawing(NamedTuple):
    """How to paint one solid."""

    color: Color
    ball: Circle | None = None
    bands: Bands | None = None
    """The bands of a rod."""


class Layout:
    """The solids of one frame, in the picture of one camera."""

    def __init__(self, camera: Any, solids: list[Any]) -> None:
        self._camera = camera
        self.solids = solids
        self.is_ball: Any = np.array([_is_a(_kind(solid), Ball) for solid in solids], bool)
        self.marks = self._marks()
        """``float[solids, 3, 3]``: both ends of the axis, the same for a ball, and a point at the
        radius from the first."""
        self._rgba = _rgba(solids, self.is_ball)
        self.colors: list[Color] = list(map(tuple, self._rgba.tolist()))
        pinned = camera.fixed_in_frame_mobjects.union(camera.fixed_orientation_mobjects)
        self._pinned = np.array([solid in pinned for solid in solids], bool)
        """Whether a solid does not turn with the scene."""
        self._drawings: dict[int, _Drawing] = {}
        self._glows: dict[int, list[tuple[Circle, Color, float]]] = {}
        """What shines behind the solids of a run, by the first of them."""

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

    def _marks(self) -> Floats:
        if not self.solids:
            return np.zeros((0, 3, 3))
        points = np.concatenate([point for solid in self.solids for point in solid.marks()])
        marks = points.reshape(-1, 3, 3)
        balls = marks[self.is_ball]
        marks[self.is_ball, 2] = balls[:, 0]
        marks[self.is_ball, :2] = (balls[:, :1] + balls[:, 1:2]) / 2
        return np.round(marks, DECIMALS)

    def sort(self, ranked: list[Any]) -> None:
        """Project the solids, and sort them within ``ranked`` in the order to paint."""
        if not self.solids:
            return
        with np.errstate(divide="ignore", invalid="ignore"):  # some may be at the eye
            self._sort(ranked)

    def paint(self, solid: Any, ctx: Any) -> None:
        """Paint one solid."""
        for circle, color, glow in self._glows.get(id(solid), ()):
            paint_glow(ctx, *circle, color, glow)
        drawing = self._drawings.get(id(solid))  # a rod inside its balls has none
        if drawing and drawing.ball:
            paint_ball(ctx, *drawing.ball, drawing.color)
        elif drawing and drawing.bands:
            paint_bands(ctx, drawing.bands, drawing.color[3])

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

    def _sort(self, ranked: list[Any]) -> None:
        solids, radii, is_ball, pinned = self.solids, self.radii, self.is_ball, self._pinned
        strokes = self.strokes(self.marks, radii, pinned)
        first, second = strokes.touching()
        opaque = self._rgba[:, 3] == 1
        joined = (pinned[first] == pinned[second]) & np.where(
            is_ball[first], opaque[first], opaque[second]
        )
        ends = _trimmed(self.marks[:, :2], radii, is_ball, (first[joined], second[joined]))
        strokes = self.strokes(ends, radii, pinned)
        for i in np.flatnonzero(is_ball).tolist():
            (x, y), radius = strokes.ends[i, 0].tolist(), float(strokes.radii[i, 0])
            self._drawings[id(solids[i])] = _Drawing(self.colors[i], Circle(x, y, radius))
        seen = np.isfinite(strokes.ends).all(axis=(1, 2)) & np.isfinite(strokes.radii).all(axis=1)
        rods = np.flatnonzero(~is_ball & seen)
        if len(rods):
            self._lay_out_rods(ends, strokes, rods)
        self._reorder(ranked, strokes, (first, second))

    def _reorder(self, ranked: list[Any], strokes: Strokes, pairs: Any) -> None:
        """Sort solids by what hides what, within each run that no other mobject interrupts."""
        solids, pinned = self.solids, self._pinned
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
        if run:
            painted = sorted(painted, key=run_of.tolist().__getitem__)
        for place, i in zip(places, painted, strict=True):
            ranked[place] = solids[i]
        self._light(painted, run_of)

    def _light(self, painted: list[int], run_of: Any) -> None:
        """Let the glow of balls shine behind all solids of their run."""
        balls = np.flatnonzero(self.is_ball).tolist()
        lights = [(i, self.solids[i].glow) for i in balls if self.solids[i].glow > 0]
        leaders: dict[int, int] = {}
        for i in painted if lights else ():
            leaders.setdefault(int(run_of[i]), i)
        for i, glow in lights:
            drawing = self._drawings[id(self.solids[i])]
            if drawing.ball:
                glows = self._glows.setdefault(id(self.solids[leaders[int(run_of[i])]]), [])
                glows.append((drawing.ball, drawing.color, glow))

    def _lay_out_rods(self, ends: Floats, strokes: Strokes, rods: Any) -> None:
        thickest = float(strokes.radii[rods].max()) * self.pixels_per_unit
        outlines, shades = rod_bands(
            strokes.ends[rods],
            strokes.radii[rods],
            *self.directions(ends[rods], self._pinned[rods]),
            self._rgba[rods, :3],
            bands=int(np.clip(1.5 + 0.25 * thickest + 0.015 * thickest**2, 2, MOST_BANDS)),
        )
        for i, *bands in zip(rods.tolist(), outlines.tolist(), shades.tolist(), strict=True):
            drawing = _Drawing(self.colors[i], bands=(bands[0], bands[1]))
            self._drawings[id(self.solids[i])] = drawing

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


@lru_cache
def _is_a(kind: Any, base: Any) -> bool:
    """Return ``issubclass(kind, base)``, cached: manim's abstract classes are slow to ask."""
    return issubclass(kind, base)


def is_solid(mobject: Any) -> bool:
    """Tell whether a mobject is laid out with the other solids."""
    return _is_a(_kind(mobject), (Ball, Rod))


def _kind(mobject: Any) -> Any:
    return type(mobject)


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
    colors = [
        (solid.fill_rgbas if ball else solid.stroke_rgbas)[0]
        for solid, ball in zip(solids, is_ball.tolist(), strict=True)
    ]
    return np.concatenate(colors).reshape(-1, 4)
