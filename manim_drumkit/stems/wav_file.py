"""WAV files in all sizes: RIFF, RIFX, RF64, BW64 and W64, whole, unfinished or joined."""

from dataclasses import dataclass
from typing import Literal

from manim_drumkit.errors import StemError
from manim_drumkit.stems import broadcast
from manim_drumkit.stems.chunks import RIFF, RIFX, W64, Chunk, Chunks
from manim_drumkit.stems.region import Region
from manim_drumkit.stems.source import check_facts

PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
MPEG = frozenset((0x50, 0x55))
DIALECTS = {b"RIFF": RIFF, b"RF64": RIFF, b"BW64": RIFF, b"RIFX": RIFX, b"riff": W64}


@dataclass(frozen=True)
class Format:
    """A ``fmt`` chunk: how the samples are written."""

    content: bytes
    order: Literal["little", "big"]

    @property
    def tag(self) -> int:
        """The kind of samples; what stands behind an extensible one."""
        tag = self._number(0, 2)
        return self._number(24, 2) if tag == EXTENSIBLE and len(self.content) >= 26 else tag

    @property
    def channels(self) -> int:
        """The number of channels."""
        return self._number(2, 2)

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self._number(4, 4)

    @property
    def block(self) -> int:
        """How many bytes belong together: a sample of every channel, or a packet."""
        return self._number(12, 2)

    @property
    def bits(self) -> int:
        """The bits of a sample."""
        return self._number(14, 2)

    @property
    def plain(self) -> bool:
        """Whether a block is one sample of every channel."""
        return self.tag in (PCM, FLOAT, A_LAW, MU_LAW)

    @property
    def samples_per_block(self) -> int:
        """How many samples a block of a compressed format holds."""
        return self._number(18, 2) if len(self.content) >= 20 else 1

    @property
    def few(self) -> int:
        """How many bytes are next to nothing: less than a frame of a film."""
        return max(64, self.rate * self.block // 60 if self.plain else 2 * self.block)

    def check(self, region: Region) -> None:
        """Check that what the chunk says fits together.

        Raises:
            StemError: it does not, and the samples would be noise.
        """
        check_facts(region.path, self.rate, self.channels)
        expected = self.channels * -(-self.bits // 8)
        if self.tag in (PCM, FLOAT) and self.block not in (0, expected):
            raise StemError(
                f"{region.path} has a header that contradicts itself: {self.channels} x "
                f"{self.bits} bits in blocks of {self.block} bytes; export it again, as 24-bit or "
                "32-bit float WAV"
            )

    def _number(self, start: int, size: int) -> int:
        return int.from_bytes(self.content[start : start + size], self.order)


@dataclass(frozen=True)
class WavPart:
    """A WAV file, or one of several that were joined."""

    format: Format
    file: Region
    """It as a file whose header is right."""
    sound: Region
    """Its samples alone."""
    samples: int | None
    """What a compressed file says how long it is, without what fills its last block."""


@dataclass(frozen=True)
class WavFile:
    """What was found in a file."""

    parts: tuple[WavPart, ...]
    time_reference: int | None
    channel_titles: tuple[str, ...]
    notes: tuple[str, ...]


def read_wav(region: Region) -> WavFile | None:
    """Find the sound in a WAV file; ``None`` if there is no header to read it by.

    Raises:
        StemError: it is cut off, or its header contradicts itself.
        OSError: the file cannot be read.
    """
    parts, notes, extra = [], [], _Extra()
    following: int | None = 0
    while following is not None and (dialect := DIALECTS.get(region.read(following, 4))):
        region = region.part(following, region.size)
        with Chunks(region, dialect) as chunks:
            found = _find(chunks, dialect.order, extra)
        if found is None:
            break
        part, note, following = found
        parts.append(part)
        notes += [f"{region.path.name}: {note}"] if note else []
    if not parts:
        return None
    titles = broadcast.channel_titles(extra.ixml, parts[0].format.channels)
    reference = broadcast.time_reference(extra.bext, extra.ixml)
    return WavFile(tuple(parts), reference, titles, tuple(notes))


@dataclass
class _Extra:
    """What recorders add; that of the first of joined files counts."""

    bext: bytes = b""
    ixml: str = ""

    def take(self, chunks: Chunks, chunk: Chunk) -> None:
        if chunk.name == b"bext" and not self.bext:
            self.bext = chunks.content(chunk)
        elif chunk.name in (b"iXML", b"ixml") and not self.ixml:
            self.ixml = chunks.content(chunk).decode("utf-8", errors="replace")


def _find(
    chunks: Chunks, order: Literal["little", "big"], extra: _Extra
) -> tuple[WavPart, str, int | None] | None:
    """Find the sound of one file, what there is to say of it, and where another file follows."""
    before = {}
    for chunk in chunks.before(b"data"):
        before[chunk.name] = chunk
        extra.take(chunks, chunk)
    data, form = before.get(b"data"), before.get(b"fmt ")
    if data is None or form is None:
        return None
    format_ = Format(chunks.content(form, 1 << 16), order)
    format_.check(chunks.region)
    data = _sized(chunks, data, before.get(b"ds64"))
    unknown = chunks.is_unknown(data, format_.few)
    end, doubt = chunks.end_of_sound(data, unknown, format_.few)
    note = f"{doubt}, so it was read to the end of the file" if doubt else ""
    following = "nothing" if doubt else chunks.what_follows(end, format_.few)
    if following == "chunks":
        for chunk in chunks.behind(end):
            extra.take(chunks, chunk)
    another = chunks.next_file(end) if following in ("chunks", "file") else None
    fact = before.get(b"fact")
    said = int.from_bytes(chunks.content(fact, 4), order) if fact and not format_.plain else 0
    # What a program calls a header is right where everything in it was as expected.
    right = not doubt and another is None and not _is_odd(chunks, before, data)
    sound = chunks.region.part(data.start, end)
    file = chunks.region if right else _with_header(format_, sound)
    return WavPart(format_, file, sound, said or None), note, another


def _sized(chunks: Chunks, data: Chunk, sizes: Chunk | None) -> Chunk:
    """Take the size of the data from the ``ds64`` chunk, where it has more than 32 bits."""
    if data.size == 0xFFFFFFFF and sizes is not None:
        size = int.from_bytes(chunks.content(sizes, 16)[8:], "little")
        return Chunk(data.name, data.start, size)
    return data


def _is_odd(chunks: Chunks, before: dict[bytes, Chunk], data: Chunk) -> bool:
    """Tell whether libsndfile would lose its way: chunks that are not padded, a rare form."""
    magic = chunks.read(0, 4)
    step = 8 if magic == b"riff" else 2
    starts = [chunk.start for chunk in (*before.values(), data)]
    return magic == b"BW64" or any(start % step for start in starts)


def _with_header(form: Format, sound: Region) -> Region:
    """Return samples as a file with a header of ours; an RF64 where 32 bits are too few."""
    order, size = form.order, sound.stop - sound.start
    body = _chunk(b"fmt ", form.content + b"\0" * (len(form.content) % 2), order)
    total = 4 + len(body) + 8 + size
    if total < 2**32 - 64:
        magic, sizes, shown = {"little": b"RIFF", "big": b"RIFX"}[order], b"", (total, size)
    else:
        wide = (total + 36).to_bytes(8, "little") + size.to_bytes(8, "little") + bytes(12)
        magic, sizes, shown = b"RF64", _chunk(b"ds64", wide, order), (0xFFFFFFFF, 0xFFFFFFFF)
    riff_size, data_size = (number.to_bytes(4, order) for number in shown)
    head = magic + riff_size + b"WAVE" + sizes + body + b"data" + data_size
    return sound.with_head(head)


def _chunk(name: bytes, content: bytes, order: Literal["little", "big"]) -> bytes:
    return name + len(content).to_bytes(4, order) + content
