"""Levels: how loud every stem is in every frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import StemError
from manim_drumkit.frames import frame_count, sample_edges
from manim_drumkit.stems import Block, Stem

FRAMES_PER_BLOCK = 512

Levels = npt.NDArray[np.float32]


@dataclass(frozen=True)
class StemLevels:
    """What was measured of one stem."""

    levels: Levels
    """``float32[frames]``, 0 to 1: the RMS of each frame over the largest of the stem."""
    peak: float
    """The largest absolute sample; 1 is full scale."""

    @property
    def peak_db(self) -> float:
        """The peak in dBFS, ``-inf`` for silence."""
        return 20 * float(np.log10(self.peak)) if self.peak else -np.inf


def measure(stem: Stem, fps: Fraction) -> StemLevels:
    """Measure the levels of a whole stem, reading it once and in blocks.

    The level of a frame is the root of the mean square of its samples, the channels'
    powers averaged, divided by the largest such value of the stem. A silent stem has
    levels of zero.

    Raises:
        StemError: the file cannot be read to its end, or a frame is shorter than a sample.
    """
    if stem.rate < fps:
        raise StemError(f"{stem.path}: {stem.rate} Hz is less than one sample per frame")
    frames = frame_count(stem.samples, stem.rate, fps)
    mean_squares = np.zeros(frames)
    peak = 0.0
    start = 0
    for block, edges in _frame_blocks(stem, frames, fps):
        peak = max(peak, float(np.abs(block).max(initial=0)))
        mean_squares[start : start + len(edges) - 1] = _mean_squares(block, edges)
        start += len(edges) - 1
    rms = np.sqrt(mean_squares)
    loudest = rms.max()
    return StemLevels((rms / loudest if loudest else rms).astype(np.float32), peak)


def _frame_blocks(
    stem: Stem, frames: int, fps: Fraction
) -> Iterator[tuple[Block, npt.NDArray[np.int64]]]:
    """Yield whole frames of sound with their edges, counted from the block's first sample."""
    edges = np.minimum(sample_edges(0, frames, stem.rate, fps), stem.samples)
    starts = range(0, frames, FRAMES_PER_BLOCK)
    stops = [*starts[1:], frames]
    blocks = stem.blocks([0, *(int(edges[stop]) for stop in stops)])
    for block, start, stop in zip(blocks, starts, stops, strict=True):
        yield block, edges[start : stop + 1] - edges[start]


def _mean_squares(block: Block, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Average the power of all channels over each frame, ``float64[frames]``."""
    power = np.square(block, dtype=np.float64).mean(axis=1)
    counts = np.diff(edges)
    sums = np.add.reduceat(np.append(power, 0.0), edges[:-1])
    sums[counts == 0] = 0  # the last frame may begin where the sound ends
    mean: npt.NDArray[np.float64] = sums / np.maximum(counts, 1)
    return mean
