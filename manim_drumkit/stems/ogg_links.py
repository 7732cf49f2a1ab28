"""The links of an Ogg file: the streams that were joined to one file (RFC 3533)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from manim_drumkit.errors import StemError
from manim_drumkit.stems.region import Region, cut_off

BEGIN, END = 2, 4
"""The flags of a stream's first page and of its last."""
BITS_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
VORBIS, OPUS = b"\x01vorbis", b"OpusHead"


@dataclass(frozen=True)
class Page:
    """A page."""

    position: int
    data: bytes

    @property
    def flags(self) -> int:
        """Whether it is the first of its stream, or the last."""
        return self.data[5]

    @property
    def granule(self) -> int:
        """How far the stream has come at its end; 0 behind headers."""
        return int.from_bytes(self.data[6:14], "little", signed=True)

    @property
    def serial(self) -> bytes:
        """Which stream it belongs to."""
        return self.data[14:18]

    @property
    def number(self) -> int:
        """Its number in the stream."""
        return int.from_bytes(self.data[18:22], "little")

    @property
    def content(self) -> bytes:
        """What stands behind its header."""
        return self.data[27 + self.data[26] :]

    @property
    def stop(self) -> int:
        """Where it ends."""
        return self.position + len(self.data)

    @property
    def whole(self) -> bool:
        """Whether its checksum is right."""
        return self.data[22:26] == checksum(self.data)

    def marked(self) -> "Page":
        """Return the page as the last of its stream, with the checksum that it has."""
        return Page(self.position, self.data[:5] + bytes([self.flags | END]) + self.data[6:])


@dataclass
class OggLink:
    """Streams that run beside each other: mostly one."""

    start: int
    stop: int = 0
    codecs: dict[bytes, bytes] = field(default_factory=dict)
    """The beginning of each stream's first packet, by its serial number."""
    numbers: dict[bytes, int] = field(default_factory=dict)
    """The number of each stream's last page."""
    has_sound: bool = False
    """Whether there was more than headers: a stream that was tuned into goes on anywhere."""
    last: Page | None = None
    """The last page so far."""
    mended: bool = False
    """Whether that is not as it stands in the file."""

    @property
    def ended(self) -> bool:
        """Whether its last page says that it is the last."""
        return self.last is not None and bool(self.last.flags & END)

    def region_in(self, region: Region) -> Region:
        """Return the link as a file of its own, with an end mark: libsndfile wants one for Opus."""
        if self.last is None or (self.ended and not self.mended):
            whole = self.start == 0 and self.stop == region.size
            return region if whole else region.part(self.start, self.stop)
        data = self.last.marked().data
        tail = data[:22] + checksum(data) + data[26:]
        return region.part(self.start, self.last.position, tail=tail)

    @property
    def plain(self) -> bool:
        """Whether it is a single stream of a kind that libsndfile knows best."""
        return len(self.codecs) == 1 and all(
            first.startswith((VORBIS, OPUS)) for first in self.codecs.values()
        )


def ogg_links(region: Region) -> list[OggLink]:
    """Find the links of an Ogg file, each whole.

    Raises:
        StemError: a page is damaged, missing or cut off.
        OSError: the file cannot be read.
    """
    links: list[OggLink] = []
    began = False
    for page in _pages(region):
        if page.flags & BEGIN and not (links and began):
            links.append(OggLink(page.position))
        began = bool(page.flags & BEGIN)
        if links:
            _add(links[-1], page, region)
    return links


def checksum(page: bytes) -> bytes:
    """Compute a page's checksum: a CRC-32 like zlib's, but of bits in the other order."""
    plain = (page[:22] + bytes(4) + page[26:]).translate(BITS_REVERSED)
    value = zlib.crc32(plain, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{value:032b}"[::-1], 2).to_bytes(4, "little")


def _add(link: OggLink, page: Page, region: Region) -> None:
    """Add a page to a link.

    Raises:
        StemError: it is damaged, or one before it is missing.
    """
    if not page.whole:
        if page.stop < region.size or not page.marked().whole:
            raise _damaged(region, page.position)
        page, link.mended = page.marked(), True  # somebody took away the mark, and nothing else
    if page.flags & BEGIN:
        link.codecs[page.serial] = page.content[:16]
    elif page.number != link.numbers.get(page.serial, page.number - 1) + 1 and link.has_sound:
        raise _damaged(region, page.position)
    link.has_sound |= page.granule > 0
    link.numbers[page.serial] = page.number
    link.stop, link.last = page.stop, page


def _pages(region: Region) -> Iterator[Page]:
    """Yield the pages of a file; what is none is passed over.

    Raises:
        StemError: the last page is cut off.
    """
    with region.open() as file:
        position = 0
        while position < region.size:
            file.seek(position)
            head = file.read(27 + 255)
            if head[:4] != b"OggS":
                following = region.find(b"OggS", position + 1)
                if following is None:
                    return
                position = following
                continue
            size = 27 + head[26] + sum(head[27 : 27 + head[26]]) if len(head) > 27 else 1 << 16
            if position + size > region.size:
                raise cut_off(region.path, "its last page is missing")
            file.seek(position)
            yield Page(position, file.read(size))
            position += size


def _damaged(region: Region, position: int) -> StemError:
    return StemError(
        f"{region.path} is damaged at byte {position} of {region.size}, and how much of its sound "
        "is missing there cannot be told; export or copy it again"
    )
