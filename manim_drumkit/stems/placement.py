"""Placement: where stems start whose files say when they were recorded."""

from dataclasses import replace
from fractions import Fraction

from manim_drumkit.stems.stem import Stem
from manim_drumkit.text import listed

DAY = 24 * 3600
LONGEST_SPAN = 3600
"""Recordings that start further apart, in seconds, do not belong together."""


def place_by_time_reference(stems: list[Stem]) -> tuple[list[Stem], list[str]]:
    """Delay stems as the time references of their files (EBU Tech 3285) say.

    Returns:
        The stems, the earliest at 0 and the others delayed, and notes for the user.
    """
    starts = [start for stem in stems if (start := _start(stem)) is not None]
    if not any(starts):
        return stems, []
    if len(starts) < len(stems):
        return stems, [_partly(stems)]
    starts = _over_midnight(starts)
    earliest, latest = min(starts), max(starts)
    if latest == earliest:
        return stems, []
    if latest - earliest > LONGEST_SPAN:
        hours = float(latest - earliest) / 3600
        return stems, [
            f"the time references of the stems lie {hours:.1f} h apart: they were not recorded "
            "together, so all start at 0"
        ]
    placed = [_delayed(s, start - earliest) for s, start in zip(stems, starts, strict=True)]
    last = stems[starts.index(latest)]
    return placed, [
        "stems are placed by the time references of their files; "
        f"{last.path.name} starts last, at {float(latest - earliest):.3f} s"
    ]


def _start(stem: Stem) -> Fraction | None:
    reference = stem.time_reference
    return None if reference is None else Fraction(reference, stem.rate)


def _over_midnight(starts: list[Fraction]) -> list[Fraction]:
    """Count on past 24:00 where a recording went on over midnight."""
    if max(starts) - min(starts) <= DAY / 2:
        return starts
    return [start + DAY if start < DAY / 2 else start for start in starts]


def _delayed(stem: Stem, seconds: Fraction) -> Stem:
    delay = round(seconds * stem.rate)
    return replace(stem, delay=stem.delay + delay, samples=stem.samples + delay)


def _partly(stems: list[Stem]) -> str:
    without = [stem.path.name for stem in stems if stem.time_reference is None]
    return (
        "only some stems have a time reference, which says when they start, so all start at 0; "
        f"without one: {listed(list(dict.fromkeys(without)))}"
    )
