"""Read MPEG audio frame by frame, so that every sample keeps its time whatever is damaged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from manim_drumkit.stems.blocks import Block, Blocks, silence
from manim_drumkit.stems.mpeg_audio import Frame, Header, frames_in
from manim_drumkit.stems.region import Region
from manim_drumkit.stems.source import Source

WARM_UP = 40
"""How many frames a decoder needs to be where it would be had it begun at the beginning."""


@dataclass(frozen=True)
class Link:
    """The frames of one file, or of one of several that were joined."""

    first: int
    """Where its first frame stands."""
    frames: int
    """How many it has, with those that are lost."""
    skip: int
    """How many samples at its beginning are the encoder's delay."""
    samples: int
    """Its length without the delay, and without what fills its last frame."""
    lost: tuple[tuple[int, int], ...]
    """Where frames are lost, and how many."""

    def frames_in(self, region: Region, begin: int) -> Iterator[tuple[Frame | None, int]]:
        """Yield the frames from a number on, or ``None`` and how many are lost in their place."""
        number, lost = 0, dict(self.lost)
        for frame in frames_in(region):  # from the beginning, so that it finds the same frames
            if frame.position < self.first:
                continue
            count = 1 if frame.header else lost.get(frame.position, 0)
            count = min(count, self.frames - number)
            if number + count > begin:
                yield (frame if frame.header else None), min(count, number + count - begin)
            number += count
            if number == self.frames:
                return


@dataclass(frozen=True)
class MpegSource(Source):
    """A file of MPEG audio frames."""

    region: Region
    header: Header
    """That of the first frame."""
    links: tuple[Link, ...]

    def pieces(self, start: int) -> Blocks:
        """Yield the sound from a sample on."""
        for link in self.links:
            if start < link.samples:
                yield from self._link(link, start)
            start = max(start - link.samples, 0)

    def _link(self, link: Link, start: int) -> Blocks:
        size = self.header.samples
        begin = max((link.skip + start) // size - WARM_UP, 0)
        drop, left = link.skip + start - begin * size, link.samples - start
        for piece in self._frames(link, begin):
            kept = piece[drop : drop + left]
            drop, left = max(drop - len(piece), 0), left - len(kept)
            yield kept
            if not left:
                return

    def _frames(self, link: Link, begin: int) -> Blocks:
        """Decode the frames of a link from one on; what is lost is silent."""
        decoder = Decoder(self.header)
        for frame, count in link.frames_in(self.region, begin):
            if frame is None:
                yield from silence(count * self.header.samples, self.channels)
            else:
                yield decoder.decode(frame)[0]


class Decoder:
    """A decoder of frames, each on its own."""

    def __init__(self, header: Header) -> None:
        self._codec: Any = av.CodecContext.create(f"mp{header.layer}float", "r")
        self._silence = np.zeros((header.samples, header.channels), np.float32)

    def decode(self, frame: Frame) -> tuple[Block, bool]:
        """Decode a frame, and tell whether it could be; it is silent otherwise."""
        try:
            decoded = self._codec.decode(av.Packet(frame.data))
        except av.FFmpegError:
            return self._silence, False
        pieces = [np.ascontiguousarray(piece.to_ndarray().T) for piece in decoded]
        if [piece.shape for piece in pieces] != [self._silence.shape]:
            return self._silence, False
        return pieces[0], True
