"""Splitting: from a folder of stems to a folder that is ready to run."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from soundfile import LibsndfileError

from manim_drumkit.atomic import sha256, written_whole
from manim_drumkit.errors import PlanError
from manim_drumkit.levels.measure import Levels, StemLevels, measure
from manim_drumkit.levels.plot import plot_levels
from manim_drumkit.split.inputs import Material, SplitSettings, check
from manim_drumkit.split.script import movable, run_all_script
from manim_drumkit.stems.mix import write_audio, write_mix
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.layout import (
    MIX_NAME,
    PLOT_NAME,
    SCRIPT_NAME,
    chunk_name,
    file_names,
    refuse_foreign,
    replacing,
)
from manim_drumkit.workspace.plan import PLAN_NAME, ChunkPlace, Plan

Watch: TypeAlias = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def unwatched(samples: int) -> Iterator[Callable[[int], None]]:
    """Watch nothing; see :func:`split`."""
    yield lambda read: None


@dataclass(frozen=True)
class Split:
    """What was split, for a report."""

    material: Material
    measured: list[StemLevels]
    """What was measured of the whole music, in the order of the stems."""

    @property
    def levels(self) -> Levels:
        """The levels of the film, ``float32[frames, stems]``."""
        start = self.material.start_frame
        whole = np.stack([each.levels for each in self.measured], axis=1)
        return np.ascontiguousarray(whole[start : start + self.material.frames])

    def plot_into(self, folder: Path) -> None:
        """Draw the plot into a folder, in place of an older plot.

        Raises:
            PlanError: the folder cannot be written, or holds a file of that name which is
                not such a plot.
        """
        refuse_foreign(folder, {PLOT_NAME})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with written_whole(folder / PLOT_NAME) as temporary:
                self.plot(temporary)
        except OSError as error:
            raise PlanError(
                f"{folder} cannot be written ({error.strerror}); choose another with --out"
            ) from error

    def plot(self, path: Path) -> None:
        """Draw the levels of the film and the borders of its chunks."""
        material = self.material
        plot_levels(
            path,
            self.levels,
            labels=material.labels,
            colors=material.colors,
            fps=material.fps,
            borders=material.borders,
        )


def split(folder: Path, settings: SplitSettings, *, watch: Watch = unwatched) -> Split:
    """Write the chunks, the sound, the plan and the script for a folder of stems.

    Everything is checked before anything is written, and nothing is changed in the output
    folder until all is written.

    Args:
        folder: the stems.
        settings: what to make of them.
        watch: is given the number of samples to read, and gives a context whose value is
            called with the samples that were read; from several threads.

    Raises:
        DrumkitError: an input cannot be used, or the output folder cannot be written.
    """
    material = check(folder, settings)
    audio = not settings.no_audio
    names = file_names(len(material.borders) - 1, audio=audio)
    with replacing(settings.out, names, film=f"{material.scene}.mp4") as staged:
        done = look(material, settings, watch=watch)
        chunks = _write_chunks(staged, done)
        with ThreadPoolExecutor(1) as aside:
            sound = aside.submit(_write_sound, staged / MIX_NAME, material) if audio else None
            done.plot(staged / PLOT_NAME)
            if sound:
                sound.result()
        mix = sha256(staged / MIX_NAME) if audio else ""
        plan = plan_of(material, settings, chunks, mix_sha256=mix)
        _write_script(staged / SCRIPT_NAME, plan, settings)
        plan.save(staged / PLAN_NAME)
    return done


def look(material: Material, settings: SplitSettings, *, watch: Watch = unwatched) -> Split:
    """Measure the levels, and write nothing.

    Raises:
        DrumkitError: a stem cannot be read to its end, or a setting does not fit it.
    """
    total = sum(stem.samples for stem in material.stems)
    with watch(total) as progress:
        measured = measure(
            material.stems,
            material.fps,
            material.music_frames,
            material.levels,
            jobs=settings.jobs,
            progress=progress,
        )
    return Split(material, measured)


def _write_chunks(folder: Path, done: Split) -> tuple[ChunkPlace, ...]:
    film = done.levels
    chunks = []
    for number, (first, stop) in enumerate(pairwise(done.material.borders)):
        levels = film[first:stop]
        np.save(folder / chunk_name(number), levels, allow_pickle=False)
        chunks.append(ChunkPlace(first, len(levels), levels_digest(levels)))
    return tuple(chunks)


def _write_sound(path: Path, material: Material) -> None:
    start, frames, fps = material.start_frame, material.frames, material.fps
    try:
        if material.audio:
            write_audio(path, material.audio, start_frame=start, frames=frames, fps=fps)
        else:
            write_mix(path, material.stems, start_frame=start, frames=frames, fps=fps)
    except LibsndfileError as error:  # stems that cannot be read are named before
        raise PlanError(
            f"the sound cannot be written into {path.parent.parent}; is the disk full?"
        ) from error


def plan_of(
    material: Material,
    settings: SplitSettings,
    chunks: tuple[ChunkPlace, ...],
    *,
    mix_sha256: str = "",
) -> Plan:
    """Lay down what the render needs to know."""
    return Plan(
        scene_file=movable(material.scene_file, settings.out, Path.cwd()),
        scene=material.scene,
        manim_options=material.manim_options,
        fps=material.fps,
        stems=tuple(stem.name for stem in material.stems),
        labels=material.labels,
        colors=material.colors,
        chunks=chunks,
        audio=not settings.no_audio,
        mix_sha256=mix_sha256,
        intro_seconds=settings.intro,
    )


def _write_script(path: Path, plan: Plan, settings: SplitSettings) -> None:
    script = run_all_script(
        plan, settings.out, jobs=settings.jobs, python=sys.executable, project=Path.cwd()
    )
    path.write_bytes(os.fsencode(script))  # names may be of any bytes
    path.chmod(0o755)
