"""The frames of MPEG audio (MP3, MP2): where each begins, what is no frame, what headers say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from manim_drumkit.stems.region import Region

SEARCHED = 1 << 16
"""Within how many bytes of its beginning, or of the tags there, a file must have a frame."""
DECODER_DELAY = 529
"""What a decoder of layer III adds to the encoder's delay: 528 samples, and one."""
FILTER_DELAY = 481
"""The delay of the filter bank of layers I and II, in every encoder."""
LAME_DELAY = 576
"""The delay of LAME where no header states it."""

BIT_RATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s by generation and layer (ISO 11172-3 and 13818-3)."""


@dataclass(frozen=True)
class Header:
    """What the four bytes at the beginning of a frame say."""

    size: int
    """The bytes of the frame."""
    samples: int
    rate: int
    channels: int
    layer: int
    bit_rate: int
    side: int
    """How many bytes stand between a frame's beginning and a Xing header in it."""

    @property
    def kind(self) -> tuple[int, int, int]:
        """What is the same in all frames of a stream."""
        return self.layer, self.rate, self.samples


@dataclass(frozen=True)
class Frame:
    """A frame, or bytes that are none."""

    position: int
    size: int
    header: Header | None
    """``None`` where a frame should be and is not."""
    data: bytes
    """The bytes, fewer than ``size`` where the file ends; the first 64 of what is no frame."""


@dataclass(frozen=True)
class Promise:
    """What a Xing, Info or VBRI header says of the frames behind it."""

    frames: int | None
    delay: int | None
    padding: int


def header_at(data: bytes) -> Header | None:
    """Read a frame's header from its first four bytes."""
    if len(data) < 4 or data[0] != 0xFF or data[1] < 0xE0:
        return None
    return _header(data[1], data[2], data[3] >> 6)


@lru_cache(maxsize=4096)
def _header(first: int, second: int, mode: int) -> Header | None:
    version, layer = (first >> 3) & 3, 4 - ((first >> 1) & 3)
    index, rate_index, padding = second >> 4, (second >> 2) & 3, (second >> 1) & 1
    if version == 1 or layer == 4 or index in (0, 15) or rate_index == 3:
        return None
    generation = 1 if version == 3 else 2
    rate = (44100, 48000, 32000)[rate_index] >> (3 - version if version else 2)
    bit_rate = 1000 * BIT_RATES[generation, layer][index - 1]
    samples = {1: 384, 2: 1152, 3: 1152 // generation}[layer]
    if layer == 1:
        size = (12 * bit_rate // rate + padding) * 4
    else:
        size = samples // 8 * bit_rate // rate + padding
    channels = 1 if mode == 3 else 2
    side = (17 if channels == 1 else 32) if generation == 1 else (9 if channels == 1 else 17)
    return Header(size, samples, rate, channels, layer, bit_rate, 4 + side)


def promise_in(frame: Frame) -> Promise | None:
    """Read the Xing, Info or VBRI header that may be in the first frame of a file."""
    if frame.header is None or frame.header.layer != 3:
        return None
    data, at = frame.data, frame.header.side
    if data[at : at + 4] not in (b"Xing", b"Info"):
        at += 2  # behind a checksum
    if data[at : at + 4] in (b"Xing", b"Info"):
        return _xing(data[at:])
    if data[36:40] == b"VBRI":
        return Promise(int.from_bytes(data[50:54], "big") or None, None, 0)
    return None


def _xing(data: bytes) -> Promise:
    flags = data[7] if len(data) > 7 else 0
    frames = int.from_bytes(data[8:12], "big") if flags & 1 else 0
    at = 8 + 4 * (flags & 1) + 2 * (flags & 2) + 25 * (flags & 4) + (flags & 8) // 2
    lame = data[at : at + 24]
    if len(lame) < 24 or lame[:4] not in (b"LAME", b"Lavf", b"Lavc", b"GOGO", b"L3.9"):
        return Promise(frames or None, None, 0)
    both = int.from_bytes(lame[21:24], "big")
    return Promise(frames or None, both >> 12, both & 0xFFF)


def frames_in(region: Region) -> Iterator[Frame]:
    """Walk over the frames of a file; tags are passed over, other bytes are yielded as no frame.

    Raises:
        OSError: the file cannot be read.
    """
    with _Window(region) as window:
        first, kind, usual = _first_frame(window, 0), None, 0
        position = region.size if first is None else first
        while position < region.size:
            header = header_at(window.get(position, 4))
            if header and (kind is None or header.kind == kind):
                end = position + header.size
                if abs(header.size - usual) < 2 or _goes_on(window, end, header.kind):
                    kind, usual = header.kind, header.size
                    data = window.get(position, header.size)
                    yield Frame(position, header.size, header, data)
                    position = end
                    continue
            tag = tag_size(window.get(position, 32))
            if tag:
                position = _past_zeros(window, position + tag)
                continue
            following = _search(window, position + 1, kind)
            following = region.size if following is None else following
            size = following - position
            yield Frame(position, size, None, window.get(position, min(size, 64)))
            position = following


def tag_size(data: bytes) -> int:
    """Return the size of a tag of a music player that begins here, 0 if none does."""
    if data[:3] == b"ID3" and len(data) >= 10 and max(data[6:10]) < 128:
        size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
        return 10 + size + (10 if data[5] & 16 else 0)
    if data[:8] == b"APETAGEX":
        size, flags = (int.from_bytes(data[i : i + 4], "little") for i in (12, 20))
        return size + 32 if flags & 0x20000000 else 32
    if data[:3] == b"TAG":
        return 227 if data[3:4] == b"+" else 128
    return 0


def frames_follow(region: Region, position: int) -> bool:
    """Tell whether frames of any kind stand somewhere behind a position.

    Raises:
        OSError: the file cannot be read.
    """
    with _Window(region) as window:
        return _search(window, position, None, chain=4) is not None


def is_mpeg_audio(region: Region) -> bool:
    """Tell whether a file begins with frames, maybe after tags and a little of something else.

    Raises:
        OSError: the file cannot be read.
    """
    with _Window(region) as window:
        return _first_frame(window, 0) is not None


class _Window:
    """Reads a file in large pieces and hands out small ones."""

    def __init__(self, region: Region) -> None:
        self.size = region.size
        self._file = region.open()
        self._start, self._data = 0, b""

    def __enter__(self) -> "_Window":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, position: int, size: int) -> bytes:
        """Return some bytes, fewer at the end."""
        if not self._start <= position <= position + size <= self._start + len(self._data):
            self._file.seek(position)
            self._start, self._data = position, self._file.read(max(size, 1 << 18))
        return self._data[position - self._start : position - self._start + size]


def _first_frame(window: _Window, position: int) -> int | None:
    """Return where the first frame stands that others follow."""
    start = position
    while size := tag_size(window.get(position, 32)):
        position = _past_zeros(window, position + size)
    found = _search(window, position, None, within=SEARCHED, chain=3)
    if found is None and position > start:  # a tag whose size is wrong
        found = _search(window, start + 10, None, within=SEARCHED, chain=3)
    return found


def _search(
    window: _Window,
    position: int,
    kind: tuple[int, int, int] | None,
    within: int | None = None,
    chain: int = 2,
) -> int | None:
    """Return where the next frame stands, of a kind if one is given, that others follow."""
    last = window.size if within is None else min(position + within, window.size)
    while position < last:
        piece = window.get(position, min(1 << 12, last - position))
        if not piece:  # the file became shorter
            break
        at = piece.find(b"\xff")
        while at >= 0:
            header = header_at(window.get(position + at, 4))
            if header and kind in (None, header.kind) and _chained(window, position + at, chain):
                return position + at
            at = piece.find(b"\xff", at + 1)
        position += len(piece)
    return None


def _chained(window: _Window, position: int, count: int) -> bool:
    """Tell whether so many frames of a kind follow each other, or lead to the file's end."""
    kind = None
    for _ in range(count):
        header = header_at(window.get(position, 4))
        if header is None or kind not in (None, header.kind):
            return False
        kind, position = header.kind, position + header.size
        if position >= window.size:
            break
    return True


def _goes_on(window: _Window, position: int, kind: tuple[int, int, int]) -> bool:
    """Tell whether a frame of a kind stands here, or a tag, or the file's end."""
    header = header_at(window.get(position, 4))
    return (
        position >= window.size
        or (header is not None and header.kind == kind)
        or tag_size(window.get(position, 32)) > 0
    )


def _past_zeros(window: _Window, position: int) -> int:
    while (piece := window.get(position, 1 << 12)) and not piece.strip(b"\0"):
        position += len(piece)
    return position + len(piece) - len(piece.lstrip(b"\0"))
