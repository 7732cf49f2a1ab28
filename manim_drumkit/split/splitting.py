"""Splitting: from a folder of stems to a folder that is ready to run."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np

from manim_drumkit.atomic import atomic_path, sha256
from manim_drumkit.errors import PlanError
from manim_drumkit.levels.measure import StemLevels, measure
from manim_drumkit.levels.plot import plot_levels
from manim_drumkit.segment.manim_cli import settings_with
from manim_drumkit.split.inputs import Inputs, check_inputs
from manim_drumkit.split.script import movable, run_all_script
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.stems.mix import write_audio, write_mix
from manim_drumkit.workspace.chunk import Levels, levels_digest
from manim_drumkit.workspace.layout import (
    MIX_NAME,
    PLAN_NAME,
    PLOT_NAME,
    SCRIPT_NAME,
    chunk_name,
    split_names,
)
from manim_drumkit.workspace.plan import ChunkPlace, Plan
from manim_drumkit.workspace.publish import refuse_foreign, replacing

Watch: TypeAlias = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def unwatched(samples: int) -> Iterator[Callable[[int], None]]:
    """Watch nothing; see :func:`split`."""
    yield lambda read: None


@dataclass(frozen=True)
class Split:
    """What was split, for a report."""

    inputs: Inputs
    measured: list[StemLevels]
    """What was measured of the whole music, in the order of the stems."""

    @property
    def levels(self) -> Levels:
        """The levels of the film, ``float32[frames, stems]``."""
        start = self.inputs.start_frame
        whole = np.stack([each.levels for each in self.measured], axis=1)
        return np.ascontiguousarray(whole[start : start + self.inputs.frames])

    def plot_into(self, folder: Path) -> None:
        """Draw the plot into a folder, in place of an older plot.

        Raises:
            PlanError: the folder cannot be written, or holds a file of that name which is
                not such a plot.
        """
        refuse_foreign(folder, {PLOT_NAME})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_path(folder / PLOT_NAME) as temporary:
                self.plot(temporary)
        except OSError as error:
            raise PlanError(
                f"{folder} cannot be written ({error.strerror}); choose another with --out"
            ) from error

    def plot(self, path: Path) -> None:
        """Draw the levels of the film and the borders of its chunks."""
        film = self.inputs.film
        plot_levels(
            path,
            self.levels,
            labels=film.labels,
            colors=film.colors,
            fps=film.fps,
            borders=self.inputs.borders,
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
    inputs = check_inputs(folder, settings)
    names = split_names(len(inputs.borders) - 1, audio=not inputs.silent)
    with (
        replacing(inputs.out, names, film=f"{inputs.scene}.mp4") as staged,
        ThreadPoolExecutor(2) as aside,
    ):
        manim_settings = aside.submit(settings_of_manims, inputs)  # loads manim meanwhile
        done = measure_inputs(inputs, watch=watch)
        chunks = _write_chunks(staged, done)
        sound = None if inputs.silent else aside.submit(_write_sound, staged / MIX_NAME, inputs)
        done.plot(staged / PLOT_NAME)
        mix = "" if sound is None else sound.result()
        plan = plan_of(inputs, chunks, settings=manim_settings.result(), mix_sha256=mix)
        _write_script(staged / SCRIPT_NAME, plan, inputs)
        plan.save(staged / PLAN_NAME)
    return done


def measure_inputs(inputs: Inputs, *, watch: Watch = unwatched) -> Split:
    """Measure the levels, and write nothing.

    Raises:
        DrumkitError: a stem cannot be read to its end, or a setting does not fit it.
    """
    total = sum(stem.samples for stem in inputs.stems)
    with watch(total) as progress:
        measured = measure(
            inputs.stems,
            inputs.fps,
            inputs.music_frames,
            inputs.levels,
            jobs=inputs.jobs,
            progress=progress,
        )
    return Split(inputs, measured)


def settings_of_manims(inputs: Inputs) -> dict[str, str]:
    """Return the settings that every manim of the run will have."""
    return settings_with(inputs.scene_file, inputs.scene, inputs.manim_options, fps=inputs.fps)


def plan_of(
    inputs: Inputs,
    chunks: tuple[ChunkPlace, ...],
    *,
    settings: Mapping[str, str],
    mix_sha256: str = "",
) -> Plan:
    """Return what the render needs to know."""
    return Plan(
        film=inputs.film,
        scene_file=movable(inputs.scene_file, inputs.out, Path.cwd()),
        scene=inputs.scene,
        manim_options=inputs.manim_options,
        settings=settings,
        chunks=chunks,
        mix_sha256=mix_sha256,
    )


def _write_chunks(folder: Path, done: Split) -> tuple[ChunkPlace, ...]:
    film = done.levels
    chunks = []
    for number, (first, stop) in enumerate(pairwise(done.inputs.borders)):
        levels = film[first:stop]
        np.save(folder / chunk_name(number), levels, allow_pickle=False)
        chunks.append(ChunkPlace(first, len(levels), levels_digest(levels)))
    return tuple(chunks)


def _write_sound(path: Path, inputs: Inputs) -> str:
    """Write the sound of the film; return its checksum."""
    start, frames, fps = inputs.start_frame, inputs.frames, inputs.fps
    if inputs.audio:
        write_audio(path, inputs.audio, start_frame=start, frames=frames, fps=fps)
    else:
        write_mix(path, inputs.stems, start_frame=start, frames=frames, fps=fps)
    return sha256(path)


def _write_script(path: Path, plan: Plan, inputs: Inputs) -> None:
    script = run_all_script(
        plan, inputs.out, jobs=inputs.jobs, python=sys.executable, project=Path.cwd()
    )
    path.write_bytes(os.fsencode(script))  # names may be of any bytes
    path.chmod(0o755)
