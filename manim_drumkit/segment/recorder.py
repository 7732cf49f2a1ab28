"""Segments: the video of one chunk, with a receipt that proves that it is whole."""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import sha256, write_whole
from manim_drumkit.errors import SegmentError
from manim_drumkit.segment.scene_imports import modules_beside
from manim_drumkit.video import put_on_grid

RECEIPT_NAME = "receipt.json"
PROGRESS_NAME = "progress"
PARTIAL_NAME = "partial"

PROGRESS_INTERVAL_S = 0.25

UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)
"""What reading a receipt that is damaged or strange may raise."""

VERSIONS_THAT_MATTER = ("av", "manim", "manim-drumkit", "pycairo")

UNSEEN_SETTINGS = frozenset(
    """
    disable_caching disable_caching_warning enable_gui enable_wireframe encoder_queue_size
    fullscreen gui_location input_file live_preview log_to_file max_files_cached
    max_inflight_encoders no_latex_cleanup notify_outdated_version output_file plugins preview
    preview_command progress_bar save_sections scene_names show_in_file_browser verbosity
    window_monitor window_position window_size write_all zero_pad
    """.split()
)
"""Manim's settings that do not show in the pictures; nor do its directories."""


def recipe(
    *, chunk: str | None, scene_file: Path, scene: str, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Say what a segment is made from, as JSON.

    Two segments with equal recipes have the same pictures. ``chunk`` is the digest of the
    levels, ``settings`` is manim's configuration after the command line was read. A scene
    from a notebook or from standard input has no file.
    """
    seen = {
        name: str(_without_threads(value) if name == "video_encoder_options" else value)
        for name, value in sorted(settings.items())
        if name not in UNSEEN_SETTINGS and not name.endswith("_dir")
    }
    return {
        "chunk": chunk,
        **sources(scene_file),
        "scene": scene,
        "settings": seen,
        "versions": {name: version(name) for name in VERSIONS_THAT_MATTER},
    }


def sources(scene_file: Path) -> dict[str, Any]:
    """Digest a scene's file and the modules beside it, for a recipe."""
    if not scene_file.is_file():
        return {"scene_file": None, "modules": {}}
    return {"scene_file": sha256(scene_file), "modules": modules_beside(scene_file)}


def is_whole(folder: Path, video_name: str, made_from: Mapping[str, Any], frame_count: int) -> bool:
    """Tell whether a folder holds the whole segment that ``made_from`` describes."""
    video = folder / video_name
    try:
        receipt = _receipt(folder)
        return bool(
            receipt["made_from"] == made_from
            and receipt["video"]["frames"] == frame_count
            and receipt["video"]["size"] == video.stat().st_size
            and receipt["video"]["sha256"] == sha256(video)
        )
    except UNREADABLE:
        return False


def has_receipt(folder: Path) -> bool:
    """Tell whether a segment was finished at some time, without looking closer."""
    return (folder / RECEIPT_NAME).is_file()


def receipt_names(folder: Path, chunk: str) -> bool:
    """Tell whether a receipt names the digest of a chunk; ten times as fast as reading it."""
    try:
        return f'"chunk": "{chunk}"' in (folder / RECEIPT_NAME).read_text("utf-8")
    except (OSError, ValueError):
        return False


def receipt_of(folder: Path) -> dict[str, Any]:
    """Read what a segment says that it was made from; nothing if it does not say."""
    try:
        made_from = _receipt(folder)["made_from"]
    except UNREADABLE:
        return {}
    return made_from if isinstance(made_from, dict) else {}


def forget(folder: Path) -> None:
    """Make a segment count no more; its video is left to be overwritten."""
    (folder / RECEIPT_NAME).unlink(missing_ok=True)
    (folder / PROGRESS_NAME).unlink(missing_ok=True)


def frames_rendered(folder: Path) -> int:
    """Tell how many frames of a segment are drawn, while it is being rendered."""
    try:
        return max(0, int((folder / PROGRESS_NAME).read_text("ascii")))
    except (OSError, ValueError):
        return 0


@dataclass
class SegmentRecorder:
    """Watches one scene being rendered into a segment's folder, and signs for it."""

    folder: Path
    made_from: dict[str, Any]
    fps: Fraction
    frame_count: int | None
    """The frames that the chunk asks for; ``None`` without a chunk."""
    scene_file: Path
    keep_partial: bool
    """Whether manim's partial files stay, for its cache."""
    _frames: int = field(default=0, init=False)
    _written_at: float = field(default=0.0, init=False)

    def record(self, scene: Any, render: Callable[[], Any]) -> Any:
        """Render a scene, put its video on the frame grid and write the receipt.

        Raises:
            SegmentError: the scene wrote no video, or not as many frames as its chunk has, or
                it was edited in the meantime.
        """
        forget(self.folder)
        asked = self.made_from["scene"]
        if asked and str(scene) != asked:
            raise SegmentError(f"the file has no scene called {asked}; it has {scene}")
        writer = scene.renderer.file_writer
        _list_any_path(writer)
        self._count_frames(writer)
        result = render()
        self._write_progress()
        video = getattr(scene.renderer.file_writer, "final_file_path", None)
        if video is None or not video.is_file() or video.suffix == ".png":
            raise SegmentError(
                f"{scene} wrote no video into {self.folder}; leave out options such as -s, "
                "--format png or --dry_run"
            )
        self._sign(scene, video)
        return result

    def _sign(self, scene: Any, video: Path) -> None:
        frames = put_on_grid(video, self.fps)
        if self.frame_count not in (None, frames):
            raise SegmentError(
                f"{scene} played {frames} frames, its chunk has {self.frame_count}; let the run "
                "times add up to current_chunk().frame_count frames"
            )
        if not sources(self.scene_file).items() <= self.made_from.items():
            raise SegmentError(
                f"{self.scene_file}, or a module that it imports, was edited while the chunk was "
                "drawn"
            )
        if not self.keep_partial:
            shutil.rmtree(self.folder / PARTIAL_NAME, ignore_errors=True)
        facts = {"file": video.name, "frames": frames, "size": video.stat().st_size}
        receipt = {
            "made_from": self.made_from,
            "video": facts | {"sha256": sha256(video)},
        }
        write_whole(self.folder / RECEIPT_NAME, json.dumps(receipt, indent=1) + "\n")

    def _count_frames(self, writer: Any) -> None:
        """Keep the number of frames drawn so far in a file that others can look at."""
        write_frame = writer.write_frame

        def counted(frame: Any, *args: Any, repeat: int = 1, **kwargs: Any) -> Any:
            result = write_frame(frame, *args, repeat=repeat, **kwargs)
            self._frames += repeat
            if time.monotonic() - self._written_at > PROGRESS_INTERVAL_S:
                self._write_progress()
            return result

        writer.write_frame = counted

    def _write_progress(self) -> None:
        self._written_at = time.monotonic()
        write_whole(self.folder / PROGRESS_NAME, f"{self._frames}\n")


def _without_threads(options: Mapping[str, str]) -> dict[str, str]:
    """Leave out how many threads encode, which depends on the number of jobs."""
    return {key: value for key, value in options.items() if key != "threads"}


def _receipt(folder: Path) -> Any:
    return json.loads((folder / RECEIPT_NAME).read_text("utf-8"))


def _list_any_path(writer: Any) -> None:
    """Let manim join plays in a folder of any name, like ``Tom's``, or with a line break.

    It writes absolute paths into a list for ffmpeg, in single quotes, as they are. What this
    writes begins at the working folder, whose own name is not in it then.
    """

    def manifest(paths: list[str]) -> bytes:
        quoted = (os.path.relpath(path).replace("'", "'\\''") for path in paths)
        return b"".join(b"file 'file:%s'\n" % os.fsencode(path) for path in quoted)

    if hasattr(writer, "_concat_manifest_bytes"):
        writer._concat_manifest_bytes = manifest
