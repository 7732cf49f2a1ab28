"""A shift: a crew at work, written about in the journal, and stopped when that is asked."""

import contextlib
import time
from collections.abc import Callable, Sequence

from manim_drumkit.run.control import run_is_to_end
from manim_drumkit.run.folder import Run
from manim_drumkit.run.pool import Crew, Orders
from manim_drumkit.run.speed import Pace
from manim_drumkit.segment.recorder import forget
from manim_drumkit.workspace.state import Journal

JOURNAL_INTERVAL_S = 1.0
SLOWEST = 5
"""How many of the slowest chunks are noted."""


class Shift:
    """The rendering of some chunks."""

    def __init__(
        self,
        run: Run,
        numbers: Sequence[int],
        orders: Orders,
        *,
        script: int,
        say: Callable[[str], None],
        show: Callable[[Journal], None],
    ) -> None:
        """Prepare to render.

        Args:
            run: where the chunks belong.
            numbers: the chunks to render.
            orders: how.
            script: the process of ``run_all.sh``; without it, the work ends.
            say: is told what the user should know at once.
            show: is shown the journal once a second.
        """
        self._run = run
        self._numbers = numbers
        self._crew = Crew(run, orders, say)
        self._show = show
        self._pace = Pace()
        self._script = script
        self._written_at = float("-inf")

    def work(self) -> None:
        """Render the chunks.

        Raises:
            KeyboardInterrupt: the run is asked to stop, or its script has died.
            SegmentError: chunks failed, or the disk is full.
        """
        for number in self._numbers:
            forget(self._run.segment(number))
        self._crew.render(self._numbers, look=self._look)
        self._write()
        if self._crew.failed:
            raise self._run.failure(sorted(self._crew.failed))

    def _look(self) -> None:
        if run_is_to_end(self._run.folder, self._script):
            raise KeyboardInterrupt
        if time.monotonic() - self._written_at >= JOURNAL_INTERVAL_S:
            self._write()

    def _write(self) -> None:
        self._written_at = time.monotonic()
        self._pace.note(self._crew.frames)
        journal = self._journal()
        with contextlib.suppress(OSError):  # the crew says it when the disk is full
            journal.save(self._run.folder)
        self._show(journal)

    def _journal(self) -> Journal:
        frames, pace, crew = self._run.frames_in(self._numbers), self._pace, self._crew
        slowest = sorted(crew.seconds.items(), key=lambda item: -item[1])[:SLOWEST]
        return Journal(
            step="rendering",
            process=self._script,
            jobs=crew.orders.jobs,
            seconds=pace.seconds,
            frames=frames,
            drawn=pace.drawn,
            frames_per_second=pace.now,
            seconds_left=pace.seconds_left(frames - pace.drawn),
            drawing=crew.drawing(),
            failed=tuple(sorted(crew.failed)),
            slowest=dict(slowest),
        )
