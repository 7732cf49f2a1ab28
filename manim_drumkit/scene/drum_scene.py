"""The bases of scenes that draw levels: build once, then draw every frame."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from manim import (
    ORIGIN,
    PI,
    ManimColor,
    RendererType,
    ThreeDScene,
    config,
)

from manim_drumkit.errors import SceneError
from manim_drumkit.palette import THEMES, Theme
from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.frame import (
    Fade,
    Frame,
    Room,
    fade_opacity,
    free_room,
    headings,
    image_background,
)
from manim_drumkit.scene.labels import Label, fitted
from manim_drumkit.scene.performance import Performance
from manim_drumkit.scene.view import Point, fitting_view, orbit_zoom
from manim_drumkit.segment.context import current_chunk, current_film
from manim_drumkit.workspace.chunk import Chunk, Levels
from manim_drumkit.workspace.film_levels import FilmLevels
from manim_drumkit.workspace.plan import Option
from manim_drumkit.workspace.scene_options import COMMON_OPTIONS, fitting

THETA_ORIGIN = {RendererType.CAIRO: 0.0, RendererType.OPENGL: PI / 2}
"""The value of theta that each of manim's two cameras takes for zero."""

LABEL_HEIGHT = 0.032
"""The usual cap height of labels, as a share of the picture's shorter side."""
SMALLEST_LABEL = 10
"""Labels whose capitals would be lower than so many pixels are left out."""


class DrumMixin:
    """Make any manim ``Scene`` class draw levels: ``class Video(DrumMixin, MovingCameraScene)``.

    A frame must depend only on its number and its levels, so that a film is the same
    however it was cut: :meth:`draw` must set the state of the mobjects, not change it by
    some amount. ``self.chunk`` is the :class:`~manim_drumkit.Chunk` being rendered.
    """

    chunk: Chunk
    options: Mapping[str, Option] = {}
    """The options of the scene with their defaults; in :meth:`build` and :meth:`draw`, with what
    ``--set`` and ``[scene]`` say."""
    common_options: ClassVar[Mapping[str, Option]] = {}
    """Options that every scene of this base has."""
    _frame_number: int = 0
    """The number in the film of the frame that is being drawn."""
    _method: str = ""
    """Which of the author's methods is running."""

    @property
    def film(self) -> FilmLevels:
        """The levels and hits of the whole film, at the frame being drawn; at frame 0 in build."""
        film = current_film()
        film.frame = self._frame_number
        return film

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
        self._prepare(current_chunk())
        self.play(Performance(self))

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

    def get_moving_and_static_mobjects(self, animations: Any) -> tuple[list[Any], list[Any]]:
        """Return two empty lists: manim then draws the whole scene in every frame."""
        return [], []

    def _prepare(self, chunk: Chunk) -> None:
        """Take up a chunk, and build the scene."""
        self.chunk, self._frame_number = chunk, 0  # every chunk is built alike
        self.options = self._options(chunk.film.options)
        self._dress()
        with self._playing_nothing("build"):
            self.build()

    def _dress(self) -> None:
        """Prepare what is around the scene, before it is built."""

    def _options(self, chosen: Mapping[str, Option]) -> Mapping[str, Option]:
        """Return the options of this film.

        Raises:
            SceneError: the user sets one that the scene does not have.
        """
        known = {**self.common_options, **type(self).options}
        for name in chosen:
            if name not in known:
                raise SceneError(
                    f"{type(self).__name__} has no option {name}; it has "
                    f"{', '.join(sorted(known)) or 'none'}: list it in the class, like "
                    f"options = {{{name!r}: {chosen[name]!r}}}"
                )
        return known | {name: fitting(name, value, known[name]) for name, value in chosen.items()}

    def _draw_frame(self, frame: int) -> None:
        """Draw a frame of the chunk by its number in the chunk."""
        chunk = self.chunk
        self._frame_number = chunk.start_frame + frame
        with self._playing_nothing("draw"):
            self.draw(chunk.levels[frame], float(self._frame_number / chunk.fps))

    @contextmanager
    def _playing_nothing(self, method: str) -> Iterator[None]:
        """Let nothing be played in the block, which runs one of the author's methods."""
        self._method = method
        try:
            yield
        finally:
            self._method = ""


class DrumScene(DrumMixin, ThreeDScene):  # type: ignore[misc]  # manim is untyped for us
    """A ``ThreeDScene`` that draws levels, with lit :class:`~manim_drumkit.Ball` and ``Rod``.

    It has a title, a subtitle, a background, a theme and a fade at both ends, if the user asks for
    them.
    """

    common_options = COMMON_OPTIONS

    def __init__(self, camera_class: type = SolidCamera, **kwargs: Any) -> None:
        super().__init__(camera_class=camera_class, **kwargs)
        self._headings: list[Label] = []

    @property
    def theme(self) -> Theme:
        """The colours of the film; the text is one that can be read on the background."""
        return self._theme

    @property
    def room(self) -> Room:
        """The part of the picture within the margins and below the title."""
        return free_room(self.frame, self._headings)

    def label(
        self, number: int, *, width: float | None = None, height: float | None = None
    ) -> Label:
        """Make the label of a stem, in its colour, facing the camera, and add it.

        The capitals of all labels are equally high. Where a few labels are much longer than the
        others, those are cut short. Where capitals would be lower than 10 pixels, all are empty.

        Args:
            number: of the stem.
            width: the room for a label, in units; by default that of the picture.
            height: the height of capitals if there is room, in units; by default 3.2% of the
                picture's shorter side.
        """
        wanted = LABEL_HEIGHT * min(self.frame) if height is None else height
        smallest = SMALLEST_LABEL * self.frame.height / config.pixel_height
        texts, high = fitted(self.chunk.labels, width or self.room.width, wanted, smallest)
        label = Label(texts[number], height=high, color=self.chunk.colors[number])
        if config.renderer == RendererType.CAIRO:
            self.add_fixed_orientation_mobjects(label)
        else:  # manim's OpenGL camera has no mobjects that face it
            self.add(label)
        return label

    def look_at(
        self, points: Any, *, phi: float, theta: float, margin: float | None = None
    ) -> None:
        """Turn the camera, then move and zoom it until it sees all ``points``, below the title.

        Args:
            points: ``float[points, 3]``, must be in the picture.
            phi: the angle from straight above, in radians.
            theta: the angle around the vertical, in radians.
            margin: room to the edges of the frame, in frame units; by default 7.5% of the shorter
                side.
        """
        self._look(points, phi, theta, free_room(self.frame, self._headings, margin))

    def orbit(
        self, points: Any, seconds: float, *, phi: float = 0.4 * PI, theta: float = 0.0
    ) -> None:
        """Look at ``points`` from a camera that goes round them, always as large as it can be.

        Args:
            points: ``float[points, 3]``, must be in the picture from everywhere.
            seconds: how long one turn takes; negative to go the other way, 0 to stand still.
            phi: the angle from straight above, in radians.
            theta: the angle around the vertical at the start of the film, in radians.
        """
        zoom = orbit_zoom(_as_tuples(points), float(phi), self.room)
        turns = float(self._frame_number / self.chunk.fps) / seconds if seconds else 0.0
        self._look(points, phi, theta + 2 * PI * turns, self.room, zoom)

    def _prepare(self, chunk: Chunk) -> None:
        super()._prepare(chunk)
        self.add_fixed_in_frame_mobjects(*self._headings, self._fade)

    def _dress(self) -> None:
        words = str(self.options["title"]), str(self.options["subtitle"])
        self._theme = THEMES[str(self.options["theme"])]
        background = self._set_background()
        self._theme = self._theme.readable_on(background.to_hex())
        self._headings = headings(self.frame, *words, self.theme.text)
        self._fade = Fade(self.frame, background)

    def _set_background(self) -> ManimColor:
        """Set the background that the film is to have; return its colour, or its mean colour."""
        cairo = config.renderer == RendererType.CAIRO
        owner = self.renderer.camera if cairo else self.renderer
        chosen, image_file = str(self.options["background"]), self.chunk.background
        if image_file:
            if not cairo:
                raise SceneError("an image as a background needs manim's cairo renderer")
            image = image_background(image_file, config.pixel_width, config.pixel_height)
            mean = image[..., :3].mean(axis=(0, 1)).round().astype(int).tolist()
            owner.background_color = ManimColor(mean)
            owner.set_background(image)
            return ManimColor(mean)
        if not chosen and self.options["theme"] == COMMON_OPTIONS["theme"]:
            return ManimColor(config.background_color)
        owner.background_color = ManimColor(chosen or self.theme.background)
        return ManimColor(chosen or self.theme.background)

    def _draw_frame(self, frame: int) -> None:
        super()._draw_frame(frame)
        film, seconds = self.chunk.film, float(self.options["fade"])
        covered = fade_opacity(self._frame_number, film.total_frames, float(film.fps), seconds)
        self._fade.set_fill(opacity=covered)

    def _look(
        self, points: Any, phi: float, theta: float, room: Room, zoom: float | None = None
    ) -> None:
        view = fitting_view(_as_tuples(points), float(phi), float(theta), room, zoom)
        # Go through the origin: relative moves would add up the rounding errors of earlier frames.
        self.set_camera_orientation(frame_center=ORIGIN)
        self.set_camera_orientation(
            phi=phi,
            theta=theta + THETA_ORIGIN[config.renderer],
            focal_distance=view.focal_distance,
            frame_center=view.center,
            zoom=view.zoom,
        )


def _as_tuples(points: Any) -> tuple[Point, ...]:
    return tuple(map(tuple, np.asarray(points, dtype=float).tolist()))
