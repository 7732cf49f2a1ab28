"""AIFF, CAF and AU files whose headers are made right: unfinished, out of date or joined."""

from collections.abc import Callable
from typing import Literal

from manim_drumkit.stems.chunks import AIFF, CAF, Chunk, Chunks
from manim_drumkit.stems.region import Region

Found = list[tuple[Region, str]]
"""The files in a file, each with a right header, and what was not believed of the old one."""

AIFC_ONE_BYTE = frozenset((b"ulaw", b"ULAW", b"alaw", b"ALAW"))
AIFC_PLAIN = AIFC_ONE_BYTE | frozenset(
    b"NONE|twos|sowt|raw |in24|in32|42ni|23ni|fl32|FL32|fl64|FL64".split(b"|")
)
CAF_PLAIN = frozenset((b"lpcm", b"alaw", b"ulaw"))
AU_BYTES = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 8, 27: 1}


def read_aiff(region: Region) -> Found:
    """Find the sound of an AIFF or AIFC file; nothing if libsndfile must see for itself.

    Raises:
        StemError: it is cut off.
        OSError: the file cannot be read.
    """
    with Chunks(region, AIFF) as chunks:
        before = {chunk.name: chunk for chunk in chunks.before(b"SSND")}
        data, comm = before.get(b"SSND"), before.get(b"COMM")
        if data is None or comm is None or comm.size < 18:
            return []
        form, kind = chunks.content(comm), region.read(8, 4)
        sound = _Sound(chunks, data.start + 8, data.size - 8, _aiff_block(form, kind))
        odd = any(chunk.start % 2 for chunk in before.values())
        if (kind == b"AIFC" and form[18:22] not in AIFC_PLAIN) or not (sound.repaired or odd):
            return [(region, "")]
        frames = min(sound.size // sound.block, 2**32 - 1).to_bytes(4, "big")
        body = kind + (_chunk(b"FVER", b"\xa2\x80\x51\x40") if kind == b"AIFC" else b"")
        body += _chunk(b"COMM", form[:2] + frames + form[6:] + bytes(len(form) % 2))
        body += b"SSND" + _size(sound.size + 8) + bytes(8)
        return sound.behind(b"FORM" + _size(len(body) + sound.size) + body, read_aiff)


def read_caf(region: Region) -> Found:
    """Find the sound of a CAF file; nothing if libsndfile must see for itself.

    Raises:
        StemError: it is cut off.
        OSError: the file cannot be read.
    """
    with Chunks(region, CAF) as chunks:
        before = {chunk.name: chunk for chunk in chunks.before(b"data")}
        data, desc = before.get(b"data"), before.get(b"desc")
        if data is None or desc is None or desc.size != 32:
            return []
        form = chunks.content(desc)
        block = max(int.from_bytes(form[16:20], "big"), 1)
        allowed = data.size >= 2**63  # -1: up to the end of the file
        sound = _Sound(chunks, data.start + 4, data.size - 4, block, allowed)
        if not sound.repaired or form[8:12] not in CAF_PLAIN:
            return [(region, "")]
        size = (sound.size + 4).to_bytes(8, "big")
        desc_head = b"desc" + (32).to_bytes(8, "big")
        head = region.read(0, 8) + desc_head + form + b"data" + size + bytes(4)
        return sound.behind(head, read_caf)


def read_au(region: Region) -> Found:
    """Find the sound of an AU file; nothing if libsndfile must see for itself.

    Raises:
        StemError: it is cut off.
        OSError: the file cannot be read.
    """
    head = region.read(0, 24)
    order: Literal["little", "big"] = "big" if head[:4] == b".snd" else "little"
    numbers = [int.from_bytes(head[i : i + 4], order) for i in range(4, 24, 4)]
    start, size, kind, _, channels = numbers
    if not 24 <= start < region.size or kind not in AU_BYTES:
        return []
    allowed = size == 0xFFFFFFFF
    with Chunks(region, AIFF) as chunks:
        sound = _Sound(chunks, start, size, AU_BYTES[kind] * min(max(channels, 1), 1024), allowed)
    if not sound.repaired or allowed:
        return [(region, "")]
    return sound.behind(head[:8] + b"\xff" * 4 + region.read(12, start - 12), read_au)


class _Sound:
    """Where the samples of a file are, and whether its header says so."""

    def __init__(
        self, chunks: Chunks, start: int, size: int, block: int, unknown: bool = False
    ) -> None:
        chunk, few = Chunk(b"", start, max(size, 0)), max(64, 800 * block)
        nobody_knew = unknown or chunks.is_unknown(chunk, few)
        self.block = block
        self._region, self._start = chunks.region, start
        self._end, doubt = chunks.end_of_sound(chunk, nobody_knew, few)
        self._doubt = "" if unknown else doubt
        follows = "nothing" if doubt else chunks.what_follows(self._end, few)
        self._another = chunks.next_file(self._end) if follows in ("chunks", "file") else None
        self.repaired = bool(doubt) or self._another is not None
        """Whether the header is not right, or that of another file follows."""

    @property
    def size(self) -> int:
        """The bytes of the samples."""
        return self._end - self._start

    def behind(self, head: bytes, read: Callable[[Region], Found]) -> Found:
        """Return the samples behind a right header, and what ``read`` finds after them."""
        found = [(self._region.part(self._start, self._end, head), self._doubt)]
        if self._another is None:
            return found
        return found + read(self._region.part(self._another, self._region.size))


def _aiff_block(form: bytes, kind: bytes) -> int:
    one_byte = kind == b"AIFC" and form[18:22] in AIFC_ONE_BYTE
    sample = 1 if one_byte else -(-int.from_bytes(form[6:8], "big") // 8)
    return max(int.from_bytes(form[:2], "big") * sample, 1)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + _size(len(content)) + content


def _size(number: int) -> bytes:
    return min(number, 2**32 - 1).to_bytes(4, "big")
