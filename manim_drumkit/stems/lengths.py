"""Lengths: whether the stems of a performance end together."""

from fractions import Fraction

from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem

MOST_NAMED = 12
"""A message has so many lengths at most."""


def check_lengths(stems: list[Stem], fps: Fraction) -> None:
    """Refuse stems that differ from the most common length by a frame of the film or more.

    Raises:
        StemError: there are some; the message names them.
    """
    seconds = [Fraction(stem.samples, stem.rate) for stem in stems]
    usual = _most_common(seconds, 1 / fps)
    odd = [s for s, length in zip(stems, seconds, strict=True) if abs(length - usual) >= 1 / fps]
    if not odd:
        return
    rest = len(stems) - len(odd)
    with_rate = len({stem.rate for stem in stems}) > 1
    named = [f"{_file_of(s)} {_length(s, with_rate)}" for s in (odd if rest > 1 else stems)]
    if rest > 1:
        example = stems[seconds.index(usual)]
        named.append(f"the other {rest} last {_length(example, with_rate)}")
    raise StemError(
        f"the stems differ in length: {_shortened(named)}; pass --pad to extend the shorter with "
        "silence, or --trim to cut the longer"
    )


def _shortened(named: list[str]) -> str:
    """Leave out those in the middle; the last stands for many."""
    more = len(named) - MOST_NAMED
    return ", ".join([*named[: MOST_NAMED - 1], f"{more} more", named[-1]] if more > 1 else named)


def _most_common(seconds: list[Fraction], tolerance: Fraction) -> Fraction:
    """Return the length that most others are close to; of several, the longest."""
    ordered = sorted(seconds)
    best, most = ordered[0], 0
    low = high = 0
    for length in ordered:
        while ordered[low] <= length - tolerance:
            low += 1
        while high < len(ordered) and ordered[high] < length + tolerance:
            high += 1
        if high - low >= most:
            best, most = length, high - low
    return best


def _file_of(stem: Stem) -> str:
    """Return the file's name, and the stem's where the file holds several."""
    file = stem.path.name
    return f"{file} ({stem.name})" if stem.track or stem.channel is not None else file


def _length(stem: Stem, with_rate: bool) -> str:
    rate = f" at {stem.rate} Hz" if with_rate else ""
    return f"{stem.seconds:.3f} s ({stem.samples} samples{rate})"
