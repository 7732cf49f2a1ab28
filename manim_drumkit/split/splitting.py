"""Splitting: from a folder of stems to a folder that is ready to run."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.atomic import atomic_path
from manim_drumkit.errors import PlanError
from manim_drumkit.levels.measure import StemLevels, measure
from manim_drumkit.levels.peaks import PeakFinder, find_peaks, load_scipy
from manim_drumkit.levels.plot import load_matplotlib, plot_levels
from manim_drumkit.split.helper import Helper
from manim_drumkit.split.inputs import Inputs, check_inputs
from manim_drumkit.split.manim_settings import manim_settings
from manim_drumkit.split.script import movable, run_all_script
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.stems.mix import MixWriter, write_audio
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.film_levels import Music, write_music
from manim_drumkit.workspace.layout import (
    BACKGROUND_NAME,
    MIX_NAME,
    PLAN_NAME,
    PLOT_NAME,
    SCRIPT_NAME,
    film_names,
    split_names,
)
from manim_drumkit.workspace.plan import Plan
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
    music_hits: npt.NDArray[Any]
    """The hits of the whole music, with times from its start."""
    sound_gain: float = 1.0
    """By what factor the sound was turned down."""
    finish_sound: Callable[[], str] = lambda: ""
    """Finishes the file of the sound, if there is one, and returns its checksum."""

    @cached_property
    def levels(self) -> Levels:
        """The levels of the film, ``float32[frames, stems]``."""
        start = self.inputs.start_frame
        whole = np.stack([each.levels for each in self.measured], axis=1)
        return np.ascontiguousarray(whole[start : start + self.inputs.frames])

    @cached_property
    def hits(self) -> npt.NDArray[Any]:
        """The hits of the film, with times from its start.

        See :data:`~manim_drumkit.workspace.film_levels.HIT`.
        """
        fps, hits = self.inputs.fps, self.music_hits.copy()
        hits["time"] -= float(self.inputs.start_frame / fps)
        within = (hits["time"] >= 0) & (hits["time"] < float(self.inputs.frames / fps))
        return hits[within]

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


def split(
    folder: Path,
    settings: SplitSettings,
    *,
    watch: Watch = unwatched,
    helper: Helper | None = None,
) -> Split:
    """Write the chunks, the sound, the plan and the script for a folder of stems.

    Everything is checked before anything is written, and nothing is changed in the output
    folder until all is written.

    Args:
        folder: the stems.
        settings: what to make of them.
        watch: is given the number of samples to read, and gives a context whose value is
            called with the samples that were read; from several threads.
        helper: what to ask for manim's settings and for peaks, if one was started before.

    Raises:
        DrumkitError: an input cannot be used, or the output folder cannot be written.
    """
    inputs = check_inputs(folder, settings)
    names = split_names(
        len(inputs.borders) - 1, audio=not inputs.silent, background=bool(inputs.background)
    )
    film = film_names(inputs.scene)[inputs.transparent]
    with (
        replacing(inputs.out, names, film=film) as staged,
        ThreadPoolExecutor(2) as aside,
    ):
        settings_task = aside.submit(manim_settings, inputs, helper)  # loads manim meanwhile
        if helper is None:
            aside.submit(load_scipy)
        aside.submit(load_matplotlib)
        watch = _until_failure(watch, settings_task)
        mix = None if inputs.silent else staged / MIX_NAME
        peaks_in = helper.find_peaks if helper else find_peaks
        done = measure_inputs(inputs, watch=watch, mix=mix, peaks_in=peaks_in)
        checksum = aside.submit(done.finish_sound)
        music = write_music(staged, done.levels, done.hits, inputs.borders)
        done.plot(staged / PLOT_NAME)
        if inputs.background:
            (staged / BACKGROUND_NAME).write_bytes(inputs.background)
        plan = plan_of(
            inputs,
            music,
            settings=settings_task.result(),
            mix_sha256=checksum.result(),
        )
        _write_script(staged / SCRIPT_NAME, plan, inputs)
        plan.save(staged / PLAN_NAME)
    return done


def measure_inputs(
    inputs: Inputs,
    *,
    watch: Watch = unwatched,
    mix: Path | None = None,
    peaks_in: PeakFinder = find_peaks,
) -> Split:
    """Measure the levels; write the sound of the film, if asked, and nothing else.

    Args:
        inputs: what to measure.
        watch: see :func:`split`.
        mix: the file to write the sound into.
        peaks_in: what finds the peaks of an onset function.

    Raises:
        DrumkitError: a stem cannot be read to its end, or a setting does not fit it.
    """
    start, frames, fps = inputs.start_frame, inputs.frames, inputs.fps
    mixer, gain, audio_sha256 = None, 1.0, ""
    if mix and not inputs.audio:
        mixer = MixWriter(mix, inputs.stems, start_frame=start, frames=frames, fps=fps)
    total = sum(stem.samples for stem in inputs.stems)
    with watch(total) as progress:
        measured = measure(
            inputs.stems,
            inputs.fps,
            inputs.music_frames,
            inputs.levels,
            jobs=inputs.jobs,
            progress=progress,
            listener=mixer,
            peaks_in=peaks_in,
        )
    if mix and inputs.audio:
        sound = inputs.audio
        gain, audio_sha256 = write_audio(mix, sound, start_frame=start, frames=frames, fps=fps)
    return Split(
        inputs,
        measured.stems,
        measured.hits,
        mixer.gain if mixer else gain,
        mixer.finish if mixer else lambda: audio_sha256,
    )


def _until_failure(watch: Watch, task: "Future[Any]") -> Watch:
    """Watch the reading, and end it as soon as a task beside it has failed."""

    @contextmanager
    def both(samples: int) -> Iterator[Callable[[int], None]]:
        with watch(samples) as progress:

            def advance(read: int) -> None:
                if task.done():
                    task.result()
                progress(read)

            yield advance

    return both


def plan_of(
    inputs: Inputs,
    music: Music,
    *,
    settings: Mapping[str, str],
    mix_sha256: str = "",
) -> Plan:
    """Return what the render needs to know."""
    return Plan(
        film=inputs.film,
        scene_file=movable(inputs.scene_file, inputs.out, Path.cwd()),
        scene=inputs.scene,
        transparent=inputs.transparent,
        manim_options=inputs.manim_options,
        settings=settings,
        **music._asdict(),
        mix_sha256=mix_sha256,
    )


def _write_script(path: Path, plan: Plan, inputs: Inputs) -> None:
    script = run_all_script(
        plan, inputs.out, jobs=inputs.jobs, python=sys.executable, project=Path.cwd()
    )
    path.write_bytes(os.fsencode(script))  # names may be of any bytes
    path.chmod(0o755)
