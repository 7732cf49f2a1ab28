"""The camera: paints all solids of a frame, which are laid out at once, among other mobjects."""

from operator import attrgetter
from typing import Any, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera, ThreeDCamera
from manim.utils.space_ops import rotation_about_z

from manim_drumkit.scene.depth import far_to_near
from manim_drumkit.scene.layout import Layout, are_solid
from manim_drumkit.scene.shape_cache import Stills
from manim_drumkit.scene.view import turn_to

Floats: TypeAlias = npt.NDArray[np.float64]


class _Kept:
    """What a camera keeps between frames; apart, since manim hashes the camera's own state."""

    __slots__ = ("kinds", "layout", "plain", "stills", "view")

    def __init__(self) -> None:
        self.kinds: dict[Any, Any] = {}
        """For classes of mobjects, which of the kinds that manim draws they are."""
        self.layout: Layout | None = None
        self.view: tuple[Any, ...] = ()
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
        color = self.background_pixel
        picture = getattr(self, "pixel_array", None)
        if color is None or picture is None or picture.shape != self.background.shape:
            super().reset()
        else:
            picture.view(np.uint32).fill(color.view(np.uint32)[0])
        return self

    @property
    def background_pixel(self) -> Any:
        """The colour of the background, ``uint8[4]``; ``None`` if it is not plain."""
        background, color = self._kept.plain
        if self.background is not background:
            color = _only_color(self.background)
            self._kept.plain = self.background, color
        return color

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

    def overlay_PIL_image(self, pixel_array: Any, image: Any) -> None:  # noqa: N802 # manim's
        """Paint an image over a picture; manim does not multiply it by alpha, as cairo does."""
        if self.background_opacity == 1:
            super().overlay_PIL_image(pixel_array, image)
            return
        above = np.array(image, np.uint16)
        alpha = above[..., 3:].copy()
        above[..., :3] = (above[..., :3] * alpha + 127) // 255
        pixel_array[:] = above + (pixel_array * (255 - alpha) + 127) // 255

    def generate_rotation_matrix(self) -> Floats:
        """Return the matrix that turns the scene, ``float[3, 3]``."""
        turn: Floats = turn_to(self.get_phi(), self.get_theta())
        gamma = self.get_gamma()
        return rotation_about_z(gamma) @ turn if gamma else turn

    def type_or_raise(self, mobject: Any) -> Any:
        """Return which of the kinds that manim draws a mobject is; asked once for each class."""
        kind = self._kept.kinds.get(type(mobject))
        if kind is None:
            kind = self._kept.kinds[type(mobject)] = super().type_or_raise(mobject)
        return kind

    def get_mobjects_to_display(
        self, mobjects: Any, include_submobjects: bool = True, excluded_mobjects: Any = None
    ) -> list[Any]:
        """Lay out all solids, and return the mobjects with those in 3D from far to near."""
        kept, view = self._kept, self._view()
        kept.stills.next_frame(view)
        if excluded_mobjects or not (include_submobjects and self.use_z_index):
            found = Camera.get_mobjects_to_display(
                self, mobjects, include_submobjects, excluded_mobjects
            )
        else:
            found = _families(mobjects)
        solid = are_solid(found)
        layout = Layout(self, [found[i] for i in np.flatnonzero(solid).tolist()])
        order = self._far_to_near(found, layout, solid)
        order = layout.sort(order, solid, kept.layout if kept.view == view else None)
        kept.layout, kept.view = layout, view
        return [found[i] for i in order.tolist()]

    def display_vectorized(self, vmobject: Any, ctx: Any) -> "SolidCamera":
        """Draw one mobject, shaded if it is a solid; some know themselves how to be painted."""
        layout = self._kept.layout
        if layout and layout.paint(vmobject, ctx):
            return self
        if layout and hasattr(type(vmobject), "paint_on"):
            vmobject.paint_on(self, layout, ctx)
        elif not self._kept.stills.draw(self, vmobject, ctx):
            super().display_vectorized(vmobject, ctx)
        return self

    def _far_to_near(self, mobjects: list[Any], layout: Layout, solid: Any) -> Any:
        """Sort by depth; what is not in 3D, or fixed in frame, comes last, on top."""
        toward = self.get_rotation_matrix()[2]
        fixed = self.fixed_in_frame_mobjects
        on_top = np.array(
            [not getattr(each, "shade_in_3d", False) or each in fixed for each in mobjects], bool
        )
        middles = np.full((len(mobjects), 3), np.nan)
        middles[solid] = layout.middles
        middles[on_top] = np.nan
        flat = []
        for i in np.flatnonzero(~(solid | on_top)).tolist():
            middles[i] = mobjects[i].get_z_index_reference_point()
            if mobjects[i] not in self.fixed_orientation_mobjects:
                flat.append((i, mobjects[i].points))
        eye = self.frame_center + self.get_focal_distance() * toward
        return far_to_near(middles, toward=toward, eye=eye, flat=flat)

    def _view(self) -> tuple[Any, ...]:
        """Return everything that the projection depends on."""
        return (
            *self.get_rotation_matrix().flat,
            *self.frame_center,
            self.get_focal_distance(),
            self.get_zoom(),
            self.exponential_projection,
        )


def _families(mobjects: Any) -> list[Any]:
    """Return mobjects and all their parts that have points, as manim lists them, but faster."""
    found, left = [], list(mobjects)[::-1]
    while left:
        mobject = left.pop()
        if len(mobject.points):
            found.append(mobject)
        if mobject.submobjects:
            left += mobject.submobjects[::-1]
    once = list(dict.fromkeys(reversed(found)))[::-1]  # where each comes last
    return sorted(once, key=attrgetter("z_index"))


def _only_color(background: Any) -> Any:
    """Return the colour of a plain background, ``uint8[4]``, ``None`` if it is not plain."""
    if background.dtype != np.uint8 or background.shape[2] != 4:
        return None
    color = background[0, 0]
    return color.copy() if (background == color).all() else None
