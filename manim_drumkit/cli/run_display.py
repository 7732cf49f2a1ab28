"""How a run shows how far it is: a bar on a terminal, a line now and then elsewhere."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from manim_drumkit.run.folder import RunFolder
from manim_drumkit.timing import clock
from manim_drumkit.workspace.state import RunState

LINE_INTERVAL_S = 10.0


class LastingConsole(Console):
    """A console whose end is not the end of the run: a closed terminal, a pipe without reader."""

    def say(self, text: str) -> None:
        """Print a line, as it is."""
        with contextlib.suppress(OSError):
            self.print(text, markup=False, highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Go on, and print no more."""
        self.quiet = True


@contextlib.contextmanager
def shown(
    console: LastingConsole, run: RunFolder, chosen: Sequence[int]
) -> Iterator[Callable[[RunState], None]]:
    """Yield a function that shows how far a run is with the chosen chunks."""
    total = run.frames_in(chosen)

    def line(state: RunState) -> str:
        speed, left = state.frames_per_second, state.seconds_left
        coming = f", {clock(left)} left" if left else ""
        return f"{_done(state, total)} of {total} frames, {speed:.1f} frames/s{coming}"

    if not console.is_terminal:
        yield _now_and_then(lambda state: console.say(line(state)))
        return
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    bar = Progress(*columns, console=console)
    task = bar.add_task("starting", total=total)

    def show(state: RunState) -> None:
        bar.start()
        bar.update(task, completed=_done(state, total), description=line(state))

    try:
        yield show
    finally:
        with contextlib.suppress(OSError):
            bar.stop()


def _done(state: RunState, total: int) -> int:
    return total - state.frames + state.drawn


def _now_and_then(show: Callable[[RunState], None]) -> Callable[[RunState], None]:
    """Return a function of something to show that shows it every so often, and at the end."""
    shown_at, shown = time.monotonic(), 0

    def look(state: RunState) -> None:
        nonlocal shown_at, shown
        ready = state.drawn == state.frames != shown
        if ready or time.monotonic() - shown_at >= LINE_INTERVAL_S:
            shown_at, shown = time.monotonic(), state.drawn
            show(state)

    return look
