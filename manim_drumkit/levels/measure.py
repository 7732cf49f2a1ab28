"""Levels: from how loud every stem is to how high it stands, over the whole piece."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from typing import Protocol

import numpy as np

from manim_drumkit.levels.detector import Amplitudes, Detector
from manim_drumkit.levels.envelope import envelope
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.av_reader import Block
from manim_drumkit.stems.stem import Stem
from manim_drumkit.workspace.chunk import Levels

BLOCK_BYTES = 16_000_000
"""How much of all sounds together is in memory at once; but at least one frame of each."""
MOST_BLOCK_SECONDS = 8
OPEN_AT_ONCE = 100
"""How many files are open at once; many systems allow a process 256."""


@dataclass(frozen=True)
class StemLevels:
    """The measured levels of one stem."""

    levels: Levels
    """``float32[frames]``, 0 to 1."""
    peak: float
    """The largest absolute sample in the file; 1 is full scale."""
    mean: float
    """The mean of all samples, which is the DC offset; 1 is full scale."""

    @property
    def peak_db(self) -> float:
        """The peak in dBFS, ``-inf`` for silence."""
        return 20 * float(np.log10(self.peak)) if self.peak else -np.inf

    @property
    def silent(self) -> bool:
        """Whether the level is zero throughout."""
        return not self.levels.any()


class Listener(Protocol):
    """Hears all samples of all stems while they are measured, some stems at a time."""

    def begin(self, numbers: Sequence[int]) -> None:
        """Begin with the stems of these numbers; those before have ended."""

    def hear(self, number: int, block: Block) -> None:
        """Take the next block of a stem, ``float32[samples, channels]``."""

    def end(self) -> None:
        """End: all stems have been heard."""


def measure(
    stems: Sequence[Stem],
    fps: Fraction,
    frames: int,
    settings: LevelSettings,
    *,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda samples: None,
    listener: Listener | None = None,
) -> list[StemLevels]:
    """Measure the levels of all stems, reading each file once, ``jobs`` at a time.

    Applies gain and gate to the detector's amplitudes, then the envelope, and divides by the
    amplitude that reaches 1. The result depends on nothing else: not on the jobs, the order
    of the stems, or how the film is cut.

    Args:
        stems: what to measure.
        fps: frames per second.
        frames: how many frames to measure.
        settings: how.
        jobs: how many threads read.
        progress: called with the numbers of samples that were read.
        listener: hears all samples, in the same order whatever the jobs.

    Raises:
        StemError: a file cannot be read to its end.
        ConfigError: a setting does not fit a file.
    """
    detectors = [Detector(stem, fps, frames, settings) for stem in stems]
    sources = _sources(stems, detectors)
    with ThreadPoolExecutor(jobs) as pool:
        for start in range(0, len(sources), OPEN_AT_ONCE):
            some = sources[start : start + OPEN_AT_ONCE]
            borders = _borders(some, fps, frames)
            if listener:
                listener.begin([number for source in some for number in source.numbers])
            shares = [_Reader(some[i::jobs], borders) for i in range(min(jobs, len(some)))]
            coming = pool.map(_Reader.read, shares)
            for following in range(len(borders) - 2, -1, -1):
                heard = list(coming)
                if following:  # read the next blocks while the listener hears these
                    coming = pool.map(_Reader.read, shares)
                for samples in _in_order(heard, listener):
                    progress(samples)
    if listener:
        listener.end()
    curves = []
    for stem, detector in zip(stems, detectors, strict=True):
        curves.append(_followed(stem, detector.take_amplitudes(), fps, settings))
    tops = _tops(stems, curves, settings)
    return [
        StemLevels(_scaled(curve, top, settings), detector.peak, detector.mean)
        for curve, top, detector in zip(curves, tops, detectors, strict=True)
    ]


@dataclass(frozen=True)
class _Source:
    """One sound that is read, and the stems that are in it."""

    sound: Stem
    numbers: list[int]
    channels: list[slice]
    """Which columns of a block are each stem's."""
    detectors: list[Detector]


def _sources(stems: Sequence[Stem], detectors: Sequence[Detector]) -> list[_Source]:
    """Find the stems that are channels of the same sound, which is read once for all of them."""
    found: dict[object, _Source] = {}
    for number, (stem, detector) in enumerate(zip(stems, detectors, strict=True)):
        key: object = number
        sound, channels = stem, slice(None)
        if stem.channel is not None:
            key, sound = (stem.path, stem.track, stem.delay), stem.whole_track()
            channels = slice(stem.channel, stem.channel + 1)
        source = found.setdefault(key, _Source(sound, [], [], []))
        source.numbers.append(number)
        source.channels.append(channels)
        source.detectors.append(detector)
    return list(found.values())


def _borders(sources: Sequence[_Source], fps: Fraction, frames: int) -> list[int]:
    """Return the frames at which blocks begin, and the number of frames."""
    bytes_per_second = 4 * sum(source.sound.channels * source.sound.rate for source in sources)
    seconds = min(MOST_BLOCK_SECONDS, BLOCK_BYTES / bytes_per_second)
    return [*range(0, frames, max(1, round(seconds * fps))), frames]


class _Reader:
    """Reads some sounds block by block, and measures the stems in them; for one thread."""

    def __init__(self, sources: Sequence[_Source], borders: Sequence[int]) -> None:
        self._sources = sources
        self._places = pairwise(borders)
        self._blocks = [each.sound.blocks(each.detectors[0].edges(borders)) for each in sources]

    def read(self) -> list[tuple[int, Block]]:
        """Return the next block of every stem, by number."""
        place, heard = next(self._places), []
        for source, blocks in zip(self._sources, self._blocks, strict=True):
            whole = next(blocks)
            each = zip(source.numbers, source.channels, source.detectors, strict=True)
            for number, channels, detector in each:
                block = whole[:, channels]
                detector.measure(block, *place)
                heard.append((number, block))
        return heard


def _in_order(
    shares: Sequence[list[tuple[int, Block]]], listener: Listener | None
) -> Iterator[int]:
    """Let the listener hear the stems in their order; yield how many samples each has."""
    for number, block in sorted(chain(*shares), key=lambda pair: pair[0]):
        if listener:
            listener.hear(number, block)
        yield len(block)


def _followed(
    stem: Stem, amplitudes: Amplitudes, fps: Fraction, settings: LevelSettings
) -> Amplitudes:
    """Return a stem's envelope after gain and gate, which change the amplitudes in place."""
    amplitudes *= stem.gain
    own_gate = stem.settings.gate_db
    gate = settings.gate_db if own_gate is None else own_gate
    if gate is not None:
        amplitudes[amplitudes < _amplitude(gate)] = 0
    if amplitudes.max() <= _amplitude(settings.floor_db):
        return np.zeros(len(amplitudes))
    return envelope(
        amplitudes,
        fps,
        attack_ms=settings.attack_ms,
        hold_ms=settings.hold_ms,
        release_ms=settings.release_ms,
    )


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
