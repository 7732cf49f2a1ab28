"""FLAC files: how long they really are, whatever their headers say (RFC 9639)."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from manim_drumkit.stems.av_scan import read_av
from manim_drumkit.stems.containers import places
from manim_drumkit.stems.region import Region, too_short
from manim_drumkit.stems.sndfile_reader import SndfileSource
from manim_drumkit.stems.source import Sound, UnsureError, joined

BEGINNING = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
SYNC = re.compile(rb"\xff[\xf8\xf9]")
MOST_TRIED = 2000
SEARCHED = 1 << 20
"""How many bytes at the end hold the last frame's beginning, in most files."""


@dataclass(frozen=True)
class StreamInfo:
    """The first block of a file."""

    block: int
    """The samples of a frame, where all but the last have the same; otherwise 0."""
    largest_frame: int
    """In bytes; 0 if nobody knew."""
    samples: int
    """The length; 0 if nobody knew."""

    @classmethod
    def of(cls, region: Region) -> "StreamInfo":
        """Read it."""
        data = region.read(8, 34)
        shortest, longest = (int.from_bytes(data[i : i + 2], "big") for i in (0, 2))
        total = int.from_bytes(data[13:18], "big") & ((1 << 36) - 1)
        largest = int.from_bytes(data[7:10], "big")
        return cls(longest if shortest == longest else 0, largest, total)


def read_flac(region: Region) -> list[Sound]:
    """Find the sound of a FLAC file, or of several that were joined.

    Raises:
        StemError: it is cut off or damaged.
        UnsureError: it cannot be read.
        OSError: the file cannot be opened.
    """
    edges = [*places(region, BEGINNING), region.size]
    if len(edges) == 2:
        return _read(region)
    return joined(
        region.path,
        [_read(region.part(start, stop)) for start, stop in pairwise(edges)],
    )


def _read(region: Region) -> list[Sound]:
    info = StreamInfo.of(region)
    if info.samples and last_sample(region, info) == info.samples:
        try:
            return [Sound(SndfileSource.of(region, check_end=True))]
        except UnsureError:
            pass
    return [_counted(sound, info, region) for sound in read_av(region)]


def _counted(sound: Sound, info: StreamInfo, region: Region) -> Sound:
    """Compare a length that was counted with the one that a header promises."""
    source, path = sound.source, region.path
    if source.samples < info.samples:
        raise too_short(path, info.samples / source.rate, source.seconds)
    if not info.samples or source.samples == info.samples:
        return sound
    note = f"{path.name} goes on after the {info.samples} samples that its header promises, and "
    return replace(sound, notes=(*sound.notes, note + "was read to the end"))


def last_sample(region: Region, info: StreamInfo) -> int | None:
    """Return the sample at which the last frame ends; ``None`` if no frame can be found."""
    start = max(region.size - max(SEARCHED, 2 * info.largest_frame), 0)
    data = region.read(start, region.size - start)
    found = [match.start() for match in SYNC.finditer(data)][-MOST_TRIED:]
    ends = (_frame_end(data[place : place + 16], info) for place in reversed(found))
    return next((end for end in ends if end is not None), None)


def _frame_end(head: bytes, info: StreamInfo) -> int | None:
    """Read a frame's header: the sample behind its last, ``None`` if it is none."""
    if len(head) < 6 or head[2] >> 4 == 0 or head[2] & 15 == 15 or head[3] & 1:
        return None
    length = max(8 - (head[4] ^ 0xFF).bit_length(), 1)  # as UTF-8 counts bytes
    number = head[4] if length == 1 else head[4] & (0x7F >> length)
    for byte in head[5 : 4 + length]:
        number = number << 6 | byte & 0x3F
    at, code = 4 + length, head[2] >> 4
    extra = {6: 1, 7: 2}.get(code, 0)
    coded = int.from_bytes(head[at : at + extra], "big") + 1
    at += extra + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    samples = coded if extra else _block_size(code)
    variable = head[1] & 1
    return (number if variable else number * info.block) + samples


def _block_size(code: int) -> int:
    return 192 if code == 1 else 576 << code - 2 if code < 6 else 256 << code - 8


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1) ^ (0x107 if value & 0x80 else 0)
    return value & 0xFF
