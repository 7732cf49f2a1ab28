"""The detector: how loud a stem is in each frame, read once and in blocks."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.av_reader import Block
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import sample_at, sample_edges

BLOCK_FRAMES = 128

Amplitudes = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Detected:
    """What a detector found in one stem."""

    amplitudes: Amplitudes
    """``float64[frames]``: the RMS or the largest sample of each frame, 1 at full scale."""
    peak: float
    """The largest absolute sample in all frames, before any filter."""


def detect(
    stem: Stem,
    fps: Fraction,
    frames: int,
    settings: LevelSettings,
    *,
    progress: Callable[[int], None] = lambda samples: None,
) -> Detected:
    """Measure each frame of a stem.

    A frame's window ends where the frame ends. The RMS averages the powers of the channels,
    so that what is out of phase does not cancel; the peak is the largest of their peaks.
    Memory does not grow with the length of the stem, except for the result.

    Args:
        stem: what to read.
        fps: frames per second.
        frames: how many frames to measure; past the stem's end they are silent.
        settings: only detector, window, low-cut and high-cut matter here.
        progress: called with the number of samples that were read.

    Raises:
        StemError: the file cannot be read to its end or holds samples that are not numbers,
            or a frame is shorter than a sample.
        ConfigError: a window is shorter than a frame, or a filter does not fit the rate.
    """
    if stem.rate < fps:
        raise StemError(f"{stem.path}: {stem.rate} Hz is less than one sample per frame")
    _check_window(fps, settings.window_ms)
    borders = [*range(0, frames, BLOCK_FRAMES), frames]
    edges = [min(sample_at(border, stem.rate, fps), stem.samples) for border in borders]
    filtered = _Filter(stem, settings)
    reduce = _root_mean_square if settings.detector == "rms" else _largest
    amplitudes, peak = np.zeros(frames), 0.0
    history = np.zeros((0, stem.channels), np.float32)
    for (first, last), edge, block in zip(
        pairwise(borders), edges, stem.blocks(edges), strict=False
    ):
        peak = max(peak, float(block.max(initial=0)), -float(block.min(initial=0)))
        sound = np.concatenate([history, filtered(block)]) if len(history) else filtered(block)
        start = edge - len(history)
        begins, ends = _windows(stem, fps, first, last, settings.window_ms)
        amplitudes[first:last] = reduce(sound, begins - start, ends - start)
        if not np.isfinite(amplitudes[first:last]).all():
            stem.refuse_bad_samples(block, edge)
        if settings.window_ms:
            history = sound[max(int(begins[-1]) - start, 0) :]
        progress(len(block))
    return Detected(amplitudes, peak)


def _check_window(fps: Fraction, window_ms: float | None) -> None:
    if window_ms is not None and window_ms < 1000 / fps:
        raise ConfigError(
            f"a window of {window_ms:g} ms is shorter than a frame of {float(1000 / fps):.3g} "
            "ms, and would leave out sound; choose a longer --window"
        )


def _windows(
    stem: Stem, fps: Fraction, first: int, last: int, window_ms: float | None
) -> tuple[Indices, Indices]:
    """Return the samples at which windows begin and end, ``int64[frames]`` each."""
    edges = sample_edges(first, last, stem.rate, fps)
    begins, ends = edges[:-1], edges[1:]
    if window_ms is not None:
        begins = np.maximum(ends - round(window_ms * stem.rate / 1000), 0)
    return np.minimum(begins, stem.samples), np.minimum(ends, stem.samples)


def _root_mean_square(sound: Block, begins: Indices, ends: Indices) -> Amplitudes:
    if sound.shape[1] == 1:
        power = np.square(sound[:, 0], dtype=np.float64)
    else:
        power = np.square(sound, dtype=np.float64).mean(axis=1)
    root: Amplitudes = np.sqrt(_reduced(np.add, power, begins, ends) / np.maximum(ends - begins, 1))
    return root


def _largest(sound: Block, begins: Indices, ends: Indices) -> Amplitudes:
    return _reduced(np.maximum, np.abs(sound).max(axis=1).astype(np.float64), begins, ends)


def _reduced(function: np.ufunc, values: Amplitudes, begins: Indices, ends: Indices) -> Amplitudes:
    """Reduce the slices ``begins`` to ``ends``, which may overlap; empty ones give 0."""
    pairs = np.stack([begins, ends], axis=1).ravel()
    result: Amplitudes = function.reduceat(np.append(values, 0.0), pairs)[::2]
    return np.where(ends > begins, result, 0.0)


class _Filter:
    """A second-order Butterworth high-pass, low-pass or both, with state between blocks."""

    def __init__(self, stem: Stem, settings: LevelSettings) -> None:
        self._sections = _sections(stem, settings)
        self._state = np.zeros((len(self._sections), 2, stem.channels))

    def __call__(self, block: Block) -> Block:
        if not len(self._sections) or not len(block):
            return block
        from scipy import signal  # takes a second to load, and most runs need no filter

        passed, self._state = signal.sosfilt(self._sections, block, axis=0, zi=self._state)
        sound: Block = passed
        return sound


def _sections(stem: Stem, settings: LevelSettings) -> npt.NDArray[np.float64]:
    low, high = settings.low_cut_hz, settings.high_cut_hz
    for hertz in (low, high):
        if hertz is not None and hertz >= stem.rate / 2:
            raise ConfigError(
                f"a cut at {hertz:g} Hz needs more than the {stem.rate} Hz of {stem.path}; "
                f"choose less than {stem.rate / 2:g} Hz"
            )
    if low and high and low >= high:
        raise ConfigError(f"nothing is left between --low-cut {low:g} and --high-cut {high:g}")
    cuts = [(hertz, kind) for hertz, kind in ((low, "highpass"), (high, "lowpass")) if hertz]
    if not cuts:
        return np.zeros((0, 6))
    from scipy import signal

    designs = [signal.butter(2, hertz, kind, fs=stem.rate, output="sos") for hertz, kind in cuts]
    return np.concatenate(designs)
