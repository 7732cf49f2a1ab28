"""The mix: the sound of the film, made from its stems or taken from a finished file."""

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from manim_drumkit.stems.av_reader import Block
from manim_drumkit.stems.float_wav import FloatWav
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import sample_at

CEILING = 0.891
"""The largest sample of a mix: just under -1 dBFS, which leaves the AAC encoder room."""
FULL_SCALE = 1.0
BLOCK_SECONDS = 2


def pan_gains(stem: Stem) -> tuple[float, float]:
    """Return the gains, left and right, of a mono stem.

    A stem without a pan of its own is in the middle, or on its side if its name ends in
    ``_L`` or ``_R``. The power is the same everywhere (the constant-power pan law: the
    cosine and sine of an angle from 0 to 90 degrees), so the middle has √½ on each side.
    """
    side = re.search(r"[ ._-]([LR])$", stem.name)
    pan = stem.settings.pan
    if pan is None:
        pan = {"L": -1.0, "R": 1.0}[side[1]] if side else 0.0
    if abs(pan) == 1:
        return (1.0, 0.0) if pan < 0 else (0.0, 1.0)
    angle = (pan + 1) * np.pi / 4
    return float(np.cos(angle)), float(np.sin(angle))


class MixWriter:
    """Mixes stems at their own balance into a stereo file of exactly ``frames / fps``.

    It hears the stems block by block while they are measured. The sum has the highest rate of
    the stems; others are resampled by soxr. In the end it is turned down as far as it takes to
    stay under -1 dBFS, and never turned up. A single sound stays as it is up to full scale. Of
    bands, their whole stem is heard, once.
    """

    def __init__(
        self, path: Path, stems: Sequence[Stem], *, start_frame: int, frames: int, fps: Fraction
    ) -> None:
        """Prepare to write.

        Args:
            path: the WAV file to write.
            stems: all that will be heard, by number.
            start_frame: the frame of the music with which the film starts.
            frames: the length of the film.
            fps: frames per second.

        Raises:
            OSError: the file cannot be written.
        """
        self.gain = 1.0
        """By what factor the sum was turned down; known in the end."""
        self._stems = [stem.sound for stem in stems]
        self._most = FULL_SCALE if len(set(self._stems)) == 1 else CEILING
        self._start_frame, self._fps = start_frame, fps
        self._rate = max(stem.rate for stem in stems)
        self._samples = sample_at(frames, self._rate, fps)
        self._file = FloatWav(path, rate=self._rate, channels=2, samples=self._samples)
        self._writer = ThreadPoolExecutor(1)
        self._writing: Future[float] | None = None
        self._parts: dict[int, _Part] = {}
        self._first_heard = True
        self._pending = _Pending()
        self._written, self._peak = 0, 0.0

    def begin(self, numbers: Sequence[int]) -> None:
        """Begin with some stems; they are added to those before."""
        if self._parts:
            self._finish()
            self._first_heard = False
        self._written, self._peak = 0, 0.0
        self._parts = {number: self._part(self._stems[number]) for number in numbers}

    def hear(self, number: int, block: Block) -> None:
        """Add the next block of a stem.

        Raises:
            OSError: the disk is full.
        """
        part = self._parts[number]
        self._add(part, part.take(block))
        ready = min(each.position for each in self._parts.values())
        if ready - self._written >= BLOCK_SECONDS * self._rate:
            self._write(ready)

    def end(self) -> None:
        """Write the rest, and find out how far the sum must be turned down.

        Raises:
            OSError: the disk is full.
        """
        self._finish()
        self._writer.shutdown()
        self.gain = CEILING / self._peak if self._peak > self._most else 1.0

    def finish(self) -> str:
        """Turn the sum down if it must be, and return the checksum of the file.

        Raises:
            OSError: the disk is full.
        """
        return self._file.finish(self.gain)

    def _part(self, stem: Stem) -> "_Part":
        start = sample_at(self._start_frame, stem.rate, self._fps)
        return _Part(stem, self._rate, start, start + -(-self._samples * stem.rate // self._rate))

    def _add(self, part: "_Part", sound: npt.NDArray[np.float32]) -> None:
        """Add ``float32[1 or 2, samples]`` where a stem stands now."""
        sound = sound[:, : self._samples - part.position]
        self._pending.add(part.position - self._written, sound, part.gains)
        part.position += sound.shape[1]

    def _write(self, stop: int) -> None:
        """Write what is ready, while the next is read and mixed."""
        self._wait()
        sound = self._pending.take(stop - self._written)
        self._writing = self._writer.submit(
            self._file.write, self._written, sound, add=not self._first_heard
        )
        self._written = stop

    def _wait(self) -> None:
        if self._writing:
            self._peak = max(self._peak, self._writing.result())
            self._writing = None

    def _finish(self) -> None:
        """Write what is left of these stems; what is after their ends is silent already."""
        for part in self._parts.values():
            self._add(part, part.rest())
        # Of a sum that was there before, all counts for its peak.
        length = self._pending.length if self._first_heard else self._samples - self._written
        self._write(self._written + length)
        self._wait()


class _Pending:
    """The sum of what was heard and is not written.

    Stems of the same gains, as most are, share a plane, to which their samples are added as they
    are. Buffers are made once and used again, which costs less than asking for memory.
    """

    def __init__(self) -> None:
        self.length = 0
        """In samples."""
        self._planes: dict[tuple[int, tuple[float, float]], npt.NDArray[np.float32]] = {}

    def add(self, start: int, sound: npt.NDArray[np.float32], gains: tuple[float, float]) -> None:
        """Add ``float32[1 or 2, samples]`` at a sample, with gains for left and right."""
        stop = start + sound.shape[1]
        self.length = max(self.length, stop)
        plane = self._planes.setdefault((len(sound), gains), np.zeros((len(sound), 0), np.float32))
        if stop > plane.shape[1]:
            more = np.zeros((len(plane), 2 * stop - plane.shape[1]), np.float32)
            plane = self._planes[len(sound), gains] = np.concatenate([plane, more], axis=1)
        plane[:, start:stop] += sound

    def take(self, count: int) -> npt.NDArray[np.float32]:
        """Return the first ``float32[count, 2]`` of the sum, and forget them."""
        mixed = np.zeros((count, 2), np.float32)
        for (sides, gains), plane in self._planes.items():
            ready = plane[:, :count]
            for side, gain in enumerate(gains):
                if gain:
                    mixed[: ready.shape[1], side] += ready[side % sides] * np.float32(gain)
            rest = plane[:, count : self.length].copy()
            plane[:, : rest.shape[1]] = rest
            plane[:, rest.shape[1] : self.length] = 0
        self.length = max(self.length - count, 0)
        return mixed


@dataclass
class _Part:
    """One stem of a mix."""

    stem: Stem
    rate: int
    """The rate of the mix."""
    start: int
    """The first sample of the stem that is in the mix."""
    stop: int
    position: int = 0
    """The sample of the mix at which the next one is added."""
    gains: tuple[float, float] = field(init=False)
    """Left and right."""
    _heard: int = field(default=0, init=False)
    _resampler: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        stem = self.stem
        left, right = (1.0, 1.0) if self._is_stereo else pan_gains(stem)
        self.gains = left * stem.gain, right * stem.gain
        if stem.rate != self.rate:
            channels = 2 if self._is_stereo else 1
            self._resampler = soxr.ResampleStream(stem.rate, self.rate, channels, dtype="float32")

    def take(self, block: Block) -> npt.NDArray[np.float32]:
        """Return what of a block is in the mix, at its rate, as ``float32[1 or 2, samples]``."""
        low, high = (
            min(max(edge - self._heard, 0), len(block)) for edge in (self.start, self.stop)
        )
        self._heard += len(block)
        sound = block[low:high]
        if not self._is_stereo and sound.shape[1] > 1:
            sound = sound.mean(axis=1, keepdims=True)
        if self._resampler:
            sound = self._resampler.resample_chunk(np.ascontiguousarray(sound))
        return sound.T

    def rest(self) -> npt.NDArray[np.float32]:
        """Return what the resampler holds still."""
        nothing = np.zeros((0, 2 if self._is_stereo else 1), np.float32)
        rest = self._resampler.resample_chunk(nothing, last=True) if self._resampler else nothing
        return np.asarray(rest, np.float32).T

    @property
    def _is_stereo(self) -> bool:
        """Whether it keeps its own left and right; all else is mono."""
        return self.stem.channels == 2 and self.stem.settings.pan is None


def write_audio(
    path: Path, source: Stem, *, start_frame: int, frames: int, fps: Fraction
) -> tuple[float, str]:
    """Cut a finished mix to exactly ``frames / fps``, with silence where it ends early.

    It is as it was, unless it exceeds full scale: then it is turned down to -1 dBFS.

    Returns the factor by which it was turned down, 1 if it was not, and the file's checksum.

    Raises:
        StemError: the file cannot be read.
        OSError: the sound cannot be written.
    """
    start, samples = sample_at(start_frame, source.rate, fps), sample_at(frames, source.rate, fps)
    edges = [*range(start, start + samples, BLOCK_SECONDS * source.rate), start + samples]
    file = FloatWav(path, rate=source.rate, channels=source.channels, samples=samples)
    peak = 0.0
    for begin, block in zip(edges, source.blocks(edges), strict=False):
        source.refuse_bad_samples(block, begin)
        peak = max(peak, file.write(begin - start, block))
    gain = CEILING / peak if peak > FULL_SCALE else 1.0
    return gain, file.finish(gain)
