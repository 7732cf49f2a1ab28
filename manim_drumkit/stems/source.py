"""A source: what the samples of one audio track are read from, whatever the format."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from manim_drumkit.errors import StemError
from manim_drumkit.stems.blocks import PIECE, Blocks, reblock

RATES = range(1000, 768_001)
"""In Hz; others are those of damaged headers."""
MOST_CHANNELS = 1024


class UnsureError(Exception):
    """A reader cannot tell what is in a file; another may."""


def check_facts(path: Path, rate: int, channels: int) -> None:
    """Check what a header says against what there is in the world.

    Raises:
        StemError: no music has such a rate or so many channels.
    """
    if rate not in RATES or not 0 < channels <= MOST_CHANNELS:
        raise StemError(
            f"{path} has a sample rate of {rate} Hz and {channels} channels; its header is "
            "damaged, or it is no music: export it again at 44100 or 48000 Hz"
        )


@dataclass(frozen=True)
class Source(ABC):
    """The samples of one audio track."""

    path: Path
    samples: int
    """The length, in samples per channel."""
    rate: int
    """Samples per second."""
    channels: int

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate

    @abstractmethod
    def pieces(self, start: int) -> Blocks:
        """Yield the sound from a sample on, ``float32[samples, channels]`` in any sizes.

        Raises:
            StemError: the file cannot be decoded.
        """

    def blocks(self, edges: Sequence[int]) -> Blocks:
        """Yield the sound between each two neighbouring ``edges``, less where it ends.

        Raises:
            StemError: the file cannot be decoded.
        """
        sizes = [stop - start for start, stop in pairwise(edges)]
        with closing(self.pieces(edges[0])) as pieces:
            yield from reblock(pieces, self.channels, sizes)


@dataclass(frozen=True)
class Chain(Source):
    """Several files in one, one after the other."""

    parts: tuple[Source, ...]

    @classmethod
    def of(cls, parts: Sequence[Source]) -> Source:
        """Join parts of the same rate and number of channels.

        Raises:
            StemError: they are not the same.
        """
        first, samples = parts[0], 0
        for part in parts:
            if (part.rate, part.channels) != (first.rate, first.channels):
                raise StemError(
                    f"{first.path} changes from {first.rate} Hz, {first.channels} channels, to "
                    f"{part.rate} Hz, {part.channels} channels, after {samples / first.rate:.3f} "
                    "s; it was joined from files that differ: export each of them alone"
                )
            samples += part.samples
        if len(parts) == 1:
            return first
        return cls(first.path, samples, first.rate, first.channels, tuple(parts))

    def pieces(self, start: int) -> Blocks:
        """Yield the sound from a sample on."""
        for part in self.parts:
            if start < part.samples:
                yield from part.blocks([*range(start, part.samples, PIECE), part.samples])
            start = max(start - part.samples, 0)


@dataclass(frozen=True)
class Sound:
    """One audio track of a file, and what the file says of it."""

    source: Source
    title: str = ""
    channel_titles: tuple[str, ...] = ()
    time_reference: int | None = None
    notes: tuple[str, ...] = ()


def joined(path: Path, files: Sequence[list[Sound]]) -> list[Sound]:
    """Join files track by track.

    Raises:
        StemError: their tracks are not the same.
    """
    if len({len(tracks) for tracks in files}) > 1:
        raise StemError(
            f"{path} was joined from files with different numbers of audio tracks; export each of "
            "them alone"
        )
    tracks = []
    for parts in zip(*files, strict=True):
        notes = dict.fromkeys(note for part in parts for note in part.notes)
        source = Chain.of([part.source for part in parts])
        tracks.append(replace(parts[0], source=source, notes=tuple(notes)))
    return tracks
