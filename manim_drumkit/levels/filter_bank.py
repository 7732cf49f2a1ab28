"""The filter bank: the bands of a sound, in step with it and with each other."""

from collections.abc import Generator, Sequence
from contextlib import closing
from fractions import Fraction
from itertools import pairwise
from math import ceil, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from manim_drumkit.stems.blocks import Block, Blocks
from manim_drumkit.stems.stem import Band, Stem
from manim_drumkit.timing import sample_edges

Sounds = npt.NDArray[np.float32]
"""``float32[sounds, channels, samples]``: the whole sound, then its bands."""

RING = 28 / (2 * pi)
"""After so many seconds over the bandwidth in Hz, a filter's ringing is 120 dB down."""
SEGMENT_SECONDS = 1


def band_blocks(
    sound: Stem, bands: Sequence[Band], fps: Fraction, borders: Sequence[int]
) -> Generator[list[Block], None, None]:
    """Read a sound once; yield it and its bands between each two neighbouring borders.

    Each filter is a first-order Butterworth band-pass of ``scipy.signal``, once forward and once
    backward: of the Butterworth filters the one that rings least (6 dB per octave and pass).
    Its phase is zero at every frequency, so no band lags behind another (Gustafsson,
    "Determining the initial states in forward-backward filtering", IEEE Transactions on Signal
    Processing 44, 1996). Neighbours cross at -6 dB, and a sine in the middle of a band is at
    least 24 dB down in the band after the next.

    Such a filter rings before a click as it does after it. So a band is turned down in each frame
    in which it has more power than the whole sound: what comes out of silence rises in its
    own frame in all bands. Before a click in other sound, a low band may rise up to the power of
    that sound.

    Segments are as long as the rate says, and each overlaps its neighbours by the ringing: blocks
    have the same samples wherever their borders are.

    Args:
        sound: what is read.
        bands: bands of it.
        fps: frames per second.
        borders: the frames at which blocks begin, from 0 on, and the number of frames.

    Yields:
        The sound, then its bands, ``float32[samples, channels]`` each.

    Raises:
        StemError: the file cannot be read to its end, or holds samples that are not numbers.
    """
    waiting: Sounds = np.zeros((1 + len(bands), sound.channels, 0), np.float32)
    with closing(_segments(sound, bands)) as segments:
        for first, last in pairwise(borders):
            edges = np.minimum(sample_edges(first, last, sound.rate, fps), sound.samples)
            size, parts = int(edges[-1] - edges[0]), [waiting]
            while sum(part.shape[2] for part in parts) < size:
                parts.append(next(segments))
            sounds = np.concatenate(parts, axis=2)
            sounds, waiting = sounds[..., :size], sounds[..., size:]
            _bound(sounds, edges - edges[0])
            yield [each.T for each in sounds]


def _segments(sound: Stem, bands: Sequence[Band]) -> Generator[Sounds, None, None]:
    """Yield a sound and its bands in segments, from a grid that is always the same.

    The response of a filter forward and backward is the square of its magnitude.
    """
    from scipy import fft  # takes a second to load, and most films need no filter

    ring = ceil(RING * sound.rate / min(band.high_hz - band.low_hz for band in bands))
    length = max(SEGMENT_SECONDS * sound.rate, 2 * ring)
    size = fft.next_fast_len(length + 2 * ring, real=True)
    responses = [_response(band, sound.rate, size) for band in bands]
    window = np.zeros((sound.channels, size), np.float32)
    with closing(_checked(sound, length)) as pieces:
        piece = next(pieces)
        while count := len(piece):
            following = next(pieces, piece[:0])
            stop = ring + count
            window[:, ring:stop] = piece.T
            window[:, stop:] = 0
            window[:, stop : stop + ring][:, : len(following)] = following[:ring].T
            spectrum = fft.rfft(window)
            sounds = np.empty((1 + len(bands), sound.channels, count), np.float32)
            sounds[0] = piece.T
            for filtered, response in zip(sounds[1:], responses, strict=True):
                filtered[:] = fft.irfft(spectrum * response, size)[:, ring:stop]
            yield sounds
            window[:, :ring] = window[:, count:stop].copy()
            piece = following


def _checked(sound: Stem, length: int) -> Blocks:
    """Read a sound in pieces of a length, the last of which may be shorter.

    Raises:
        StemError: a sample is not a number; a filter would spread it over seconds.
    """
    edges = [*range(0, sound.samples, length), sound.samples]
    with closing(sound.blocks(edges)) as pieces:
        for start, piece in zip(edges, pieces, strict=False):
            if not np.isfinite(piece.sum()):
                sound.refuse_bad_samples(piece, start)
            yield piece


def _response(band: Band, rate: int, size: int) -> npt.NDArray[np.float32]:
    """Return what a filter forward and backward makes of each frequency of a transform."""
    from scipy import signal

    design = signal.butter(1, (band.low_hz, band.high_hz), "bandpass", fs=rate)
    _, response = signal.freqz(*design, worN=2 * pi * np.fft.rfftfreq(size))
    squared: npt.NDArray[Any] = np.abs(response) ** 2
    return squared.astype(np.float32)


def _bound(sounds: Sounds, edges: npt.NDArray[np.int64]) -> None:
    """Turn bands down, in place, in the frames in which they have more power than the whole.

    Args:
        sounds: the whole, then the bands.
        edges: the samples at which frames begin, and the end of the last; some may be empty.
    """
    lengths = np.diff(edges)
    begins, lengths = edges[:-1][lengths > 0], lengths[lengths > 0]
    if not len(begins):
        return
    most = _energies(sounds[0], begins)
    for band in sounds[1:]:
        energies = _energies(band, begins)
        over = energies > most
        if over.any():
            gains = np.ones(len(begins), np.float32)
            gains[over] = np.sqrt(most[over] / energies[over])
            band *= np.repeat(gains, lengths)


def _energies(sound: npt.NDArray[np.float32], begins: npt.NDArray[np.int64]) -> Any:
    """Return the energy of each frame, over all channels."""
    return np.add.reduceat(np.square(sound), begins, axis=1).sum(axis=0)
