"""The bases of scenes that draw levels: build once, then draw every frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from manim import ORIGIN, PI, RIGHT, Animation, RendererType, ThreeDScene, VGroup, config, linear
from manim.utils.space_ops import rotation_about_z, rotation_matrix

from manim_drumkit.errors import SceneError
from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.segment.context import current_chunk
from manim_drumkit.workspace.chunk import Chunk, Levels

MARGIN = 0.075
"""Room to the edges of the picture, as a share of its shorter side."""

THETA_ORIGIN = {RendererType.CAIRO: 0.0, RendererType.OPENGL: PI / 2}
"""The value of theta that each of manim's two cameras takes for zero."""


class Frame(NamedTuple):
    """The shape of the picture, in manim's units."""

    width: float
    height: float

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width


class DrumMixin:
    """Make any manim ``Scene`` class draw levels: ``class Video(DrumMixin, MovingCameraScene)``.

    A frame must depend only on its number and its levels, so that a film is the same
    however it was cut: :meth:`draw` must set the state of the mobjects, not change it by
    some amount. ``self.chunk`` is the :class:`~manim_drumkit.Chunk` being rendered.
    """

    chunk: Chunk
    _method: str = ""
    """Which of the author's methods is running."""

    @property
    def frame(self) -> Frame:
        """The frame: the real shape of the picture, in manim's units."""
        camera = self.renderer.camera  # type: ignore[attr-defined]  # of manim's Scene
        width = getattr(camera, "frame_width", config.frame_width)
        return Frame(width, getattr(camera, "frame_height", config.frame_height))

    def build(self) -> None:
        """Make and add the mobjects; manim calls this once, before the first frame."""

    def draw(self, levels: Levels, time: float) -> None:
        """Set the state of the mobjects for one frame.

        Args:
            levels: ``float32[stems]``, 0 to 1, in the order of ``self.chunk.stems``.
            time: seconds from the start of the film.
        """

    def construct(self) -> None:
        """Build the scene, and play all frames of the chunk as one animation."""
        self.chunk = current_chunk()
        with self._playing_nothing("build"):
            self.build()
        self.play(_Performance(self))

    def play(self, *args: Any, **kwargs: Any) -> None:
        """Play animations, as manim does; not within ``build`` or ``draw``.

        Raises:
            SceneError: it is called there.
        """
        if self._method:
            raise SceneError(
                f"{self._method}() plays or waits, but a chunk is one animation; make a title in "
                "build(), and show, move or hide it in draw() by its `time`, the second of the film"
            )
        super().play(*args, **kwargs)  # type: ignore[misc]  # of manim's Scene

    @contextmanager
    def _playing_nothing(self, method: str) -> Iterator[None]:
        """Let nothing be played in the block, which runs one of the author's methods."""
        self._method = method
        try:
            yield
        finally:
            self._method = ""

    def get_moving_and_static_mobjects(self, animations: Any) -> tuple[list[Any], list[Any]]:
        """Return two empty lists: manim then draws the whole scene in every frame."""
        return [], []


class DrumScene(DrumMixin, ThreeDScene):  # type: ignore[misc]  # manim is untyped for us
    """A ``ThreeDScene`` that draws levels, with lit :class:`~manim_drumkit.Ball` and ``Rod``."""

    def __init__(self, camera_class: type = SolidCamera, **kwargs: Any) -> None:
        super().__init__(camera_class=camera_class, **kwargs)

    def look_at(
        self, points: Any, *, phi: float, theta: float, margin: float | None = None
    ) -> None:
        """Turn the camera, then move and zoom it until it sees all ``points``.

        Args:
            points: ``float[points, 3]``, must be in the picture.
            phi: the angle from straight above, in radians.
            theta: the angle around the vertical, in radians.
            margin: room to the edges of the frame, in frame units; by default 7.5% of the shorter
                side.
        """
        points = np.asarray(points, dtype=float)
        low, high = points.min(axis=0), points.max(axis=0)
        center = (low + high) / 2
        # The perspective from a distance of twice the size of what is in the picture.
        focal_distance = max(2 * float(np.linalg.norm(high - low)), 1.0)
        turn = rotation_matrix(-phi, RIGHT) @ rotation_about_z(-theta - PI / 2)
        for _ in range(3):  # near points look larger, so the middle of the picture moves
            x, y, depth = turn @ (points - center).T
            seen = np.array([x, y]) * focal_distance / (focal_distance - depth)
            left_bottom, right_top = seen.min(axis=1), seen.max(axis=1)
            center = center + turn.T @ [*(left_bottom + right_top) / 2, 0]
        frame = np.array(self.frame)
        room = frame - 2 * (MARGIN * frame.min() if margin is None else margin)
        # Go through the origin: relative moves would add up the rounding errors of earlier frames.
        self.set_camera_orientation(frame_center=ORIGIN)
        self.set_camera_orientation(
            phi=phi,
            theta=theta + THETA_ORIGIN[config.renderer],
            focal_distance=focal_distance,
            frame_center=center,
            zoom=float((room / np.maximum(right_top - left_bottom, 1e-6)).min()),
        )


class _Performance(Animation):  # type: ignore[misc]  # manim is untyped for us
    """Draw all frames of a chunk; lasts half a frame less, so that manim's rounding adds none."""

    def __init__(self, scene: DrumMixin) -> None:
        chunk = scene.chunk
        self._scene = scene
        self._drawn: int | None = None
        run_time = float((chunk.frame_count - 0.5) / float(chunk.fps))
        super().__init__(VGroup(), run_time=run_time, rate_func=linear)

    def interpolate(self, alpha: float) -> None:
        """Draw the frame at this share of the run time, unless it is drawn already."""
        chunk = self._scene.chunk
        frame = min(round(alpha * self.run_time * float(chunk.fps)), chunk.frame_count - 1)
        if frame != self._drawn:
            self._drawn = frame
            with self._scene._playing_nothing("draw"):
                time = float((chunk.start_frame + frame) / chunk.fps)
                self._scene.draw(chunk.levels[frame], time)
