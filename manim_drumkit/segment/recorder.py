"""The recorder: renders one scene into a segment's folder, and writes its receipt."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import write_atomic
from manim_drumkit.errors import SegmentError
from manim_drumkit.segment.patches import COUNT_FRAME, LIST_PLAYS, Replacements
from manim_drumkit.segment.recipe import recipe
from manim_drumkit.timing import parse_frame_rate
from manim_drumkit.video import put_on_grid
from manim_drumkit.workspace.layout import PARTIAL_NAME, PROGRESS_NAME
from manim_drumkit.workspace.protocol import NOTE
from manim_drumkit.workspace.receipt import Receipt, Recipe, Video, forget_segment

PROGRESS_INTERVAL_S = 0.25
LIST_OF_PLAYS = "partial_movie_file_list.txt"
"""What manim writes beside the videos of plays."""


@dataclass
class SegmentRecorder:
    """Renders one scene into a segment's folder, and writes its receipt."""

    folder: Path
    made_from: Recipe
    fps: Fraction
    frame_count: int | None
    """The frames that the chunk asks for; ``None`` without a chunk."""
    scene_file: Path
    keep_partial: bool
    """Whether the videos of single plays stay, for manim's cache."""
    command: str
    """The digest of the run's command line; empty outside a run."""
    film: str | None = None
    """The digest of the levels and hits of the whole film, once the scene has asked for them."""
    _frames: int = field(default=0, init=False)
    _written_at: float = field(default=0.0, init=False)

    def record(self, scene: Any, render: Callable[[], Any]) -> Any:
        """Render a scene, put its video on the frame grid and write the receipt.

        Raises:
            SegmentError: the scene wrote no video, or not as many frames as its chunk has, or
                it was edited in the meantime.
        """
        forget_segment(self.folder)
        asked = self.made_from.scene
        if asked and str(scene) != asked:
            raise SegmentError(f"the file has no scene called {asked}; it has {scene}")
        result = render()
        for note in notes_on(scene):
            print(f"{NOTE}{note}", file=sys.stderr)
        self._write_progress()
        video = getattr(scene.renderer.file_writer, "final_file_path", None)
        if video is None or not video.is_file() or video.suffix == ".png":
            raise SegmentError(
                f"{scene} wrote no video into {self.folder}; leave out options such as -s, "
                "--format png or --dry_run"
            )
        self._write_receipt(scene, video)
        return result

    def methods(self) -> Replacements:
        """Return the methods of manim that count frames, and list plays in any folder."""
        return {COUNT_FRAME: self._counting, LIST_PLAYS: lambda own: staticmethod(_list_plays)}

    def _write_receipt(self, scene: Any, video: Path) -> None:
        frames = put_on_grid(video, self.fps)
        if self.frame_count not in (None, frames):
            from manim import config

            if parse_frame_rate(config.frame_rate) != self.fps:
                raise SegmentError(
                    f"{scene} sets config.frame_rate, which is {float(self.fps):g} in its chunk; "
                    "leave it out and pass --fps to drumkit-split"
                )
            raise SegmentError(
                f"{scene} played {frames} frames, its chunk has {self.frame_count}; let the run "
                "times add up to current_chunk().frame_count frames"
            )
        made_from = self.made_from
        now = recipe(
            chunk=made_from.chunk,
            scene_file=self.scene_file,
            scene=made_from.scene,
            settings=made_from.settings,
        )
        if now != made_from:
            raise SegmentError(
                f"{self.scene_file}, or a module that it imports, was edited while the chunk was "
                "drawn"
            )
        if not self.keep_partial:
            self._remove_plays(scene)
        made_from = replace(made_from, film=self.film)
        Receipt(made_from, Video.of(video, frames), self.command).save(self.folder)

    def _remove_plays(self, scene: Any) -> None:
        """Remove the videos of single plays, and nothing else that is in their folder."""
        folder = self.folder / PARTIAL_NAME
        written = getattr(scene.renderer.file_writer, "partial_movie_files", None) or ()
        for path in (*map(Path, filter(None, written)), folder / LIST_OF_PLAYS):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # it holds something of the user's
            folder.rmdir()

    def _counting(self, write_frame: Any) -> Any:
        """Keep the number of frames drawn so far in a file that others can read."""

        def counted(writer: Any, frame: Any, *args: Any, repeat: int = 1, **kwargs: Any) -> Any:
            result = write_frame(writer, frame, *args, repeat=repeat, **kwargs)
            self._frames += repeat
            if time.monotonic() - self._written_at > PROGRESS_INTERVAL_S:
                self._write_progress()
            return result

        return counted

    def _write_progress(self) -> None:
        self._written_at = time.monotonic()
        write_atomic(self.folder / PROGRESS_NAME, f"{self._frames}\n")


def notes_on(scene: Any) -> list[str]:
    """Return what a scene does that a film of chunks cannot show, with the way that works."""
    family = chain(*(mobject.get_family() for mobject in scene.mobjects))
    timed = {type(each).__name__ for each in family if each.get_time_based_updaters()}
    if getattr(scene, "updaters", ()):
        timed.add(type(scene).__name__)
    notes = [
        f"{name} has an updater that adds up dt, which begins at 0 in every chunk (so does an "
        "ambient camera rotation); set it in draw() from its `time`, the second of the film"
        for name in sorted(timed)
    ]
    if getattr(scene.renderer.file_writer, "includes_sound", False):
        notes.append("the film leaves out what add_sound() plays; pass --audio to drumkit-split")
    return notes


def _list_plays(paths: list[str]) -> bytes:
    """List the videos of plays for ffmpeg, in a folder of any name, like ``Tom's``.

    Manim writes absolute paths in single quotes, as they are. These begin at the working
    folder, whose own name is not in them then.
    """
    quoted = (os.path.relpath(path).replace("'", "'\\''") for path in paths)
    return b"".join(b"file 'file:%s'\n" % os.fsencode(path) for path in quoted)
