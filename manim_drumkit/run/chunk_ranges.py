"""Ranges of chunks, as people write them: ``3,7-9``."""

import re
from collections.abc import Sequence
from itertools import groupby

from manim_drumkit.errors import RunError


def parse_chunk_ranges(text: str, count: int) -> list[int]:
    """Read ranges of the chunks 0 to ``count - 1``.

    Raises:
        RunError: it is not of that form, or there is no such chunk.

    >>> parse_chunk_ranges("3,7-9", 20)
    [3, 7, 8, 9]
    """
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", part)
        if not found:
            raise RunError(f"--only {text!r} names no chunks; write numbers like 3,7-9")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise RunError(f"--only {part.strip()} runs backwards; write {last}-{first}")
        if last >= count:
            raise RunError(f"--only {part.strip()} is outside of the chunks 0 to {count - 1}")
        chosen.update(range(first, last + 1))
    return sorted(chosen)


def chunk_ranges(numbers: Sequence[int]) -> str:
    """Write rising numbers as ranges.

    >>> chunk_ranges([3, 7, 8, 9, 11, 12])
    '3,7-9,11,12'
    """
    parts: list[str] = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run)
    return ",".join(parts)
