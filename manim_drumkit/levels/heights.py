"""Heights: from amplitudes to levels, by gate, envelope, normalisation and scale."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from manim_drumkit.levels.detector import Amplitudes
from manim_drumkit.levels.envelope import envelope
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.workspace.chunk import Levels

HIT_SECONDS = 0.03
"""How soon after a hit its level is at its height."""


def followed(
    stem: Stem, amplitudes: Amplitudes, fps: Fraction, settings: LevelSettings
) -> Amplitudes:
    """Return a stem's envelope after gain and gate, which change the amplitudes in place.

    It is 0 throughout if no amplitude exceeds the floor.
    """
    amplitudes *= stem.gain
    own_gate = stem.settings.gate_db
    gate = settings.gate_db if own_gate is None else own_gate
    if gate is not None:
        amplitudes[amplitudes < _amplitude(gate)] = 0
    if amplitudes.max() <= _floor(stem, settings):
        return np.zeros(len(amplitudes))
    return envelope(
        amplitudes,
        fps,
        attack_ms=settings.attack_ms,
        hold_ms=settings.hold_ms,
        release_ms=settings.release_ms,
    )


def _floor(stem: Stem, settings: LevelSettings) -> float:
    """Return the amplitude of silence: of a band, what white noise at the floor has in it.

    On a scale of decibels, it is the floor itself, which is the bottom of the scale.
    """
    floor, band = _amplitude(settings.floor_db), stem.band
    if not band or settings.scale == "db":
        return floor
    share = 2 * (band.high_hz - band.low_hz) / stem.rate
    return floor * float(np.sqrt(share))


def heights_at(
    hits: npt.NDArray[Any], curves: Sequence[Amplitudes], fps: Fraction
) -> list[Amplitudes]:
    """Return how high each stem's curve rises at its hits."""
    frames = np.floor(hits["time"] * float(fps)).astype(np.int64)
    rising = np.arange(1 + ceil(HIT_SECONDS * fps))
    heights = []
    for number, curve in enumerate(curves):
        places = frames[hits["stem"] == number][:, None] + rising
        heights.append(curve[np.minimum(places, len(curve) - 1)].max(axis=1))
    return heights


def tops_of(
    stems: Sequence[Stem],
    curves: Sequence[Amplitudes],
    heights: Sequence[Amplitudes],
    settings: LevelSettings,
) -> list[float]:
    """Return the amplitude that reaches 1 for each stem; 0 for a silent stem."""
    if settings.normalize == "none":
        return [1.0 for _ in stems]
    percent = settings.peak_percent
    own = [_top(curve, at_hits, percent) for curve, at_hits in zip(curves, heights, strict=True)]
    if settings.normalize == "stem":
        return own
    groups = [stem.settings.group for stem in stems]
    return [
        max(top for top, other in zip(own, groups, strict=True) if other == group)
        for group in groups
    ]


def _top(curve: Amplitudes, at_hits: Amplitudes, percent: float) -> float:
    """Return the percentile of the frames that are not silent, or of the hits if it is higher.

    Frames alone would clip all hits of a drum that is seldom struck, and hits alone much of what
    an overhead hears of other drums. Of 2 to 20 hits, the second highest is the 95th percentile.
    """
    heard = curve[curve > 0]
    if not len(heard):
        return 0.0
    top = np.percentile(heard, percent)
    if len(at_hits):
        top = max(top, np.percentile(at_hits, percent, method="lower"))
    return float(top)


def scaled(curve: Amplitudes, top: float, settings: LevelSettings) -> Levels:
    """Return the levels of a stem whose curve reaches 1 at ``top``, or never if that is 0."""
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
