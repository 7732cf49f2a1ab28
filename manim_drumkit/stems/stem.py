"""A stem: one audio file of a performance, and how to read it."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import soundfile

from manim_drumkit.errors import StemError
from manim_drumkit.stems import av_reader
from manim_drumkit.stems.av_reader import Block
from manim_drumkit.stems.settings import StemSettings

PACKET_SAMPLES = 4096
"""By how much a lossy file may be shorter than its container says."""


@dataclass(frozen=True)
class Stem:
    """One audio file of a performance."""

    name: str
    """The file's name without its ending."""
    path: Path
    samples: int
    """The length, in samples per channel."""
    rate: int
    """Samples per second."""
    channels: int
    settings: StemSettings = field(default_factory=StemSettings)
    """The user's settings for this stem."""

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate

    @property
    def label(self) -> str:
        """The name in the film."""
        return self.settings.label or self.name

    @property
    def gain(self) -> float:
        """The gain of the settings, as a factor."""
        return float(10 ** (self.settings.gain_db / 20))

    @classmethod
    def open(cls, path: Path) -> "Stem":
        """Read an audio file's header.

        Raises:
            StemError: it is not audio, holds no sound, or its sound is cut off.
        """
        samples, rate, channels = _av_facts(path) if _needs_av(path) else _facts(path)
        if samples == 0:
            raise StemError(f"{path} holds no sound (0 samples); export it again or move it away")
        return cls(readable(path.stem), path, samples, rate, channels)

    def blocks(self, edges: Sequence[int]) -> Iterator[Block]:
        """Read the samples between each two neighbouring ``edges``.

        Yields ``float32[samples, channels]``, full scale at ±1, before any gain. Edges past
        the end give shorter, or empty, blocks. Samples may be NaN or infinite: check them with
        :meth:`refuse_bad_samples`.

        Raises:
            StemError: the file ends early, or cannot be decoded.
        """
        within = [min(edge, self.samples) for edge in edges]
        read = self._av_blocks if _needs_av(self.path) else self._blocks
        try:
            for (start, stop), block in zip(pairwise(within), read(within), strict=True):
                if len(block) < stop - start:
                    raise self._cut_off(start + len(block))
                yield block
        except (av.FFmpegError, soundfile.LibsndfileError, OSError) as error:
            raise StemError(
                f"{self.path} cannot be decoded to its end ({reason_of(error)}); it may be cut "
                "off: export or copy it again"
            ) from error

    def refuse_bad_samples(self, block: Block, start: int) -> None:
        """Check that all samples of a block, which begins at ``start``, are finite.

        Raises:
            StemError: one is NaN or infinite; the message names its time.
        """
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            bad = (start + int(np.argmin(finite))) / self.rate
            raise StemError(
                f"{self.path} holds a sample that is not a number (NaN or infinity) at "
                f"{bad:.3f} s; export it again"
            )

    def _blocks(self, edges: list[int]) -> Iterator[Block]:
        with soundfile.SoundFile(os.fsencode(self.path)) as sound:
            sound.seek(edges[0])
            for start, stop in pairwise(edges):
                yield sound.read(stop - start, dtype="float32", always_2d=True)

    def _av_blocks(self, edges: list[int]) -> Iterator[Block]:
        sizes = [edges[0], *(stop - start for start, stop in pairwise(edges))]
        blocks = av_reader.reblock(av_reader.decode(self.path), self.channels, sizes)
        next(blocks)  # what is before the first edge
        for size, block in zip(sizes[1:], blocks, strict=True):
            missing = size - len(block)
            if 0 < missing <= PACKET_SAMPLES:
                block = np.concatenate([block, np.zeros((missing, self.channels), np.float32)])
            yield block

    def _cut_off(self, end: int) -> StemError:
        return StemError(
            f"{self.path} is cut off: its header promises {self.seconds:.3f} s, its sound ends "
            f"after {end / self.rate:.3f} s; export or copy it again"
        )


def readable(name: str) -> str:
    """Return a file's name as text that can be printed, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _facts(path: Path) -> tuple[int, int, int]:
    try:
        path.open("rb").close()  # libsndfile does not say why it cannot open a file
        with soundfile.SoundFile(os.fsencode(path)) as sound:
            cut = _ogg_cut_off(path) if sound.format == "OGG" else _cut_off(sound.extra_info)
            facts = sound.frames, sound.samplerate, sound.channels
    except OSError as error:
        raise StemError(f"{path} cannot be opened ({reason_of(error)})") from error
    except soundfile.LibsndfileError as error:
        raise _not_audio(path, error) from error
    if cut:
        raise StemError(f"{path} is cut off: {cut}; export or copy it again")
    return facts


def _av_facts(path: Path) -> tuple[int, int, int]:
    try:
        facts = av_reader.sound_facts(path)
    except (av.FFmpegError, OSError) as error:
        raise _not_audio(path, error) from error
    if facts is None:
        raise StemError(f"{path} has no sound; move it out of the folder")
    return facts


def _not_audio(path: Path, error: Exception) -> StemError:
    return StemError(
        f"{path} cannot be read as audio ({reason_of(error)}); export it again as WAV or "
        "FLAC, or move it out of the folder"
    )


def _needs_av(path: Path) -> bool:
    return path.suffix.lower() in av_reader.SUFFIXES


def reason_of(error: Exception) -> str:
    """Return why a file could not be read, as a phrase."""
    text = getattr(error, "error_string", None) or getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".")


def _cut_off(header_log: str) -> str | None:
    """Return how libsndfile's log says that the sound is shorter than its header promises."""
    size = re.search(r"^ *(?:data|SSND|riff) *: (\d+) \(should be (\d+)\)", header_log, re.M)
    if size:
        promised, found = map(int, size.groups())
        if promised in (0, 0xFFFFFFFF):
            return f"its header was never finished, and {found} bytes of sound follow it"
        return f"its header promises {promised} bytes of sound, {found} are there"
    frames = re.search(
        r"frame count (\d+) does not match value from 'ds64' chunk of (\d+)", header_log
    )
    if frames:
        return f"its header promises {frames[2]} samples, {frames[1]} are there"
    return None


def _ogg_cut_off(path: Path) -> str | None:
    """Check for the flag of the last page (RFC 3533: bit 2 of its sixth byte)."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**17, 0))
        _, page, rest = file.read().rpartition(b"OggS")
    whole = page and len(rest) > 1 and rest[1] & 4
    return None if whole else "its last page is missing"
