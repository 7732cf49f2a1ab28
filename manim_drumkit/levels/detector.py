"""The detector: how loud a stem is in each frame, read once and in blocks."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import ConfigError
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.av_reader import Block
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import sample_at, sample_edges

Amplitudes = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Detector:
    """Measures each frame of a stem, from blocks of its samples.

    A frame's window ends where the frame ends. The RMS averages the powers of the channels,
    so that what is out of phase does not cancel; the peak is the largest of their peaks.
    Memory does not grow with the length of the stem, except for the result.
    """

    def __init__(self, stem: Stem, fps: Fraction, frames: int, settings: LevelSettings) -> None:
        """Prepare to measure.

        Args:
            stem: whose samples these are.
            fps: frames per second.
            frames: how many frames to measure; past the stem's end they are silent.
            settings: only detector, window, low-cut and high-cut matter here.

        Raises:
            ConfigError: a window is shorter than a frame, or a filter does not fit the rate.
        """
        _check_window(fps, settings.window_ms)
        self.amplitudes: Amplitudes = np.zeros(frames)
        """``float64[frames]``: the RMS or the largest sample of each frame, 1 at full scale."""
        self.peak = 0.0
        """The largest absolute sample so far, before any filter."""
        self._stem, self._fps, self._window_ms = stem, fps, settings.window_ms
        self._filter = _Filter(stem, settings)
        self._reduce = _largest
        if settings.detector == "rms":
            self._reduce = _windows_rms if settings.window_ms else _frames_rms
        self._history = np.zeros((0, stem.channels), np.float32)
        self._scratch = np.empty(0, np.float32)
        self._sum = 0.0

    def edges(self, borders: Sequence[int]) -> list[int]:
        """Return the samples at which frames begin, or the stem's end."""
        stem = self._stem
        return [min(sample_at(border, stem.rate, self._fps), stem.samples) for border in borders]

    def measure(self, block: Block, first: int, last: int) -> None:
        """Measure the frames ``first`` to ``last - 1`` from their samples; in order.

        Args:
            block: ``float32[samples, channels]`` between the :meth:`edges` of these frames.
            first: the first frame.
            last: the frame after the last.

        Raises:
            StemError: the block holds samples that are not numbers.
        """
        edge, history = self.edges([first])[0], self._history
        self.peak = max(self.peak, float(block.max(initial=0)), -float(block.min(initial=0)))
        filtered = self._filter(block)
        sound = np.concatenate([history, filtered]) if len(history) else filtered
        start = edge - len(history)
        begins, ends = _windows(self._stem, self._fps, first, last, self._window_ms)
        if len(self._scratch) < len(sound):  # asked for once, not once a block, which costs more
            self._scratch = np.empty(len(sound), np.float32)
        amplitudes = self._reduce(sound, begins - start, ends - start, self._scratch)
        self.amplitudes[first:last] = amplitudes
        if not np.isfinite(amplitudes).all():
            self._stem.refuse_bad_samples(block, edge)
        if self._window_ms:
            self._history = sound[max(int(begins[-1]) - start, 0) :]
        self._sum += float(block.sum())

    def take_amplitudes(self) -> Amplitudes:
        """Return the amplitudes and keep them no longer."""
        taken, self.amplitudes = self.amplitudes, np.zeros(0)
        return taken

    @property
    def mean(self) -> float:
        """The mean of all samples of the stem: its DC offset, 1 at full scale."""
        return self._sum / (self._stem.samples * self._stem.channels)


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


def _frames_rms(
    sound: Block, begins: Indices, ends: Indices, scratch: npt.NDArray[np.float32]
) -> Amplitudes:
    """Measure frames: without squares of all samples in memory, which costs the most."""
    energies = np.zeros(len(begins))
    count, length = _alike(begins, ends)
    if length and count:
        energies[:count] = _energies(sound[begins[0] : begins[0] + count * length], count)
    for i in range(count, len(begins)):
        energies[i] = _energies(sound[begins[i] : ends[i]], 1)[0]
    root: Amplitudes = np.sqrt(energies / (np.maximum(ends - begins, 1) * sound.shape[1]))
    return root


def _energies(sound: Block, count: int) -> npt.NDArray[np.float32]:
    rows = sound.reshape(count, -1)
    energies: npt.NDArray[np.float32] = np.einsum("ij,ij->i", rows, rows)
    return energies


def _windows_rms(
    sound: Block, begins: Indices, ends: Indices, scratch: npt.NDArray[np.float32]
) -> Amplitudes:
    """Measure windows, which overlap: each sample is squared once."""
    power = np.einsum("ij,ij->i", sound, sound, out=scratch[: len(sound)], casting="same_kind")
    samples = np.maximum(ends - begins, 1) * sound.shape[1]
    root: Amplitudes = np.sqrt(_sums(power, begins, ends) / samples)
    return root


def _largest(
    sound: Block, begins: Indices, ends: Indices, scratch: npt.NDArray[np.float32]
) -> Amplitudes:
    largest = np.abs(sound).max(axis=1, out=scratch[: len(sound)])
    result = np.zeros(len(begins))
    for i in np.flatnonzero(ends > begins).tolist():
        result[i] = largest[begins[i] : ends[i]].max()
    return result


def _sums(values: npt.NDArray[np.float32], begins: Indices, ends: Indices) -> Amplitudes:
    """Sum the slices ``begins`` to ``ends``, which may overlap; empty ones give 0.

    Each is summed pairwise, as numpy does, and so depends on its own values alone. Most frames
    are equally long and follow each other, and are summed all at once.
    """
    result = np.zeros(len(begins))
    count, length = _alike(begins, ends)
    if length and count:
        rows = values[begins[0] : begins[0] + count * length].reshape(count, length)
        result[:count] = rows.sum(axis=1)
    for i in range(count, len(begins)):
        result[i] = values[begins[i] : ends[i]].sum()
    return result


def _alike(begins: Indices, ends: Indices) -> tuple[int, int]:
    """Return how many slices are as long as the first and follow each other, and their length."""
    length = int(ends[0] - begins[0])
    alike = (ends - begins == length) & (begins == begins[0] + length * np.arange(len(begins)))
    return len(alike) if alike.all() else int(np.argmin(alike)), length


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
