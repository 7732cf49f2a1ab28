"""The mix: the sound of the film, made from its stems or taken from a finished file."""

import os
import re
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from manim_drumkit.frames import sample_at
from manim_drumkit.stems import Block, Stem

CEILING = 0.891
"""The largest sample of a mix: just under -1 dBFS, which leaves the AAC encoder room."""

BLOCK_SECONDS = 4


def pan_gains(name: str) -> tuple[float, float]:
    """Give the gains, left and right, of a mono stem.

    Names that end in ``_L`` or ``_R`` go to their side, others to the middle, where each
    side gets √½ so that the power stays the same (the constant-power pan law).

    >>> pan_gains("OH_L")
    (1.0, 0.0)
    """
    side = re.search(r"[ ._-]([LR])$", name)
    if side is None:
        return 0.5**0.5, 0.5**0.5
    return (1.0, 0.0) if side[1] == "L" else (0.0, 1.0)


def write_mix(
    path: Path, stems: list[Stem], *, start_frame: int, frames: int, fps: Fraction
) -> None:
    """Mix the stems at their own balance into a stereo file of exactly ``frames / fps``.

    The sum is turned down as far as it takes to stay under -1 dBFS, and never turned up.

    Raises:
        StemError: a stem cannot be read.
    """
    rate = stems[0].rate
    edges = _edges(start_frame, frames, rate, fps)
    sum_path = path.with_name(f"{path.name}.sum")
    with ExitStack() as stack:
        stack.callback(sum_path.unlink, missing_ok=True)
        mixed = stack.enter_context(_create(sum_path, rate, 2, edges, "FLOAT"))
        peak = 0.0
        blocks = zip(*(stem.blocks(edges) for stem in stems), strict=True)
        for start, stop, block in zip(edges, edges[1:], blocks, strict=False):
            mix = np.zeros((stop - start, 2))
            for stem, sound in zip(stems, block, strict=True):
                mix[: len(sound)] += _panned(stem, sound)
            peak = max(peak, float(np.abs(mix).max(initial=0)))
            mixed.write(mix)
        mixed.close()
        gain = min(1.0, CEILING / peak) if peak else 1.0
        with (
            soundfile.SoundFile(os.fsencode(sum_path)) as total,
            _create(path, rate, 2, edges, "PCM_24") as out,
        ):
            for block in total.blocks(BLOCK_SECONDS * rate, dtype="float64"):
                out.write(block * gain)


def write_audio(path: Path, source: Stem, *, start_frame: int, frames: int, fps: Fraction) -> None:
    """Cut a finished mix to exactly ``frames / fps``, with silence where it ends early.

    Raises:
        StemError: the file cannot be read.
    """
    edges = _edges(start_frame, frames, source.rate, fps)
    with _create(path, source.rate, source.channels, edges, "PCM_24") as out:
        for start, stop, block in zip(edges, edges[1:], source.blocks(edges), strict=False):
            silence = np.zeros((stop - start - len(block), source.channels))
            out.write(np.clip(np.concatenate([block, silence]), -1, 1))


def _edges(start_frame: int, frames: int, rate: int, fps: Fraction) -> list[int]:
    start = sample_at(start_frame, rate, fps)
    stop = start + sample_at(frames, rate, fps)
    return [*range(start, stop, BLOCK_SECONDS * rate), stop]


def _panned(stem: Stem, sound: Block) -> npt.NDArray[np.float64]:
    """Place a stem between left and right: stereo stays as it is, the rest is mono."""
    if stem.channels == 2:
        return sound.astype(np.float64)
    mono = sound.mean(axis=1, dtype=np.float64)
    return np.outer(mono, pan_gains(stem.name))


def _create(
    path: Path, rate: int, channels: int, edges: list[int], subtype: str
) -> soundfile.SoundFile:
    """Open a WAV file for writing, or an RF64 where 32-bit sizes would overflow."""
    largest = 4 * channels * (edges[-1] - edges[0]) + 4096
    kind = "WAV" if largest < 2**32 else "RF64"
    return soundfile.SoundFile(os.fsencode(path), "w", rate, channels, subtype, format=kind)
