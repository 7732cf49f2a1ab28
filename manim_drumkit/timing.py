"""Frames, samples and seconds: exact arithmetic on rational frame rates."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import PlanError


def parse_frame_rate(text: str | float) -> Fraction:
    """Read a frame rate as manim reads it, and keep it exact.

    Accepts whole numbers, decimals and fractions. Takes a decimal within 0.02 of an NTSC
    rate, n·1000/1001, for that rate, as manim's own encoder settings do.

    Raises:
        PlanError: it is not a positive number, or manim could not keep it exact.

    >>> parse_frame_rate("60"), parse_frame_rate("29.97")
    (Fraction(60, 1), Fraction(30000, 1001))
    """
    try:
        fps = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        raise PlanError(f"{text!r} is not a frame rate; write 60, 29.97 or 30000/1001") from None
    if not 1 <= fps <= 1000:
        raise PlanError(f"a frame rate of {text} is out of range; choose one from 1 to 1000")
    exact = _as_manim_reads_it(float(fps))
    if "/" in str(text) and exact != fps:
        raise PlanError(
            f"manim cannot keep a frame rate of {text} exact; "
            "choose a whole number, a short decimal, or n·1000/1001"
        )
    return exact


def frame_count(samples: int, rate: int, fps: Fraction) -> int:
    """Return the number of frames that ``samples`` at ``rate`` Hz fill, the last perhaps partly.

    >>> frame_count(48000, 48000, Fraction(60)), frame_count(48001, 48000, Fraction(60))
    (60, 61)
    """
    return -(-samples * fps.numerator // (rate * fps.denominator))


def sample_at(frame: int, rate: int, fps: Fraction) -> int:
    """Return the sample at which ``frame`` begins: round(frame·rate/fps), ties to even.

    >>> sample_at(1, 44100, Fraction(24))
    1838
    """
    return round(Fraction(frame * rate) / fps)


def sample_edges(
    start_frame: int, stop_frame: int, rate: int, fps: Fraction
) -> npt.NDArray[np.int64]:
    """Return the samples at which frames begin, as ``int64[stop_frame - start_frame + 1]``.

    Frame ``k`` looks at samples ``edges[k - start_frame]`` up to, and without,
    ``edges[k - start_frame + 1]``. The same numbers as :func:`sample_at`.
    """
    frames: npt.NDArray[Any] = np.arange(start_frame, stop_frame + 1, dtype=np.int64)
    whole, rest = np.divmod(frames * (rate * fps.denominator), fps.numerator)
    past_half = 2 * rest > fps.numerator
    tie_to_even = (2 * rest == fps.numerator) & (whole % 2 == 1)
    edges: npt.NDArray[np.int64] = whole + (past_half | tie_to_even)
    return edges


def clock(seconds: float) -> str:
    """Format a length as minutes and seconds, or hours, minutes and seconds.

    >>> clock(89.2), clock(7200)
    ('1:29', '2:00:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _as_manim_reads_it(rate: float) -> Fraction:
    if abs(rate - round(rate)) < 1e-4:
        return Fraction(round(rate))
    ntsc = Fraction(round(rate * 1001 / 1000) * 1000, 1001)
    return ntsc if abs(rate - float(ntsc)) < 0.02 else Fraction(str(rate))
