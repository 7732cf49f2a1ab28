"""A timeline: where decoded frames stand, by the times that their container gives them."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from manim_drumkit.errors import StemError

TOLERANCE = Fraction(5, 1000)
"""Smaller jumps are rounded times, in seconds."""
JUMP_BACK, JUMP_ON = 1, 10
"""From how many seconds on a jump is another clock and not an overlap or a gap."""
LONGEST_GAP = 3600

SETTLING = 8
"""How many frames are placed exactly after a gap: a decoder may be longer over the first."""


@dataclass(frozen=True)
class Clock:
    """How a container counts time."""

    timed: bool = True
    """Whether its packets have times; otherwise each follows on the one before."""
    free: bool = False
    """Whether the clock may be set anew at any time, as in broadcasts."""
    unit: Fraction = Fraction(1)
    """What its times count, in seconds."""
    origin: Fraction = Fraction(0)
    """The time that is the beginning, in seconds."""
    priming: int = 0
    """How many samples at the beginning are the encoder's delay, and not named as such."""
    tolerance: Fraction = TOLERANCE
    """Up to how many seconds a jump is none."""
    slack: Fraction = Fraction(0)
    """Up to how many seconds after the beginning the first frame stands at it."""


class Timeline:
    """Places one frame after the other."""

    def __init__(self, clock: Clock, rate: int, path: Path) -> None:
        self.position = 0 if clock.timed else -clock.priming
        """The sample at which the next frame stands if nothing is between."""
        self.exact = clock.timed
        """Whether every frame stood at its time to the sample, but for the first."""
        self.jumps: list[int] = []
        """Where the clock was set anew."""
        self._clock, self._rate, self._path = clock, rate, path
        self._step = clock.unit * rate
        self._shift = round(clock.origin * rate) + (clock.priming if clock.timed else 0)
        self._tolerance = int(clock.tolerance * rate)
        self._near = max(min(int(self._step), rate // 1000), int(clock.slack * rate), 1)
        self._unsettled = 0
        self._first = True

    def go_to(self, time: int) -> None:
        """Begin in the middle, with a frame that has this time."""
        self.position, self._first = self.sample_at(time), False

    def time_of(self, sample: int) -> int:
        """Return the container's time of a sample, rounded down."""
        return int((sample + self._shift) // self._step)

    def sample_at(self, time: int) -> int:
        """Return the sample at which a time of the container falls."""
        numerator, denominator = self._step.as_integer_ratio()
        return (2 * time * numerator + denominator) // (2 * denominator) - self._shift

    def place(self, time: int | None, samples: int) -> tuple[int, int]:
        """Place a frame.

        Args:
            time: the container's, in its units.
            samples: how long it is.

        Returns:
            The samples of silence before it, and how many of its first are left out, since
            they stand before the beginning or where there is sound already.

        Raises:
            StemError: there is a gap that nobody can have meant.
        """
        if time is None or not self._clock.timed:
            self.exact = False
            left_out = min(max(-self.position, 0), samples)
            self.position += samples
            return 0, left_out
        gap = self._gap(time)
        self._unsettled = SETTLING if gap else max(self._unsettled - 1, 0)
        silence, left_out = max(gap, 0), min(max(-gap, 0), samples)
        self.position += silence + samples - left_out
        return silence, left_out

    def _gap(self, time: int) -> int:
        gap, first, rate = self.sample_at(time) - self.position, self._first, self._rate
        self._first = False
        self.exact &= first or not gap
        if not first and (gap < -JUMP_BACK * rate or (self._clock.free and gap > JUMP_ON * rate)):
            self.jumps.append(self.position)
            self._shift += gap
            return 0
        if gap > LONGEST_GAP * rate:
            raise StemError(
                f"{self._path} has a gap of {gap / rate / 3600:.0f} hours at "
                f"{self.position / rate:.3f} s; its times are damaged: export it again"
            )
        near = self._near if first or self._unsettled else self._tolerance
        if abs(gap) > near:
            return gap
        self._shift += gap if first else 0
        return 0
