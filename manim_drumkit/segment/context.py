"""The session: what the options of this ``manim render`` ask for, in one place."""

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from manim_drumkit.errors import ChunkError, SegmentError
from manim_drumkit.segment.recorder import PARTIAL_NAME, SegmentRecorder, recipe
from manim_drumkit.segment.zero_copy import frames_in_place
from manim_drumkit.timing import parse_frame_rate
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.plan import PLAN_NAME

_ABSENT = object()


@dataclass
class Session:
    """One call of ``manim render`` with our options."""

    chunk: Chunk | None = None
    recorder: SegmentRecorder | None = None
    scenes_rendered: int = 0


_session = Session()
_settings_before: dict[str, Any] = {}


def current_chunk() -> Chunk:
    """Give the chunk of the running render.

    Raises:
        ChunkError: manim was started without ``--chunk-file``.
    """
    if _session.chunk is None:
        raise ChunkError(
            "there is no chunk of levels to draw; write some with drumkit-split, then "
            "pass one: manim render FILE SCENE --chunk-file tmp/0.npy"
        )
    return _session.chunk


def begin(config: Any, args: Any) -> None:
    """Take up the options that manim has just read from the command line.

    Raises:
        ChunkError, PlanError: the chunk cannot be used.
        SegmentError: the segment's folder cannot be made.
        click.UsageError: the options contradict each other.
    """
    chunk_file = Path(args.chunk_file).absolute() if args.chunk_file else None
    if chunk_file:
        _session.chunk = _load(chunk_file, config, args)
        _set(config, "chunk_file", chunk_file)
    if args.segment_dir:
        if config.write_all or len(config.scene_names) > 1:
            raise click.UsageError("--segment-dir is for one scene; name one, and leave out -a")
        _session.recorder = _recorder(Path(args.segment_dir).absolute(), config)


def end(config: Any) -> None:
    """Forget the session and give manim's settings back, for the next call in this process."""
    global _session
    _session = Session()
    for name, value in _settings_before.items():
        if value is _ABSENT:
            object.__delattr__(config, name)
        else:
            setattr(config, name, value)
    _settings_before.clear()


def record(scene: Any, render: Any) -> Any:
    """Render a scene, into the segment's folder if there is one.

    Raises:
        SegmentError: it is the second scene for one segment, or its frames do not fit.
    """
    recorder = _session.recorder
    if recorder is None:
        return render()
    with frames_in_place():
        return _record(recorder, scene, render)


def _record(recorder: SegmentRecorder, scene: Any, render: Any) -> Any:
    if _session.scenes_rendered:
        raise SegmentError(f"{recorder.folder} holds a segment; --segment-dir is for one scene")
    _session.scenes_rendered += 1
    return recorder.record(scene, render)


def _load(chunk_file: Path, config: Any, args: Any) -> Chunk:
    chunk = Chunk.load(chunk_file, fps=parse_frame_rate(config.frame_rate))
    asked = args.frame_rate
    if asked is not None and parse_frame_rate(asked) != chunk.fps:
        raise click.UsageError(
            f"--fps {asked:g} contradicts the {PLAN_NAME} beside {chunk_file.name}, which is for "
            f"{float(chunk.fps):g} fps; leave it out, or run drumkit-split --fps {asked:g}"
        )
    _set(config, "frame_rate", float(chunk.fps))
    return chunk


def _recorder(folder: Path, config: Any) -> SegmentRecorder:
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
    chunk = _session.chunk
    made_from = recipe(
        chunk=chunk.digest if chunk else None,
        scene_file=Path(config.input_file),
        scene=config.scene_names[0] if config.scene_names else "",
        settings=config,
    )
    for name in ("media_dir", "video_dir", "images_dir"):
        _set(config, name, relative)
    _set(config, "sections_dir", f"{relative}/sections")
    _set(config, "partial_movie_dir", f"{relative}/{PARTIAL_NAME}")
    fps: Fraction = chunk.fps if chunk else parse_frame_rate(config.frame_rate)
    return SegmentRecorder(
        folder,
        made_from,
        fps,
        chunk.frame_count if chunk else None,
        scene_file=Path(config.input_file),
        keep_partial=not config.disable_caching,
    )


def _set(config: Any, name: str, value: Any) -> None:
    _settings_before.setdefault(name, getattr(config, name, _ABSENT))
    setattr(config, name, value)
