"""The main step of ``run_all.sh``: the chunks that are not done, rendered."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cloup
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder, options_of_a_run
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.run.chunk_ranges import parse_selection, selection
from manim_drumkit.run.control import SCRIPT_VARIABLE, STOPPED
from manim_drumkit.run.film import forget_segment_list, write_segment_list
from manim_drumkit.run.folder import Run
from manim_drumkit.run.pool import Orders
from manim_drumkit.run.runner import Shift
from manim_drumkit.timing import clock
from manim_drumkit.workspace.lock import LOCK_DESCRIPTOR
from manim_drumkit.workspace.state import Journal, turn_page

LINE_INTERVAL_S = 10.0


@cloup.command()
@hidden_folder
@cloup.argument("command", nargs=-1, required=True, help="What starts manim with the scene.")
@options_of_a_run
@reported
def main(
    folder: Path, command: tuple[str, ...], only: str | None, jobs: int, retries: int,
    timeout: float, keep_going: bool,
) -> None:  # fmt: skip
    """Render the chunks that are not done, several at a time; then list all for ffmpeg."""
    stop_on_signals()
    run = Run.open(folder)
    chosen = parse_selection(only, len(run.numbers)) if only is not None else run.numbers
    orders = Orders(
        command=command,
        jobs=jobs,
        retries=retries,
        timeout_s=timeout,
        fail_fast=not keep_going,
        keep_open=(LOCK_DESCRIPTOR,),
    )
    forget_segment_list(folder)
    console = LastingConsole(stderr=True)
    try:
        left = _render(run, chosen, orders, console)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    if left:
        console.say(f"No film yet: {_chunks(left, run)} are still to do")
        turn_page(folder, "partly done")
    else:
        write_segment_list(folder, run.plan)
        turn_page(folder, "joining")


class LastingConsole(Console):
    """A console whose end is not the end of the run: a closed terminal, a pipe without reader."""

    def say(self, text: str) -> None:
        """Print a line, as it is."""
        with contextlib.suppress(OSError):
            self.print(text, markup=False, highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Go on, and print no more."""
        self.quiet = True


def _render(
    run: Run, chosen: "range | list[int]", orders: Orders, console: LastingConsole
) -> list[int]:
    """Render what of the chosen chunks is not done; return the others that are not."""
    numbers = run.todo(chosen)
    if numbers:
        console.say(f"Rendering {_chunks(numbers, run)}")
        total = run.frames_in(chosen)
        before = total - run.frames_in(numbers)
        script = int(os.environ[SCRIPT_VARIABLE])
        with _shown(console, total, before) as show:
            Shift(run, numbers, orders, script=script, say=console.say, show=show).work()
    else:
        console.say(f"Rendered already: {_chunks(chosen, run)}")
    return run.left_after(chosen)


def _chunks(numbers: "range | list[int]", run: Run) -> str:
    if len(numbers) == len(run.numbers):
        return f"all {len(numbers)} chunks" if len(numbers) > 1 else "the only chunk"
    return f"{len(numbers)} of {len(run.numbers)} chunks ({selection(numbers)})"


@contextlib.contextmanager
def _shown(console: LastingConsole, total: int, before: int) -> Iterator[Callable[[Journal], None]]:
    """Give a function that shows how far the run is.

    Args:
        console: where.
        total: the frames of the chosen chunks.
        before: how many of them are drawn already.
    """
    if not console.is_terminal:
        yield _now_and_then(lambda journal: console.say(_line(journal, total, before)))
        return
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    bar = Progress(*columns, console=console)
    task = bar.add_task("starting", total=total, completed=before)

    def show(journal: Journal) -> None:
        line = _line(journal, total, before)
        bar.update(task, completed=before + journal.drawn, description=line)

    bar.start()
    try:
        yield show
    finally:
        with contextlib.suppress(OSError):
            bar.stop()


def _line(journal: Journal, total: int, before: int) -> str:
    speed, left = journal.frames_per_second, journal.seconds_left
    coming = f", {clock(left)} left" if left else ""
    return f"{before + journal.drawn} of {total} frames, {speed:.1f} frames/s{coming}"


def _now_and_then(show: Callable[[Journal], None]) -> Callable[[Journal], None]:
    """Make a function of something to show that shows it every so often, and at the end."""
    shown_at, shown = time.monotonic(), 0

    def look(journal: Journal) -> None:
        nonlocal shown_at, shown
        ready = journal.drawn == journal.frames != shown
        if ready or time.monotonic() - shown_at >= LINE_INTERVAL_S:
            shown_at, shown = time.monotonic(), journal.drawn
            show(journal)

    return look


if __name__ == "__main__":
    main(prog_name="run_all.sh")
