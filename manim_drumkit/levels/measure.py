"""Levels: from how loud every stem is to how high it stands, over the whole piece."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from manim_drumkit.levels.detector import Amplitudes, detect
from manim_drumkit.levels.envelope import envelope
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.workspace.chunk import Levels


@dataclass(frozen=True)
class StemLevels:
    """The measured levels of one stem."""

    levels: Levels
    """``float32[frames]``, 0 to 1."""
    peak: float
    """The largest absolute sample in the file; 1 is full scale."""

    @property
    def peak_db(self) -> float:
        """The peak in dBFS, ``-inf`` for silence."""
        return 20 * float(np.log10(self.peak)) if self.peak else -np.inf

    @property
    def silent(self) -> bool:
        """Whether the level is zero throughout."""
        return not self.levels.any()


def measure(
    stems: Sequence[Stem],
    fps: Fraction,
    frames: int,
    settings: LevelSettings,
    *,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda samples: None,
) -> list[StemLevels]:
    """Measure the levels of all stems, ``jobs`` at a time, reading each file once.

    Applies gain and gate to the detector's amplitudes, then the envelope, and divides by the
    amplitude that reaches 1. The result depends on nothing else: not on the jobs, the order
    of the stems, or how the film is cut.

    Raises:
        StemError: a file cannot be read to its end.
        ConfigError: a setting does not fit a file.
    """
    work = partial(_followed, fps=fps, frames=frames, settings=settings, progress=progress)
    with ThreadPoolExecutor(jobs) as pool:
        results = [pool.submit(work, stem) for stem in stems]
        try:
            followed = [result.result() for result in results]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    tops = _tops(stems, [curve for _, curve in followed], settings)
    return [
        StemLevels(_scaled(curve, top, settings), peak)
        for (peak, curve), top in zip(followed, tops, strict=True)
    ]


def _followed(
    stem: Stem,
    *,
    fps: Fraction,
    frames: int,
    settings: LevelSettings,
    progress: Callable[[int], None],
) -> tuple[float, Amplitudes]:
    """Return a stem's peak, and its envelope after gain and gate."""
    detected = detect(stem, fps, frames, settings, progress=progress)
    amplitudes = detected.amplitudes * stem.gain
    own_gate = stem.settings.gate_db
    gate = settings.gate_db if own_gate is None else own_gate
    if gate is not None:
        amplitudes[amplitudes < _amplitude(gate)] = 0
    if amplitudes.max() <= _amplitude(settings.floor_db):
        return detected.peak, np.zeros(frames)
    curve = envelope(
        amplitudes,
        fps,
        attack_ms=settings.attack_ms,
        hold_ms=settings.hold_ms,
        release_ms=settings.release_ms,
    )
    return detected.peak, curve


def _tops(stems: Sequence[Stem], curves: list[Amplitudes], settings: LevelSettings) -> list[float]:
    """Return the amplitude that reaches 1 for each stem; 0 for a silent stem."""
    if settings.normalize == "none":
        return [1.0 for _ in stems]
    own = [_top(curve, settings.peak_percent) for curve in curves]
    if settings.normalize == "stem":
        return own
    groups = [stem.settings.group for stem in stems]
    return [
        max(top for top, other in zip(own, groups, strict=True) if other == group)
        for group in groups
    ]


def _top(curve: Amplitudes, percent: float) -> float:
    """Return the percentile of the frames that are not silent; 100 is the maximum."""
    heard = curve[curve > 0]
    return float(np.percentile(heard, percent)) if len(heard) else 0.0


def _scaled(curve: Amplitudes, top: float, settings: LevelSettings) -> Levels:
    if not top:
        return np.zeros(len(curve), np.float32)
    heights = curve / top
    if settings.scale == "db":
        # 0 at the floor, 1 at the top; both in dBFS.
        top_db = 20 * np.log10(top)
        decibels = 20 * np.log10(np.maximum(heights, 1e-12))
        heights = 1 + decibels / max(top_db - settings.floor_db, 1e-9)
    return np.clip(heights, 0, 1).astype(np.float32)


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
