"""The estimate: what a film will take, from a few frames of its quietest and loudest stretch."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from manim_drumkit.atomic import disk_is_full
from manim_drumkit.errors import SceneError
from manim_drumkit.run.logs import log_tail
from manim_drumkit.run.trial import Trial, start_manim
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.chunking import chunk_borders
from manim_drumkit.workspace.layout import (
    chunk_name,
    log_path,
    segment_folder,
)
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.protocol import manim_command
from manim_drumkit.workspace.receipt import frames_rendered, has_receipt

STRETCH_S = 2.0
"""The length of a stretch, in the film."""
ENOUGH_S = 15.0
"""How long one is drawn at most, after its first frame."""
FEWEST_FRAMES = 3
HANG_S = 600.0
"""How long a scene may take to its first frame."""
LOOK_INTERVAL_S = 0.02

CHUNK_S, JOIN_S, JOIN_FRAME_S = 0.2, 0.8, 4e-5
"""What a chunk takes beside its frames, and what joining takes: once, and per frame."""


@dataclass(frozen=True)
class Stretch:
    """Some frames of the film that were drawn for a try."""

    level: float
    """The mean of its levels."""
    start_seconds: float
    """From the start of manim to the first frame."""
    frame_seconds: float
    """What a frame took, while as many manims were at work as there are jobs."""


@dataclass(frozen=True)
class Estimate:
    """What a film will take."""

    plan: Plan
    jobs: int
    level: float
    """The mean of the film's levels."""
    quietest: Stretch
    loudest: Stretch

    @property
    def frame_seconds(self) -> float:
        """What a frame of the film's mean level takes one manim."""
        quiet, loud = self.quietest, self.loudest
        share = (self.level - quiet.level) / ((loud.level - quiet.level) or 1)
        return quiet.frame_seconds + share * (loud.frame_seconds - quiet.frame_seconds)

    def seconds(self, jobs: int) -> float:
        """Return the seconds that ``run_all.sh`` will take with ``jobs`` cores like these."""
        frames = self.plan.film.total_frames
        borders = chunk_borders(
            frames, jobs=jobs, fps=self.plan.film.fps, frame_seconds=self.frame_seconds
        )
        chunks = len(borders) - 1
        turns = -(-chunks // jobs)
        start = (self.quietest.start_seconds + self.loudest.start_seconds) / 2
        drawing = turns * (frames / chunks * self.frame_seconds + CHUNK_S)
        return start + drawing + JOIN_S + JOIN_FRAME_S * frames


def estimate(trial: Trial, *, jobs: int) -> Estimate:
    """Render a few frames, and say what the film will take; nothing is left behind.

    Args:
        trial: the film.
        jobs: how many manims will be at work in parallel; as many are for the try.

    Raises:
        SceneError: the scene cannot be drawn; the message has the end of manim's log.
    """
    plan, loudness = trial.plan, trial.levels.mean(axis=1)
    length = max(1, min(round(STRETCH_S * plan.film.fps), len(loudness) // 2))
    places = quietest_and_loudest(loudness, length)
    with tempfile.TemporaryDirectory(prefix="drumkit-estimate-") as temporary:
        folder = Path(temporary)
        inner = {at + end for at in places for end in (0, length)}
        borders = sorted({0, len(loudness)} | inner)
        trial.write(folder, borders)
        tried = [borders.index(at) for at in places]
        command = manim_command(trial.scene_file, plan.scene, plan.manim_options)
        wanted = {place: tried[place % 2] for place in range(max(jobs, 2))}
        at_once = [wanted] if jobs > 1 else [{place: n} for place, n in wanted.items()]
        tries = [each for some in at_once for each in _draw(folder, some, command)]
    means = [float(loudness[at : at + length].mean()) for at in places]
    quietest, loudest = (_mean(tries[i :: len(tried)], level) for i, level in enumerate(means))
    return Estimate(plan, jobs, float(loudness.mean()), quietest, loudest)


def quietest_and_loudest(loudness: Levels, length: int) -> tuple[int, int]:
    """Find where the quietest and the loudest stretch of some length begin.

    They do not overlap, if there is room for both.
    """
    sums = np.convolve(loudness, np.ones(length), mode="valid")
    quietest = int(np.argmin(sums))
    apart = np.abs(np.arange(len(sums)) - quietest) >= length
    candidates = np.flatnonzero(apart) if apart.any() else np.arange(len(sums))
    return quietest, int(candidates[np.argmax(sums[candidates])])


def _draw(folder: Path, wanted: Mapping[int, int], command: Sequence[str]) -> "list[_Try]":
    """Draw chunks in parallel, each for a while and into a place of its own."""
    with ExitStack() as ends:
        tries = [_Try(folder, number, place, command) for place, number in wanted.items()]
        for each in tries:
            ends.callback(each.end)
        working = tries
        while working:
            time.sleep(LOOK_INTERVAL_S)
            working = [each for each in working if not each.is_enough()]
    return tries


class _Try:
    """One manim that draws for the estimate."""

    def __init__(self, folder: Path, number: int, place: int, command: Sequence[str]) -> None:
        self._folder, self._place = folder, place
        self._segment = segment_folder(folder, f"try-{place}")
        chunk, began = folder / chunk_name(number), time.monotonic()
        with log_path(folder, place).open("wb") as log:
            words = ["--chunk-file", str(chunk), "--segment-dir", str(self._segment)]
            self._process = start_manim([*command, *words], output=log)
        self._began = began
        self._seen: list[tuple[float, int]] = []

    def is_enough(self) -> bool:
        """Update how far it is; return whether that will do."""
        ended = self._process.poll() is not None
        frames, now = frames_rendered(self._segment), time.monotonic()
        if frames and (ended or not self._seen or frames > self._seen[-1][1]):
            self._seen.append((now, frames))
        if ended and not has_receipt(self._segment):
            full = disk_is_full(self._folder)
            cause = f"there is no room in {self._folder.parent}" if full else "as its log says"
            tail = log_tail(self._folder, self._place)
            raise SceneError(f"the scene cannot be drawn: {cause}\n{tail}")
        if not self._seen and now - self._began > HANG_S:
            raise SceneError(f"the scene has drawn no frame in {HANG_S:g} s")
        long_enough = bool(self._seen) and now - self._seen[0][0] > ENOUGH_S
        return ended or (long_enough and self._seen[-1][1] >= FEWEST_FRAMES)

    @property
    def start_seconds(self) -> float:
        """How long it took to the first frame."""
        return self._seen[0][0] - self._began

    @property
    def frame_seconds(self) -> float:
        """How long a frame took after that."""
        (start, first), (stop, last) = self._seen[0], self._seen[-1]
        return (stop - start) / (last - first or last)  # still pictures come all at once

    def end(self) -> None:
        """End the process, if it runs still."""
        self._process.kill()
        self._process.wait()


def _mean(tries: Sequence["_Try"], level: float) -> Stretch:
    count = len(tries)
    return Stretch(
        level,
        sum(each.start_seconds for each in tries) / count,
        sum(each.frame_seconds for each in tries) / count,
    )
