"""The render context: what the options of this ``manim render`` ask for, in one place."""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from manim_drumkit.errors import ChunkError, SegmentError, UsageError
from manim_drumkit.segment.patches import replaced_methods
from manim_drumkit.segment.recipe import SEED, frame_height, recipe, settings_of
from manim_drumkit.segment.recorder import SegmentRecorder
from manim_drumkit.segment.shared_tex import shared_tex
from manim_drumkit.segment.zero_copy import zero_copy_methods
from manim_drumkit.timing import parse_frame_rate
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.film_levels import FilmLevels
from manim_drumkit.workspace.layout import PARTIAL_NAME, PLAN_NAME, TEX_NAME
from manim_drumkit.workspace.protocol import COMMAND_VARIABLE

ONE_VIDEO = {"output_file": "", "preview": False, "show_in_file_browser": False}
"""Settings of a segment, whatever a manim.cfg or the scene's file says: one video, of its name."""

ASKED = (
    *("dry_run", "format", "save_last_frame"),
    *("from_animation_number", "upto_animation_number"),
)
"""Settings that the command line decides, and the scene's file does not change."""


@dataclass
class RenderContext:
    """One call of ``manim render`` with our options."""

    config: Any = None
    chunk: Chunk | None = None
    film: FilmLevels | None = None
    """The levels and hits of the whole film, once the scene has asked for them."""
    recorder: SegmentRecorder | None = None
    scenes_rendered: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    """The settings of manim that this call decides."""
    settings_before: dict[str, Any] = field(default_factory=dict)
    """What these were."""

    def set(self, name: str, value: Any) -> None:
        """Decide one of manim's settings for this call."""
        self.settings_before.setdefault(name, getattr(self.config, name))
        self.settings[name] = value
        setattr(self.config, name, value)


_context = RenderContext()


def current_chunk() -> Chunk:
    """Return the chunk of the running render.

    Raises:
        ChunkError: manim was started without ``--chunk-file``.
    """
    if _context.chunk is None:
        raise ChunkError(
            "there is no chunk of levels to draw; write some with drumkit-split, then "
            "pass one: manim render FILE SCENE --chunk-file tmp/0.npy"
        )
    return _context.chunk


def current_film() -> FilmLevels:
    """Return the levels and hits of the film of which the running render draws a chunk.

    The receipt then says that the pictures depend on them.

    Raises:
        ChunkError: manim was started without ``--chunk-file``, or the files beside the chunk
            are not its plan's.
    """
    chunk = current_chunk()
    if _context.film is None:
        _context.film = FilmLevels.around(Path(_context.config.chunk_file), chunk)
        if _context.recorder:
            _context.recorder.film = _context.film.digest
    return _context.film


def begin(config: Any, args: Any) -> None:
    """Take up the options that manim has just read from the command line.

    Raises:
        ChunkError, PlanError: the chunk cannot be used.
        SegmentError: the segment's folder cannot be made.
        UsageError: the options contradict each other.
    """
    _context.config = config
    if args.chunk_file:
        _take_chunk(Path(args.chunk_file).absolute(), asked_fps=args.frame_rate)
    if args.segment_dir:
        if config.write_all or len(config.scene_names) > 1:
            raise UsageError("--segment-dir is for one scene; name one, and leave out -a")
        _context.recorder = _recorder(Path(args.segment_dir).absolute())


@contextmanager
def use_chunk(path: str | Path) -> Iterator[Chunk]:
    """Draw a chunk in Python or a notebook, as ``manim render --chunk-file`` does.

    Raises:
        ChunkError, PlanError: the chunk cannot be used.

    Example::

        with use_chunk("tmp/3.npy"):
            Video().render()
    """
    from manim import config

    end()
    _context.config, before = config, config.copy()
    try:
        yield _take_chunk(Path(path).absolute())
    finally:
        end()
        config.update(before)  # its seed cannot be set to None


def settle() -> None:
    """Set what this call decides once more: the scene's file may have set it otherwise."""
    for name, value in _context.settings.items():
        setattr(_context.config, name, value)
    if _context.chunk:
        _context.set("frame_height", frame_height(_context.config))


def end() -> None:
    """Forget the call and give manim's settings back, for the next call in this process."""
    global _context
    for name, value in _context.settings_before.items():
        setattr(_context.config, name, value)
    _context = RenderContext()


def record(scene: Any, render: Any) -> Any:
    """Render a scene, into the segment's folder if there is one.

    Raises:
        SegmentError: it is the second scene for one segment, or its frames do not fit.
    """
    recorder = _context.recorder
    if recorder is None:
        return render()
    if _context.scenes_rendered:
        raise SegmentError(f"{recorder.folder} holds a segment; --segment-dir is for one scene")
    _context.scenes_rendered += 1
    with ExitStack() as stack:
        stack.enter_context(replaced_methods(recorder.methods()))
        needed_for = "a transparent film" if _context.config.transparent else ""
        stack.enter_context(replaced_methods(zero_copy_methods(), needed_for=needed_for))
        if recorder.command:  # it is one of a run's
            stack.enter_context(replaced_methods(shared_tex(recorder.folder.parent / TEX_NAME)))
        return recorder.record(scene, render)


def _take_chunk(path: Path, *, asked_fps: float | None = None) -> Chunk:
    """Load a chunk, and let every chunk begin alike: same seed, no picture of another's cache."""
    config = _context.config
    chunk = Chunk.load(path, fps=parse_frame_rate(config.frame_rate))
    if asked_fps is not None and parse_frame_rate(asked_fps) != chunk.fps:
        raise UsageError(
            f"--fps {asked_fps:g} contradicts the {PLAN_NAME} beside {path.name}, which is for "
            f"{float(chunk.fps):g} fps; leave it out, or run drumkit-split --fps {asked_fps:g}"
        )
    _context.chunk = chunk
    _context.set("chunk_file", path)
    _context.set("frame_rate", float(chunk.fps))
    _context.set("frame_height", frame_height(config))
    # The key of manim's cache knows neither the levels nor what a scene's code does.
    _context.set("disable_caching", True)
    _context.set("seed", SEED if config.seed is None else config.seed)
    random.seed(config.seed)
    np.random.seed(config.seed)  # what a scene's file draws when it is imported
    return chunk


def _recorder(folder: Path) -> SegmentRecorder:
    # Manim fills in {…} in its directories. A relative path hides the ones above.
    relative = os.path.relpath(folder)
    if "{" in relative or "}" in relative:
        raise SegmentError(f"{folder} has a brace in its name, which manim takes for a pattern")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SegmentError(
            f"{folder} cannot be made ({error.strerror}); choose another --segment-dir"
        ) from error
    chunk, config = _context.chunk, _context.config
    made_from = recipe(
        chunk=chunk.digest if chunk else None,
        scene_file=Path(config.input_file),
        scene=config.scene_names[0] if config.scene_names else "",
        settings=settings_of(config),
    )
    for name in ("media_dir", "video_dir", "images_dir"):
        _context.set(name, relative)
    for name, value in ONE_VIDEO.items():
        _context.set(name, value)
    for name in ASKED:
        _context.set(name, getattr(config, name))
    if config.transparent:
        _context.set("background_opacity", config.background_opacity)
    _context.set("sections_dir", f"{relative}/sections")
    _context.set("partial_movie_dir", f"{relative}/{PARTIAL_NAME}")
    fps: Fraction = chunk.fps if chunk else parse_frame_rate(config.frame_rate)
    return SegmentRecorder(
        folder,
        made_from,
        fps,
        chunk.frame_count if chunk else None,
        scene_file=Path(config.input_file),
        keep_partial=not config.disable_caching,
        command=os.environ.get(COMMAND_VARIABLE, ""),
    )
