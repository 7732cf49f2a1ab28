"""The speed: how fast frames come, by a clock that neither jumps nor runs while a laptop sleeps."""

import time
from collections import deque

WINDOW_S = 10.0
"""What counts as now."""


class FrameRateMeter:
    """How many frames a run has drawn, and how fast."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._seen = deque([(self._begun, 0)])

    def note(self, drawn: int) -> None:
        """Note how many frames the run has drawn until now."""
        now = time.monotonic()
        self._seen.append((now, drawn))
        while now - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()

    @property
    def drawn(self) -> int:
        """The frames that this run has drawn."""
        return self._seen[-1][1]

    @property
    def seconds(self) -> float:
        """How long this run has been at work."""
        return self._seen[-1][0] - self._begun

    @property
    def now(self) -> float:
        """Frames per second, in the last seconds."""
        (start, before), (stop, drawn) = self._seen[0], self._seen[-1]
        return max(drawn - before, 0) / (stop - start) if stop > start else 0.0

    def seconds_left(self, frames: int) -> float | None:
        """Return the seconds that so many frames will take, at this run's mean speed so far."""
        return frames * self.seconds / self.drawn if self.drawn else None
