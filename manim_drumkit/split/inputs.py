"""The material of a film: all input, checked before any work, and the film laid out."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from manim_drumkit.errors import FilmError, PlanError
from manim_drumkit.palette import default_color
from manim_drumkit.segment.manim_cli import check_manim_options, encoder_options
from manim_drumkit.segment.scene_imports import DEFAULT_SCENE, find_scene
from manim_drumkit.settings import LevelSettings
from manim_drumkit.split.config import Config
from manim_drumkit.stems.folder import Stem, find_stems
from manim_drumkit.timing import frame_count, parse_frame_rate
from manim_drumkit.workspace.plan import chunk_borders

QUALITIES = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Manim's qualities: width and height in pixels, frames per second."""

PRESETS = tuple("ultrafast superfast veryfast faster fast medium slow slower veryslow".split())
"""What x264 calls its compromises, from the fastest to the smallest files."""

MOST_CHANNELS = 8
"""What AAC has room for."""

FRAME_SECONDS = 0.01
PIXEL_SECONDS = 2e-8
"""About what the stock scene and its encoding take, per frame and per pixel on top."""


@dataclass(frozen=True)
class SplitSettings:
    """What the user may choose; the defaults are those of ``drumkit-split``."""

    out: Path = Path("tmp")
    """The folder to write the chunks and the script into."""
    scene: str = DEFAULT_SCENE
    """The scene, as ``FILE:CLASS``."""
    quality: str = "h"
    """Manim's quality: a key of :data:`QUALITIES`."""
    preset: str = "veryfast"
    """x264's preset: one of :data:`PRESETS`."""
    fps: str | None = None
    """Frames per second; ``None`` for the quality's."""
    chunk_seconds: float | None = None
    """The length of a chunk; ``None`` to choose it."""
    jobs: int = 1
    """How many manim processes run side by side."""
    start: float = 0.0
    """Where the film starts in the music, in seconds."""
    end: float | None = None
    """Where the film ends in the music, in seconds; ``None`` for its end."""
    intro: float = 0.0
    """How long the opening takes, in seconds, for scenes that have one."""
    config: Path | None = None
    """A ``drumkit.toml``."""
    levels: Mapping[str, Any] = field(default_factory=dict)
    """Fields of :class:`LevelSettings` that go before those of the ``drumkit.toml``."""
    lengths: Literal["equal", "pad", "trim"] = "equal"
    """What is done about stems of different length."""
    audio: Path | None = None
    """A finished mix to use as the sound."""
    no_audio: bool = False
    """Whether the film is silent."""
    manim_options: tuple[str, ...] = ()
    """More options for every ``manim render``."""


@dataclass(frozen=True)
class Material:
    """All input of a split, checked."""

    stems: list[Stem]
    passed_over: list[Path]
    """Files in the stems' folder that are not audio."""
    audio: Stem | None
    """The finished mix, if one was given."""
    scene_file: Path
    scene: str
    fps: Fraction
    levels: LevelSettings
    music_frames: int
    """The length of the music."""
    start_frame: int
    """The frame of the music with which the film starts."""
    borders: list[int]
    """The frames of the film with which chunks start, and the film's length."""
    manim_options: tuple[str, ...]
    """What every ``manim render`` is given: ours first, then the user's."""

    @property
    def frames(self) -> int:
        """The length of the film."""
        return self.borders[-1]

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands under the stems."""
        return tuple(stem.label for stem in self.stems)

    @property
    def colors(self) -> tuple[str, ...]:
        """The colours of the stems, as ``#RRGGBB``."""
        count = len(self.stems)
        chosen = [stem.settings.color for stem in self.stems]
        return tuple((c or default_color(i, count)).upper() for i, c in enumerate(chosen))


def check(folder: Path, settings: SplitSettings) -> Material:
    """Check all that can be checked before the work, and lay out the film.

    Raises:
        DrumkitError: an input cannot be used.
    """
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    _check_out(settings.out, folder)
    scene_file, scene = find_scene(settings.scene)
    width, height, fps_of_quality = QUALITIES[settings.quality]
    parameters = check_manim_options(settings.manim_options) if settings.manim_options else {}
    width, height = parameters.get("resolution") or (width, height)
    fps = parse_frame_rate(fps_of_quality if settings.fps is None else settings.fps)
    config = Config.load(settings.config) if settings.config else Config()
    stems, passed_over = find_stems(folder, config.stems, lengths=settings.lengths)
    music_frames = _music_frames(stems, fps, settings)
    start_frame, frames = _excerpt(music_frames, fps, settings)
    borders = chunk_borders(
        frames,
        jobs=settings.jobs,
        fps=fps,
        chunk_seconds=settings.chunk_seconds,
        frame_seconds=FRAME_SECONDS + PIXEL_SECONDS * width * height,
    )
    return Material(
        stems=stems,
        passed_over=passed_over,
        audio=_finished_mix(settings),
        scene_file=scene_file,
        scene=scene,
        fps=fps,
        levels=LevelSettings(**{**config.levels, **settings.levels}),
        music_frames=music_frames,
        start_frame=start_frame,
        borders=borders,
        manim_options=(
            *("--quality", settings.quality),
            *encoder_options(parameters, preset=settings.preset, jobs=settings.jobs, cores=cores()),
            *settings.manim_options,
        ),
    )


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_out(out: Path, stems: Path) -> None:
    if out.resolve() == stems.resolve():
        raise PlanError(f"{out} holds the stems; choose another folder with --out")
    if os.fsencode(out.absolute()).decode("utf-8", "replace") != str(out.absolute()):
        raise PlanError(
            f"{out.absolute()} is not a name in UTF-8, which manim cannot take; use another folder"
        )
    for sign, name in (("{", "a brace"), ("}", "a brace"), ("\n", "a line break")):
        if sign in os.path.relpath(out):
            raise PlanError(
                f"{out} has {name} in its name, which manim cannot take; choose another --out"
            )


def _music_frames(stems: list[Stem], fps: Fraction, settings: SplitSettings) -> int:
    lengths = [frame_count(stem.samples, stem.rate, fps) for stem in stems]
    return min(lengths) if settings.lengths == "trim" else max(lengths)


def _excerpt(total: int, fps: Fraction, settings: SplitSettings) -> tuple[int, int]:
    """Give the first frame of the film in the music, and the number of frames."""
    start = round(settings.start * fps)
    stop = total if settings.end is None else min(round(settings.end * fps), total)
    if not start < stop:
        end = "the end" if settings.end is None else f"{settings.end:g} s"
        raise PlanError(
            f"there is no music from {settings.start:g} s to {end}; the stems last "
            f"{float(total / fps):.3f} s: choose another --start or --end"
        )
    return start, stop - start


def _finished_mix(settings: SplitSettings) -> Stem | None:
    if settings.audio is None:
        return None
    audio = Stem.open(settings.audio)
    if audio.channels > MOST_CHANNELS:
        raise PlanError(
            f"{settings.audio} has {audio.channels} channels; mix it down to {MOST_CHANNELS}"
        )
    if audio.seconds <= settings.start:
        raise PlanError(
            f"{settings.audio} lasts {audio.seconds:.3f} s and ends before --start "
            f"{settings.start:g}; it must start together with the stems"
        )
    return audio
