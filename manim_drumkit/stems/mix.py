"""The mix: the sound of the film, made from its stems or taken from a finished file."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from manim_drumkit.stems.av_reader import Block, reblock
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import sample_at

CEILING = 0.891
"""The largest sample of a mix: just under -1 dBFS, which leaves the AAC encoder room."""

BLOCK_SECONDS = 4


def pan_gains(stem: Stem) -> tuple[float, float]:
    """Return the left and right gains of a mono stem.

    A stem without a pan setting is in the middle, or on its side if its name ends in
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


def write_mix(
    path: Path, stems: list[Stem], *, start_frame: int, frames: int, fps: Fraction
) -> None:
    """Mix the stems at their own balance into a stereo file of exactly ``frames / fps``.

    Turns the sum down as far as it takes to stay under -1 dBFS, and never up. The mix has the
    highest rate of the stems; soxr resamples the others.

    Raises:
        StemError: a stem cannot be read.
    """
    rate = max(stem.rate for stem in stems)
    edges = _edges(0, frames, rate, fps)
    sum_path = path.with_name(f"{path.name}.sum")
    with ExitStack() as stack:
        stack.callback(sum_path.unlink, missing_ok=True)
        mixed = stack.enter_context(_create(sum_path, rate, 2, edges, "FLOAT"))
        peak = 0.0
        sounds = zip(*(_resampled(s, rate, start_frame, edges, fps) for s in stems), strict=True)
        for (start, stop), blocks in zip(pairwise(edges), sounds, strict=True):
            mix = np.zeros((stop - start, 2))
            for stem, block in zip(stems, blocks, strict=True):
                mix[: len(block)] += _placed(stem, block)
            peak = max(peak, float(np.abs(mix).max(initial=0)))
            _write(mixed, mix)
        mixed.close()
        gain = min(1.0, CEILING / peak) if peak else 1.0
        with (
            soundfile.SoundFile(os.fsencode(sum_path)) as total,
            _create(path, rate, 2, edges, "PCM_24") as out,
        ):
            for block in total.blocks(BLOCK_SECONDS * rate, dtype="float64"):
                _write(out, block * gain)


def write_audio(path: Path, source: Stem, *, start_frame: int, frames: int, fps: Fraction) -> None:
    """Cut a finished mix to exactly ``frames / fps``, with silence where it ends early.

    Raises:
        StemError: the file cannot be read.
    """
    start = sample_at(start_frame, source.rate, fps)
    edges = _edges(start, frames, source.rate, fps)
    with _create(path, source.rate, source.channels, edges, "PCM_24") as out:
        for (begin, end), block in zip(pairwise(edges), source.blocks(edges), strict=True):
            source.refuse_bad_samples(block, begin)
            silence = np.zeros((end - begin - len(block), source.channels))
            _write(out, np.clip(np.concatenate([block, silence]), -1, 1))


def _edges(start: int, frames: int, rate: int, fps: Fraction) -> list[int]:
    stop = start + sample_at(frames, rate, fps)
    return [*range(start, stop, BLOCK_SECONDS * rate), stop]


def _resampled(
    stem: Stem, rate: int, start_frame: int, edges: list[int], fps: Fraction
) -> Iterator[Block]:
    """Read a stem from a frame on, at another rate, in blocks between ``edges`` or shorter."""
    start = sample_at(start_frame, stem.rate, fps)
    if stem.rate == rate:
        return stem.blocks([start + edge for edge in edges])
    sizes = [stop - begin for begin, stop in pairwise(edges)]
    return reblock(_through_soxr(stem, rate, start, sum(sizes)), stem.channels, sizes)


def _through_soxr(stem: Stem, rate: int, start: int, samples: int) -> Iterator[Block]:
    stream = soxr.ResampleStream(stem.rate, rate, stem.channels, dtype="float32")
    stop = start + -(-samples * stem.rate // rate)
    for block in stem.blocks([*range(start, stop, BLOCK_SECONDS * stem.rate), stop]):
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros((0, stem.channels), np.float32), last=True)


def _placed(stem: Stem, sound: Block) -> npt.NDArray[np.float64]:
    """Place a stem between left and right: stereo stays as it is, the rest is mono."""
    if stem.channels == 2 and stem.settings.pan is None:
        return sound.astype(np.float64) * stem.gain
    mono = sound.mean(axis=1, dtype=np.float64)
    return np.outer(mono, pan_gains(stem)) * stem.gain


def _write(file: soundfile.SoundFile, sound: npt.NDArray[Any]) -> None:
    with _reported_as_os_error():
        file.write(sound)


def _create(
    path: Path, rate: int, channels: int, edges: list[int], subtype: str
) -> soundfile.SoundFile:
    """Open a WAV file for writing, or an RF64 where 32-bit sizes would overflow."""
    largest = 4 * channels * (edges[-1] - edges[0]) + 4096
    kind = "WAV" if largest < 2**32 else "RF64"
    with _reported_as_os_error():
        return soundfile.SoundFile(os.fsencode(path), "w", rate, channels, subtype, format=kind)


@contextmanager
def _reported_as_os_error() -> Iterator[None]:
    try:
        yield
    except soundfile.LibsndfileError as error:  # of stems that are read, others tell
        raise OSError(errno.EIO, "the sound cannot be written; is the disk full?") from error
