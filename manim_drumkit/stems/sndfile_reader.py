"""Read sound with libsndfile, where it is sure of itself: WAV, AIFF, CAF, AU, FLAC, Ogg."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soundfile

from manim_drumkit.errors import StemError
from manim_drumkit.stems.blocks import PIECE, Block, Blocks
from manim_drumkit.stems.region import Region, reason_of
from manim_drumkit.stems.source import Source, UnsureError

MOST_SAMPLES_PER_BYTE = 8192
"""More than any format has, even for silence: a FLAC frame, or a packet of Opus."""


@dataclass(frozen=True)
class SndfileSource(Source):
    """A file that libsndfile reads."""

    region: Region

    @classmethod
    def of(cls, region: Region, *, check_end: bool = False) -> Source:
        """Open a file and read its header.

        Args:
            region: the file.
            check_end: whether to look if its last sample can be read.

        Raises:
            UnsureError: libsndfile cannot read it, or takes it for longer than it can be.
            OSError: the file cannot be opened.
        """
        with _opened(region) as sound:
            frames = sound.frames
            if frames > region.size * MOST_SAMPLES_PER_BYTE:
                raise UnsureError(f"a length of {frames} samples does not fit into its size")
            if check_end and frames and not _reaches(sound, frames):
                raise UnsureError("its last samples cannot be read")
            return cls(region.path, frames, sound.samplerate, sound.channels, region)

    def pieces(self, start: int) -> Blocks:
        """Yield the sound from a sample on."""
        yield from self.blocks([*range(start, self.samples, PIECE), self.samples])

    def blocks(self, edges: Sequence[int]) -> Blocks:
        """Yield the sound between each two neighbouring ``edges``, less where it ends."""
        try:
            with _opened(self.region) as sound:
                _go_to(sound, edges[0])
                for start, stop in pairwise(edges):
                    yield _read(sound, stop - start)
        except UnsureError as error:
            raise StemError(
                f"{self.path} cannot be decoded to its end ({error}); it may be damaged: export "
                "or copy it again"
            ) from error


@contextmanager
def _opened(region: Region) -> Iterator[soundfile.SoundFile]:
    """Open a file; what libsndfile says against it is an :class:`UnsureError`."""
    try:
        if region.whole:
            with soundfile.SoundFile(os.fsencode(region.path)) as sound:
                yield sound
        else:
            with region.open() as file, soundfile.SoundFile(file) as sound:
                yield sound
    except soundfile.SoundFileError as error:
        raise UnsureError(reason_of(error)) from error


def _read(sound: soundfile.SoundFile, count: int) -> Block:
    """Read ``float32[count, channels]``; 16-bit sound in a third of libsndfile's own time."""
    block: Block
    if sound.subtype == "PCM_16":
        block = sound.read(count, dtype="int16", always_2d=True) * np.float32(2**-15)
    else:
        block = sound.read(count, dtype="float32", always_2d=True)
    return block


def _go_to(sound: soundfile.SoundFile, sample: int) -> None:
    """Go to a sample; read up to it where libsndfile cannot seek, as in GSM 6.10."""
    if sample and sound.seekable():
        sound.seek(sample)
        return
    for start in range(0, sample, PIECE):
        sound.read(min(PIECE, sample - start), dtype="float32", always_2d=True)


def _reaches(sound: soundfile.SoundFile, frames: int) -> bool:
    try:
        sound.seek(frames - 1)
        return len(sound.read(1, dtype="float32")) == 1
    except soundfile.SoundFileError:
        return False
