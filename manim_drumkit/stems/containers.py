"""What containers say of themselves outermost: that they are cut off, or several files in one."""

import re
from collections.abc import Iterator
from itertools import pairwise

from manim_drumkit.errors import StemError
from manim_drumkit.stems.region import Region, cut_off

MOV_BOXES = frozenset(
    b"ftyp moov mdat free skip wide moof mfra sidx styp uuid meta pnot udta emsg prft".split()
)
EBML, SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")

BEGINNINGS = (
    (b"FLV\x01", re.compile(rb"FLV\x01[\x01\x04\x05]\x00\x00\x00\x09\x00\x00\x00\x00")),
    (b"TTA1", re.compile(rb"TTA1[\x01\x02]\x00")),
    (b"nut/", re.compile(rb"nut/multimedia container\x00")),
    (ASF, re.compile(re.escape(ASF) + rb".{11}\x00\x01\x02", re.DOTALL)),
)
"""How files begin, and what tells it for sure in the middle of another."""
PIECE = 1 << 22


def files_in(region: Region) -> list[Region]:
    """Return the files that were joined to one: mostly the file itself.

    Raises:
        StemError: it is cut off.
        OSError: the file cannot be read.
    """
    head = region.read(0, 16)
    if head[4:8] in MOV_BOXES:
        starts = _mov(region)
    elif head[:4] == EBML:
        starts = _matroska(region)
    elif head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        starts = _avi(region)
    elif head[:4] == b"wvpk":
        starts = _wavpack(region)
    else:
        _check_asf(region)
        starts = next(
            (places(region, rest) for begin, rest in BEGINNINGS if head.startswith(begin)), [0]
        )
    edges = [*starts, region.size] if len(starts) > 1 else []
    return [region.part(start, stop) for start, stop in pairwise(edges)] or [region]


def places(region: Region, beginning: re.Pattern[bytes]) -> list[int]:
    """Return where something stands in a file, at its beginning in any case.

    Raises:
        OSError: the file cannot be read.
    """
    found = {0}
    for start in range(0, region.size, PIECE):
        data = region.read(start, PIECE + 64)
        found |= {start + match.start() for match in beginning.finditer(data)}
    return sorted(found)


def _mov(region: Region) -> list[int]:
    """Return where files begin: at each ``ftyp`` that follows a ``moov``, unless in fragments."""
    names, starts = set(), [0]
    for name, position, size in _boxes(region):
        if name == b"ftyp" and b"moov" in names:
            starts.append(position)
        names.add(name)
        if position + size > region.size:
            raise _cut_off(region, position + size)
    if b"mdat" in names and b"moov" not in names:
        raise StemError(
            f"{region.path} was never finished: its index (moov) is missing, as after a crash; "
            "export it again, or repair it with the recorder or a tool such as untrunc"
        )
    return [0] if b"moof" in names else starts


def _boxes(region: Region) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, position and size of each box, until something is none."""
    position = 0
    while position < region.size:
        head = region.read(position, 16)
        size, name = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:], "big")
        size = size or region.size - position
        if name not in MOV_BOXES or size < 8:
            return
        yield name, position, size
        position += size


def _matroska(region: Region) -> list[int]:
    """Return where files begin: each has a head and a segment."""
    starts = []
    position: int | None = 0
    while position is not None and region.read(position, 4) == EBML:
        starts.append(position)
        _, position = _element(region, position)
        name, end = _element(region, position)
        if name != SEGMENT or end is None:
            break
        if end > region.size:
            raise _cut_off(region, end)
        position = end
    return starts


def _element(region: Region, position: int | None) -> tuple[bytes, int | None]:
    """Return the name of an element of four bytes, and where it ends if it says so."""
    if position is None:
        return b"", None
    head = region.read(position, 12)
    if len(head) < 5 or not head[4]:
        return b"", None
    length = 9 - head[4].bit_length()
    ones = (1 << 7 * length) - 1
    size = int.from_bytes(head[4 : 4 + length], "big") & ones
    return head[:4], None if size == ones else position + 4 + length + size


def _avi(region: Region) -> list[int]:
    """Check the sizes of an AVI file, of which every gigabyte is a RIFF of its own."""
    position, starts = 0, []
    while (head := region.read(position, 12))[:4] == b"RIFF" and head[8:11] == b"AVI":
        starts += [position] if head[11:] == b" " else []
        end = position + 8 + int.from_bytes(head[4:8], "little")
        if position + 12 < end < position + 2**31 - 4096 and end > region.size + 1:
            raise _cut_off(region, end)
        position = end
    return starts


def _wavpack(region: Region) -> list[int]:
    """Return where files begin: at a block with number 0 that follows others."""
    position, starts, last = 0, [0], 0
    while position < region.size:
        head = region.read(position, 32)
        if head[:4] != b"wvpk":  # a tag
            following = region.find(b"wvpk", position)
            if following is None:
                break
            position = following
            continue
        number = int.from_bytes(head[16:20], "little")
        if last and not number:
            starts.append(position)
        last = number
        position += 8 + int.from_bytes(head[4:8], "little")
    return starts


def _check_asf(region: Region) -> None:
    head = region.read(0, 1 << 16) if region.read(0, 16) == ASF else b""
    at = head.find(ASF_PROPERTIES)
    properties = head[at : at + 104] if at > 0 else b""
    if len(properties) == 104 and not properties[88] & 1:  # no broadcast
        size = int.from_bytes(properties[40:48], "little")
        if region.size < size < 2**62:
            raise _cut_off(region, size)


def _cut_off(region: Region, promised: int) -> StemError:
    return cut_off(region.path, f"it should have {promised} bytes and has {region.size}")
