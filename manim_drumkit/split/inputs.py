"""The inputs of a film: all that the user gave, checked before any work, and the film laid out."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from manim_drumkit.cores import usable_cores
from manim_drumkit.errors import FilmError, PlanError, UsageError
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.palette import Theme
from manim_drumkit.segment.manim_cli import ALPHA_OPTIONS, check_manim_options, encoder_options
from manim_drumkit.settings import hex_color
from manim_drumkit.split.config import Config
from manim_drumkit.split.film_options import FilmOptions
from manim_drumkit.split.hints import mix_hints
from manim_drumkit.split.picture import picture_of
from manim_drumkit.split.scene_file import find_scene
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.stems.folder import FoundStems, find_stems
from manim_drumkit.stems.row import kinds_of, labels_of
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import frame_count, parse_frame_rate
from manim_drumkit.workspace.chunking import chunk_borders
from manim_drumkit.workspace.plan import Film

MOST_CHANNELS = 8
"""What AAC has room for."""

FRAME_SECONDS = 0.01
PIXEL_SECONDS = 2e-8
"""About what the stock scene and its encoding take, per frame and per pixel on top."""


@dataclass(frozen=True)
class Inputs:
    """All that a film is made from, checked; nothing else is asked after this."""

    out: Path
    """The folder to write the chunks and the script into."""
    jobs: int
    """How many manim processes run in parallel."""
    stems: list[Stem]
    skipped: list[Path]
    """Files in the stems' folder that are not audio."""
    notes: list[str]
    """What the user should know of the files, in a line each."""
    silent: bool
    """Whether the film has no sound."""
    audio: Stem | None
    """The finished mix, if one was given."""
    scene_file: Path
    scene: str
    film: Film
    """What scenes will know of the film."""
    transparent: bool
    """Whether the film has an alpha channel instead of a background."""
    background: bytes
    """The image behind the film, in PNG; empty without one."""
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
    def fps(self) -> Fraction:
        """Frames per second."""
        return self.film.fps

    @property
    def frames(self) -> int:
        """The length of the film."""
        return self.film.total_frames


def check_inputs(place: Path, settings: SplitSettings) -> Inputs:
    """Check all that can be checked before the work, and lay out the film.

    Args:
        place: the folder of stems, or one file of them.
        settings: what to make of them.

    Raises:
        DrumkitError: an input cannot be used.
    """
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    _check_out(settings.out, place)
    scene_file, scene = find_scene(settings.scene)
    parameters: dict[str, Any] = {}
    if settings.manim_options:
        parameters = check_manim_options(settings.manim_options, transparent=settings.transparent)
    picture = picture_of(settings, parameters, Path.cwd())
    fps = parse_frame_rate(picture.fps)
    config = Config.load(settings.config) if settings.config else Config()
    options = FilmOptions(scene_file, scene)
    options.update(config.scene, f"{settings.config}, [scene]")
    options.update_from_text(settings.options)
    if settings.transparent and options.chosen.get("background"):
        raise UsageError(
            f"--transparent and the background {options.chosen['background']} contradict; leave "
            "one out"
        )
    background = options.take_image(picture.width, picture.height)
    found = find_stems(
        place,
        config.stems,
        fps=fps,
        lengths=settings.lengths,
        channels=settings.split_channels,
        bands=settings.bands,
    )
    stems, audio = found.stems, _finished_mix(settings)
    music_frames = _music_frames(stems, fps, settings)
    start_frame, frames = _excerpt(music_frames, fps, settings)
    borders = chunk_borders(
        frames,
        jobs=settings.jobs,
        fps=fps,
        chunk_seconds=settings.chunk_seconds,
        frame_seconds=FRAME_SECONDS + PIXEL_SECONDS * picture.width * picture.height,
    )
    return Inputs(
        out=settings.out,
        jobs=settings.jobs,
        stems=stems,
        skipped=found.skipped,
        notes=[*_notes(found, audio, settings), *options.notes],
        silent=settings.no_audio,
        audio=audio,
        scene_file=scene_file,
        scene=scene,
        film=Film(
            stems=tuple(stem.name for stem in stems),
            labels=labels_of(stems),
            kinds=kinds_of(stems),
            colors=_colors(stems, options.theme),
            fps=fps,
            total_frames=frames,
            intro_seconds=settings.intro,
            options=options.chosen,
            background_sha256=hashlib.sha256(background).hexdigest() if background else "",
        ),
        transparent=settings.transparent,
        background=background,
        levels=LevelSettings(**{**config.levels, **settings.levels}),
        music_frames=music_frames,
        start_frame=start_frame,
        borders=borders,
        manim_options=(
            *picture.options,
            *(ALPHA_OPTIONS if settings.transparent else ()),
            *encoder_options(
                parameters,
                preset=settings.preset,
                transparent=settings.transparent,
                jobs=settings.jobs,
                cores=usable_cores(),
            ),
            *settings.manim_options,
        ),
    )


def _notes(found: FoundStems, audio: Stem | None, settings: SplitSettings) -> list[str]:
    summed = audio is None and not settings.no_audio
    heard = audio.notes if audio else ()
    return [*found.notes, *heard, *mix_hints(found.stems, summed=summed)]


def _colors(stems: list[Stem], theme: Theme) -> tuple[str, ...]:
    chosen = [hex_color(stem.settings.color or "") for stem in stems]
    return tuple(color or theme.color(i, len(stems)) for i, color in enumerate(chosen))


def _check_out(out: Path, stems: Path) -> None:
    folder = stems if stems.is_dir() else stems.parent
    if out.resolve() == Path.cwd():
        raise PlanError("--out is the folder that you are in; name one of its own, like tmp")
    if out.resolve() == folder.resolve():
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
    """Return the first frame of the film in the music, and the number of frames."""
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
