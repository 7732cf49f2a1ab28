"""Levels: from how loud every stem is to how high it stands, over the whole piece."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from manim_drumkit.levels.detector import Detector
from manim_drumkit.levels.filter_bank import band_blocks
from manim_drumkit.levels.heights import followed, heights_at, scaled, tops_of
from manim_drumkit.levels.hits import find_hits
from manim_drumkit.levels.onsets import Onsets
from manim_drumkit.levels.peaks import PeakFinder, find_peaks
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


@dataclass(frozen=True)
class Measured:
    """What was measured of all stems."""

    stems: list[StemLevels]
    """Of each stem, in their order."""
    hits: npt.NDArray[Any]
    """The hits of all stems, by time from the start of the music; see
    :data:`~manim_drumkit.workspace.film_levels.HIT`."""


class Listener(Protocol):
    """Hears all samples of all stems while they are measured, some stems at a time.

    Of the bands of a stem, the first brings all of its sound, and the others bring nothing.
    """

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
    peaks_in: PeakFinder = find_peaks,
) -> Measured:
    """Measure the levels and hits of all stems, reading each file once, ``jobs`` at a time.

    Applies gain and gate to the detector's amplitudes, then the envelope, and divides by the
    amplitude that reaches 1. Hits are where stems are struck, and not under the gate or the
    floor. The result depends on nothing else: not on the jobs, the order of the stems, or how
    the film is cut.

    Args:
        stems: what to measure.
        fps: frames per second.
        frames: how many frames to measure.
        settings: how.
        jobs: how many threads read.
        progress: called with the numbers of samples that were read.
        listener: hears all samples, in the same order whatever the jobs.
        peaks_in: what finds the peaks of an onset function.

    Raises:
        StemError: a file cannot be read to its end.
        ConfigError: a setting does not fit a file.
    """
    detectors = [Detector(stem, fps, frames, settings) for stem in stems]
    onsets = [Onsets(stem) for stem in stems]
    sources = _sources(stems, detectors, onsets)
    with ThreadPoolExecutor(jobs) as pool:
        for start in range(0, len(sources), OPEN_AT_ONCE):
            some = sources[start : start + OPEN_AT_ONCE]
            borders = _borders(some, fps, frames)
            if listener:
                listener.begin([number for source in some for number in source.heard])
            shares = [_Reader(some[i::jobs], fps, borders) for i in range(min(jobs, len(some)))]
            coming = pool.map(_Reader.read, shares)
            for following in range(len(borders) - 2, -1, -1):
                heard = list(coming)
                if following:  # read the next blocks while the listener hears these
                    coming = pool.map(_Reader.read, shares)
                for samples in _in_order(heard, listener):
                    progress(samples)
    if listener:
        listener.end()
    return _measured(stems, detectors, onsets, fps, settings, peaks_in)


def _measured(
    stems: Sequence[Stem],
    detectors: Sequence[Detector],
    onsets: Sequence[Onsets],
    fps: Fraction,
    settings: LevelSettings,
    peaks_in: PeakFinder,
) -> Measured:
    """Return what follows when all sound has been heard."""
    curves, heard_frames = [], []
    for stem, detector in zip(stems, detectors, strict=True):
        amplitudes = detector.take_amplitudes()
        curves.append(followed(stem, amplitudes, fps, settings))
        heard_frames.append((amplitudes > 0) & (curves[-1] > 0))
    hits = find_hits((each.take_strengths() for each in onsets), peaks_in)
    hits = hits[_seen(hits, heard_frames, fps)]
    tops = tops_of(stems, curves, heights_at(hits, curves, fps), settings)
    measured = [
        StemLevels(scaled(curve, top, settings), detector.peak, detector.mean)
        for curve, top, detector in zip(curves, tops, detectors, strict=True)
    ]
    return Measured(measured, hits)


@dataclass(frozen=True)
class _Source:
    """One sound that is read, and the stems that are in it: itself, its channels or its bands."""

    sound: Stem
    numbers: list[int]
    stems: list[Stem]
    detectors: list[Detector]
    onsets: list[Onsets]

    @property
    def heard(self) -> list[int]:
        """The stems that bring sound to the listener."""
        return self.numbers[:1] if self.stems[0].band else self.numbers

    @property
    def width(self) -> int:
        """How many values a sample has, in all sounds that are made of it."""
        return self.sound.channels * (1 + sum(stem.band is not None for stem in self.stems))

    def blocks(self, fps: Fraction, borders: Sequence[int]) -> Iterator[list["_Heard"]]:
        """Yield what is in each block of the sound."""
        bands = [stem.band for stem in self.stems if stem.band]
        if bands:
            for whole, *parts in band_blocks(self.sound, bands, fps, borders):
                sounds = [whole, *[None] * (len(parts) - 1)]
                yield list(map(_Heard, self.numbers, parts, sounds))
            return
        for whole in self.sound.blocks(self.detectors[0].edges(borders)):
            parts = [whole[:, _columns(stem)] for stem in self.stems]
            yield list(map(_Heard, self.numbers, parts, parts))


@dataclass(frozen=True)
class _Heard:
    """A block of a stem."""

    number: int
    block: Block
    """What is measured."""
    sound: Block | None
    """What the listener hears, if anything."""


def _columns(stem: Stem) -> slice:
    return slice(None) if stem.channel is None else slice(stem.channel, stem.channel + 1)


def _sources(
    stems: Sequence[Stem], detectors: Sequence[Detector], onsets: Sequence[Onsets]
) -> list[_Source]:
    """Find the stems that are parts of the same sound, which is read once for all of them."""
    found: dict[object, _Source] = {}
    for number, (stem, detector) in enumerate(zip(stems, detectors, strict=True)):
        key: object = number
        sound = stem.sound
        if stem.band:
            key = sound
        elif stem.channel is not None:
            key, sound = (stem.path, stem.track, stem.delay), stem.whole_track()
        source = found.setdefault(key, _Source(sound, [], [], [], []))
        source.numbers.append(number)
        source.stems.append(stem)
        source.detectors.append(detector)
        source.onsets.append(onsets[number])
    return list(found.values())


def _borders(sources: Sequence[_Source], fps: Fraction, frames: int) -> list[int]:
    """Return the frames at which blocks begin, and the number of frames."""
    bytes_per_second = 4 * sum(source.width * source.sound.rate for source in sources)
    seconds = min(MOST_BLOCK_SECONDS, BLOCK_BYTES / bytes_per_second)
    return [*range(0, frames, max(1, round(seconds * fps))), frames]


class _Reader:
    """Reads some sounds block by block, and measures the stems in them; for one thread."""

    def __init__(self, sources: Sequence[_Source], fps: Fraction, borders: Sequence[int]) -> None:
        self._sources = sources
        self._places = pairwise(borders)
        self._blocks = [each.blocks(fps, borders) for each in sources]

    def read(self) -> list[_Heard]:
        """Return the next block of every stem."""
        place, heard = next(self._places), []
        for source, blocks in zip(self._sources, self._blocks, strict=True):
            parts = zip(next(blocks), source.detectors, source.onsets, strict=True)
            for each, detector, onsets in parts:
                detector.measure(each.block, *place)
                onsets.measure(each.block)
                heard.append(each)
        return heard


def _in_order(shares: Sequence[list[_Heard]], listener: Listener | None) -> Iterator[int]:
    """Let the listener hear the stems in their order; yield how many samples each has."""
    for each in sorted(chain(*shares), key=lambda heard: heard.number):
        if listener and each.sound is not None:
            listener.hear(each.number, each.sound)
        yield len(each.block)


def _seen(
    hits: npt.NDArray[Any], heard: Sequence[npt.NDArray[np.bool_]], fps: Fraction
) -> npt.NDArray[np.bool_]:
    """Tell which hits fall into, or just before, a frame in which their stem is heard.

    Others are under the gate or the floor, or after the end.
    """
    seen, frames = np.zeros(len(hits), bool), np.floor(hits["time"] * float(fps)).astype(np.int64)
    for number, each in enumerate(heard):
        soon = each | np.append(each[1:], False)
        own = np.flatnonzero((hits["stem"] == number) & (frames < len(soon)))
        seen[own] = soon[frames[own]]
    return seen
