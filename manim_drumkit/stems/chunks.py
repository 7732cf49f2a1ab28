"""The chunks of WAV, AIFF and CAF files: where the sound begins, and where it really ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from manim_drumkit.stems.region import Region, cut_off

KNOWN = frozenset(
    b"fmt |data|LIST|list|fact|bext|iXML|ixml|ds64|JUNK|junk|FLLR|PAD |PEAK|cue |plst|smpl|inst|"
    b"INFO|id3 |ID3 |axml|chna|cart|levl|DISP|acid|strc|umid|minf|elm1|regn|ovwf|_PMX|aXML|LGWV|"
    b"FVER|COMM|SSND|MARK|INST|COMT|NAME|AUTH|(c) |ANNO|APPL|MIDI|AESD|CHAN|desc|chan|pakt|kuki|"
    b"info|mark|ovvw|strg|uuid|free|afsp|bwfx|olym|SNDM|logx|DGDA|resu|ResU|Fake|slnt|wavl"
    b"".split(b"|")
)
"""The chunks that are met; others are taken for chunks only where their sizes lead to the end."""
TAG = re.compile(rb"TAG|ID3[\2-\4]|APETAGEX|LYRICSBEGIN|3DI")
"""How tags of music players begin, which stand behind the sound."""
NAME = re.compile(rb"[A-Za-z(_ ][A-Za-z0-9 ._)-]{3}")
FORM = re.compile(
    rb"(?:RIFF|RIFX|RF64|BW64).{4}WAVE|FORM.{4}AIF[FC]|riff\x2e\x91\xcf\x11|caff.{4}desc|"
    rb"\.snd\x00\x00..|dns\...\x00\x00",
    re.DOTALL,
)
"""How files begin."""


@dataclass(frozen=True)
class Dialect:
    """How a family of formats writes its chunks."""

    head: int
    """The bytes before the first chunk."""
    order: Literal["little", "big"]
    name_bytes: int = 4
    size_bytes: int = 4
    own_head: bool = False
    """Whether a chunk's size counts its name and size, too."""
    align: int = 2


RIFF, RIFX, AIFF = Dialect(12, "little"), Dialect(12, "big"), Dialect(12, "big")
W64 = Dialect(40, "little", name_bytes=16, size_bytes=8, own_head=True, align=8)
CAF = Dialect(8, "big", size_bytes=8, align=1)


@dataclass(frozen=True)
class Chunk:
    """A chunk: its content is ``size`` bytes from ``start`` on, if its size is true."""

    name: bytes
    """Four letters."""
    start: int
    size: int
    """What the chunk itself says."""


class Chunks:
    """The chunks of a file."""

    def __init__(self, region: Region, dialect: Dialect) -> None:
        self.region, self._dialect = region, dialect
        self._file = region.open()

    def __enter__(self) -> "Chunks":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, start: int, size: int) -> bytes:
        """Read some bytes, fewer at the end."""
        self._file.seek(start)
        return self._file.read(size)

    def content(self, chunk: Chunk, most: int = 1 << 20) -> bytes:
        """Read what is in a chunk, or the first of it."""
        return self.read(chunk.start, min(chunk.size, most))

    def before(self, name: bytes) -> Iterator[Chunk]:
        """Yield the chunks up to the first one of a name, with it."""
        yield from self._walk(self._dialect.head, until=name)

    def behind(self, position: int) -> Iterator[Chunk]:
        """Yield the chunks from a position on that lead to the end of the file."""
        yield from self._walk(self._padded(position))

    def end_of_sound(self, chunk: Chunk, unknown: bool, few: int) -> tuple[int, str]:
        """Find where the sound ends that begins with a chunk.

        Args:
            chunk: the one that holds sound.
            unknown: whether its size says that nobody knew it.
            few: this many bytes behind it are nothing, whatever they are.

        Returns:
            The position, and what a user should know: that a size was not believed.

        Raises:
            StemError: the chunk goes on behind the end of the file.
        """
        size, found = chunk.size, self.region.size - chunk.start
        if not unknown and size > found:
            how = f"its header promises {size} bytes of sound, {found} are there"
            raise cut_off(self.region.path, how)
        if unknown:
            return self.region.size, "its header was never finished"
        if self.what_follows(chunk.start + size, few) == "sound":
            return self.region.size, f"its header promises {size} bytes of sound and more follow"
        return chunk.start + size, ""

    def is_unknown(self, chunk: Chunk, few: int) -> bool:
        """Tell whether a size is none: 0 with sound behind, or what stands in for an unknown one.

        Programs that write into a pipe begin with the largest size of 32 bits, signed or not, or
        a little less.
        """
        if not chunk.size:
            return self.what_follows(chunk.start, few) == "sound"
        if chunk.size <= self.region.size - chunk.start:
            return False
        return chunk.size >= 2**62 or any(
            place - 0x1000 <= chunk.size <= place + 0x100 for place in (0x7FFFFFFF, 0xFFFFFFFF)
        )

    def what_follows(self, end: int, few: int) -> Literal["nothing", "chunks", "file", "sound"]:
        """Tell what stands from a position on; less than ``few`` unknown bytes are nothing."""
        for start in dict.fromkeys((self._padded(end), end)):
            beginning = self.read(start, 24)
            if FORM.match(beginning):
                return "file"
            if TAG.match(beginning):
                return "nothing"
            if self._leads_to_the_end(start):
                return "chunks"
        rest = self.region.size - end
        return "nothing" if rest < few or self._all_zero(end) else "sound"

    def next_file(self, end: int) -> int | None:
        """Return where another file begins that was joined to the end of this one."""
        places = list(self.behind(end))
        after = self._after(places[-1]) if places else self._padded(end)
        return next((p for p in (after, end) if FORM.match(self.read(p, 24))), None)

    def _walk(self, position: int, until: bytes = b"") -> Iterator[Chunk]:
        while chunk := self._at(position):
            yield chunk
            if chunk.name == until:
                return
            position = self._after(chunk)

    def _at(self, position: int) -> Chunk | None:
        dialect = self._dialect
        length = dialect.name_bytes + dialect.size_bytes
        head = self.read(position, length)
        if len(head) < length or not NAME.match(head) or FORM.match(self.read(position, 24)):
            return None
        size = int.from_bytes(head[dialect.name_bytes :], dialect.order)
        size = max(size - length, 0) if dialect.own_head else size
        return Chunk(head[:4], position + length, size)

    def _after(self, chunk: Chunk) -> int:
        """Return where the next chunk begins: some programs forget to pad odd sizes."""
        end = chunk.start + chunk.size
        padded = self._padded(end)
        forgotten = self.read(end, 4) in KNOWN and self.read(padded, 4) not in KNOWN
        return end if forgotten else padded

    def _padded(self, end: int) -> int:
        return end + -end % self._dialect.align

    def _leads_to_the_end(self, position: int) -> bool:
        """Tell whether a known chunk stands here, or unknown ones that end where the file ends."""
        if self.read(position, 4) in KNOWN:
            return self._at(position) is not None
        end = position
        for chunk in self._walk(position):
            end = chunk.start + chunk.size
        return end > position and abs(self.region.size - end) < self._dialect.align

    def _all_zero(self, position: int) -> bool:
        self._file.seek(position)
        while some := self._file.read(1 << 20):
            if some.count(0) < len(some):
                return False
        return True
