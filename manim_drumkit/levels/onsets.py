"""The onset function's input: how strong a stem is in three bands, 300 times a second."""

import numpy as np
import numpy.typing as npt

from manim_drumkit.stems.blocks import Block
from manim_drumkit.stems.stem import Stem

HOPS_PER_SECOND = 300
"""44.1 and 48 kHz, and their multiples, have a whole number of samples in a hop."""
BANDS = 3
"""The sound, its first difference and its second: each higher than the one before."""
TOP_RATE = 48000
"""Differences are taken between samples this far apart, or the next, at every rate."""
MOST = np.finfo(np.float16).max
"""Strengths are kept as 16-bit floating point: to 0.05% from -84 dBFS up, else to -144 dBFS."""
VALUES_AT_ONCE = 65536
"""How much is computed at once: about what stays in a processor's cache."""

Samples = npt.NDArray[np.float32]
Strengths = npt.NDArray[np.float32]
"""``float32[bands, hops]``: root mean squares, 1 at full scale."""


class Onsets:
    """Measures a stem in hops of 3.3 ms, from blocks of its samples, of whatever sizes.

    The first and the second difference are the plainest high passes, of 6 and 12 dB per octave:
    a stroke stands out in them from what still rings (as in the high frequency content of
    Bello et al., "A Tutorial on Onset Detection in Music Signals", IEEE Transactions on Speech
    and Audio Processing 13, 2005). The powers of channels are averaged.
    """

    def __init__(self, stem: Stem) -> None:
        """Prepare to measure a stem."""
        self._rate, self._channels = stem.rate, stem.channels
        self._size = stem.rate // HOPS_PER_SECOND
        self._lag = max(1, round(stem.rate / TOP_RATE))
        self._history = 2 * self._lag
        self._at_once = max(1, VALUES_AT_ONCE // (self._size * stem.channels))
        hops = max(stem.samples - self._size, -1) * HOPS_PER_SECOND // stem.rate + 1
        self._strengths = np.zeros((BANDS, hops), np.float16)
        self._done = 0
        self._rest = np.zeros((self._history, stem.channels), np.float32)
        self._end = 0

    def measure(self, block: Block) -> None:
        """Measure the hops that end in the next block, ``float32[samples, channels]``."""
        head = block[: self._size + 2 * self._history]
        joined = np.concatenate([self._rest, head])
        self._measure(joined, self._end - len(self._rest))
        if len(head) < len(block):
            self._measure(block, self._end)
            joined = block
        self._end += len(block)
        needed = self._end - self._begins(self._done) + self._history
        self._rest = joined[len(joined) - needed :].copy()

    def take_strengths(self) -> Strengths:
        """Return what was measured and keep it no longer."""
        taken, self._strengths = self._strengths, np.zeros((BANDS, 0), np.float16)
        return taken.astype(np.float32)

    def _begins(self, hop: int) -> int:
        """Return the sample with which a hop begins: the one at its time, or the one before."""
        return hop * self._rate // HOPS_PER_SECOND

    def _measure(self, sound: Block, start: int) -> None:
        """Measure the next hops that lie, with their history, in sound that begins at a sample."""
        room = start + len(sound) - self._size
        last = min(room * HOPS_PER_SECOND // self._rate + 1, self._strengths.shape[1])
        for first in range(self._done, last, self._at_once):
            stop = min(first + self._at_once, last)
            begins = np.arange(first, stop) * self._rate // HOPS_PER_SECOND - start
            part = sound[begins[0] - self._history : begins[-1] + self._size]
            flat = np.ascontiguousarray(part).reshape(-1)
            self._strengths[:, first:stop] = np.minimum(self._roots(flat, begins - begins[0]), MOST)
            self._done = stop

    def _roots(self, low: Samples, begins: npt.NDArray[np.int64]) -> Strengths:
        """Return the root mean square of each band in each hop, from sound with its history."""
        lag, width = self._lag * self._channels, self._size * self._channels
        middle = low[lag:] - low[:-lag]
        high = middle[lag:] - middle[:-lag]
        powers = np.empty((BANDS, len(begins)), np.float32)
        for power, band in zip(powers, (low[2 * lag :], middle[lag:], high), strict=True):
            if self._rate % HOPS_PER_SECOND == 0:  # hops follow each other: nothing is copied
                hops = band.reshape(-1, width)
            else:
                windows = np.lib.stride_tricks.sliding_window_view(band, width)
                hops = windows[begins * self._channels]
            np.vecdot(hops, hops, out=power)
        roots: Strengths = np.sqrt(powers / np.float32(width))
        return roots
