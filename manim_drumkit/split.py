"""Splitting: from a folder of stems to a folder that is ready to run."""

import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from manim_drumkit.chunk import levels_digest
from manim_drumkit.command import check_manim_options
from manim_drumkit.errors import FilmError, PlanError
from manim_drumkit.frames import frame_count, parse_frame_rate
from manim_drumkit.levels import Levels, StemLevels, measure
from manim_drumkit.mix import write_audio, write_mix
from manim_drumkit.plan import PLAN_NAME, ChunkPlace, Plan, chunk_borders
from manim_drumkit.script import movable, run_all_script
from manim_drumkit.source import DEFAULT_SCENE, find_scene
from manim_drumkit.stems import Stem, find_stems
from manim_drumkit.workspace import MIX_NAME, SCRIPT_NAME, chunk_name, file_names, replacing

QUALITIES = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Manim's qualities: width and height in pixels, frames per second."""

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
    start_frame: int
    """The frame of the music with which the film starts."""
    borders: list[int]
    """The frames of the film with which chunks start, and the film's length."""

    @property
    def frames(self) -> int:
        """The length of the film."""
        return self.borders[-1]


@dataclass(frozen=True)
class Split:
    """What was split, for a report."""

    material: Material
    levels: list[StemLevels]
    """What was measured, in the order of the stems."""
    plan: Plan
    script: Path
    """What to run next."""


def split(
    folder: Path, settings: SplitSettings, *, progress: Callable[[list[Stem]], Iterable[Stem]]
) -> Split:
    """Write the chunks, the sound, the plan and the script for a folder of stems.

    Everything is checked before anything is written, and nothing is changed in the output
    folder until all is written.

    Args:
        folder: the stems.
        settings: what to make of them.
        progress: is given the stems, and passes them on as they are worked through.

    Raises:
        DrumkitError: an input cannot be used, or the output folder cannot be written.
    """
    material = check(folder, settings)
    audio = not settings.no_audio
    names = file_names(len(material.borders) - 1, audio=audio)
    with replacing(settings.out, names) as staged:
        levels = [measure(stem, material.fps) for stem in progress(material.stems)]
        chunks = _write_chunks(staged, material, levels)
        if audio:
            _write_sound(staged / MIX_NAME, material)
        plan = _plan(material, settings, chunks)
        _write_script(staged / SCRIPT_NAME, plan, settings)
        plan.save(staged / PLAN_NAME)
    return Split(material, levels, plan, settings.out / SCRIPT_NAME)


def check(folder: Path, settings: SplitSettings) -> Material:
    """Check all that can be checked before the work, and lay out the film.

    Raises:
        DrumkitError: an input cannot be used.
    """
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    scene_file, scene = find_scene(settings.scene)
    width, height, fps_of_quality = QUALITIES[settings.quality]
    if settings.manim_options:
        width, height = check_manim_options(settings.manim_options)["resolution"] or (width, height)
    fps = parse_frame_rate(settings.fps or fps_of_quality)
    stems, passed_over = find_stems(folder)
    start_frame, frames = _excerpt(stems[0], fps, settings)
    borders = chunk_borders(
        frames,
        jobs=settings.jobs,
        fps=fps,
        chunk_seconds=settings.chunk_seconds,
        frame_seconds=FRAME_SECONDS + PIXEL_SECONDS * width * height,
    )
    audio = _finished_mix(settings)
    return Material(stems, passed_over, audio, scene_file, scene, fps, start_frame, borders)


def _excerpt(stem: Stem, fps: Fraction, settings: SplitSettings) -> tuple[int, int]:
    """Give the first frame of the film in the music, and the number of frames."""
    total = frame_count(stem.samples, stem.rate, fps)
    start = round(settings.start * fps)
    stop = total if settings.end is None else min(round(settings.end * fps), total)
    if not start < stop:
        raise PlanError(
            f"there is no music from {settings.start:g} s to "
            f"{'the end' if settings.end is None else f'{settings.end:g} s'}; the stems last "
            f"{stem.seconds:.3f} s: choose another --start or --end"
        )
    return start, stop - start


def _finished_mix(settings: SplitSettings) -> Stem | None:
    if settings.audio is None:
        return None
    audio = Stem.open(settings.audio)
    if audio.seconds <= settings.start:
        raise PlanError(
            f"{settings.audio} lasts {audio.seconds:.3f} s and ends before --start "
            f"{settings.start:g}; it must start together with the stems"
        )
    return audio


def _write_chunks(
    folder: Path, material: Material, measured: list[StemLevels]
) -> tuple[ChunkPlace, ...]:
    start = material.start_frame
    whole: Levels = np.stack([each.levels for each in measured], axis=1)
    film = whole[start : start + material.frames]
    chunks = []
    for number, first in enumerate(material.borders[:-1]):
        levels = np.ascontiguousarray(film[first : material.borders[number + 1]])
        np.save(folder / chunk_name(number), levels, allow_pickle=False)
        chunks.append(ChunkPlace(first, len(levels), levels_digest(levels)))
    return tuple(chunks)


def _write_sound(path: Path, material: Material) -> None:
    start, frames, fps = material.start_frame, material.frames, material.fps
    if material.audio:
        write_audio(path, material.audio, start_frame=start, frames=frames, fps=fps)
    else:
        write_mix(path, material.stems, start_frame=start, frames=frames, fps=fps)


def _plan(material: Material, settings: SplitSettings, chunks: tuple[ChunkPlace, ...]) -> Plan:
    return Plan(
        scene_file=movable(material.scene_file, settings.out, Path.cwd()),
        scene=material.scene,
        manim_options=("--quality", settings.quality, *settings.manim_options),
        fps=material.fps,
        stems=tuple(stem.name for stem in material.stems),
        chunks=chunks,
        audio=not settings.no_audio,
        intro_seconds=settings.intro,
    )


def _write_script(path: Path, plan: Plan, settings: SplitSettings) -> None:
    script = run_all_script(
        plan, settings.out, jobs=settings.jobs, python=sys.executable, project=Path.cwd()
    )
    path.write_text(script, "utf-8")
    path.chmod(0o755)
