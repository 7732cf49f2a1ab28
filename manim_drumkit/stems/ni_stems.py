"""Native Instruments' Stems: an MP4 with a mix, and the four stems that it was made from."""

import json
import struct
from pathlib import Path
from typing import BinaryIO

SUFFIXES = (".stem.mp4", ".stem.m4a")
TRACKS = 5
"""The mix, then the stems."""
MOST_BYTES = 2**16


def stem_titles(path: Path) -> list[str]:
    """Return the names of the stems, which the box ``moov/udta/stem`` holds as JSON.

    Returns an empty list where there is no such box, or something else in it.
    """
    try:
        with path.open("rb") as file:
            place: tuple[int, int] | None = (0, path.stat().st_size)
            for kind in (b"moov", b"udta", b"stem"):
                place = _find_box(file, *place, kind) if place else None
            if not place:
                return []
            file.seek(place[0])
            content = json.loads(file.read(min(place[1] - place[0], MOST_BYTES)))
        titles = [str(stem["name"]).strip() for stem in content["stems"]]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return []
    return titles if len(titles) == TRACKS - 1 and len({*titles, ""}) == TRACKS else []


def _find_box(file: BinaryIO, start: int, stop: int, kind: bytes) -> tuple[int, int] | None:
    """Return where the content of a box (ISO 14496-12) begins and ends."""
    while start + 8 <= stop:
        file.seek(start)
        size, name, large = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        header = 8
        if size == 1:
            size, header = large, 16
        elif size == 0:
            size = stop - start
        if size < header:
            return None
        if name == kind:
            return start + header, min(start + size, stop)
        start += size
    return None
