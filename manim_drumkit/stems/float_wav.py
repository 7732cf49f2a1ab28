"""A WAV file of 32-bit floating point and of known length, written and changed in place.

libsndfile can neither change an RF64 file in place nor leave out the time stamp that it writes
into floating-point files, which would make the checksum of equal sounds differ.
"""

import hashlib
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

SAMPLE_BYTES = 4
IEEE_FLOAT = 3
"""The format tag, from Microsoft's ``mmreg.h``."""
BLOCK_SAMPLES = 1 << 20
LARGEST = 2**32 - 1


class FloatWav:
    """A file that is silent until blocks are written into it."""

    def __init__(self, path: Path, *, rate: int, channels: int, samples: int) -> None:
        """Create the file, in place of an older one.

        Raises:
            OSError: it cannot be written.
        """
        header = wav_header(rate, channels, samples)
        self._path, self._channels, self._samples = path, channels, samples
        self._data_at = len(header)
        with path.open("wb") as file:
            file.write(header)
            file.truncate(len(header) + SAMPLE_BYTES * channels * samples)

    def write(self, start: int, sound: npt.NDArray[np.float32], *, add: bool = False) -> float:
        """Write ``float32[samples, channels]``; return its largest absolute sample.

        Args:
            start: the sample at which it begins.
            sound: what to write.
            add: add it to what is there, instead.

        Raises:
            OSError: the disk is full.
        """
        with self._path.open("r+b") as file:
            if add:
                sound = sound + self._read(file, start, len(sound))
            self._seek(file, start)
            file.write(np.ascontiguousarray(sound, "<f4").data)
        return float(np.abs(sound).max(initial=0))

    def finish(self, gain: float = 1.0) -> str:
        """Multiply all samples by a factor, and return the checksum of the file.

        Raises:
            OSError: the disk is full.
        """
        digest, hashing = hashlib.sha256(), None
        with self._path.open("r+b") as file, ThreadPoolExecutor(1) as aside:
            digest.update(file.read(self._data_at))
            for start in range(0, self._samples, BLOCK_SAMPLES):
                sound = self._read(file, start, min(BLOCK_SAMPLES, self._samples - start))
                if gain != 1:
                    sound = sound * np.float32(gain)
                    self._seek(file, start)
                    file.write(sound.data)
                if hashing:
                    hashing.result()  # so that no more than two blocks are in memory
                hashing = aside.submit(digest.update, sound.data)
        return digest.hexdigest()

    def _read(self, file: BinaryIO, start: int, count: int) -> npt.NDArray[np.float32]:
        self._seek(file, start)
        content = file.read(SAMPLE_BYTES * self._channels * count)
        return np.frombuffer(content, "<f4").reshape(count, self._channels)

    def _seek(self, file: BinaryIO, start: int) -> None:
        file.seek(self._data_at + SAMPLE_BYTES * self._channels * start)


def wav_header(rate: int, channels: int, samples: int) -> bytes:
    """Return the header of a floating-point WAV file, or of an RF64 where sizes exceed 32 bits.

    After EBU Tech 3306, "RF64: An extended File Format for Audio", version 2 (2009).
    """
    frame = SAMPLE_BYTES * channels
    size = frame * samples
    kind = struct.pack("<HHIIHH", IEEE_FLOAT, channels, rate, rate * frame, frame, 32)
    chunks = _chunk(b"fmt ", kind) + _chunk(b"fact", struct.pack("<I", min(samples, LARGEST)))
    if len(chunks) + size + 100 <= LARGEST:
        total = 4 + len(chunks) + 8 + size
        return b"RIFF" + struct.pack("<I", total) + b"WAVE" + chunks + _head(b"data", size)
    total = 4 + 36 + len(chunks) + 8 + size
    sizes = _chunk(b"ds64", struct.pack("<QQQI", total, size, samples, 0))
    return b"RF64" + struct.pack("<I", LARGEST) + b"WAVE" + sizes + chunks + _head(b"data", LARGEST)


def _chunk(name: bytes, content: bytes) -> bytes:
    return _head(name, len(content)) + content


def _head(name: bytes, size: int) -> bytes:
    return name + struct.pack("<I", size)
