"""What ``run_all.sh`` asks for between its lines: ``python -m manim_drumkit.cli.run``."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import cloup
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from manim_drumkit import crew
from manim_drumkit.cli.errors import reported
from manim_drumkit.film import publish, write_segment_list
from manim_drumkit.frames import clock
from manim_drumkit.run import Run
from manim_drumkit.video import picture_size

BAR_INTERVAL_S = 0.5
LINE_INTERVAL_S = 10.0

FOLDER = cloup.argument("folder", type=cloup.Path(path_type=Path), help="The folder of the plan.")


@cloup.group()
def main() -> None:
    """Serve run_all.sh, which is the command to use."""


@main.command()
@FOLDER
@cloup.argument("command", nargs=-1, required=True, help="What starts manim with the scene.")
@cloup.option("--jobs", type=click.IntRange(min=1), required=True, help="How many side by side.")
@reported
def render(folder: Path, command: tuple[str, ...], jobs: int) -> None:
    """Render the chunks that are not done, several at a time; then list all for ffmpeg."""
    run = Run.open(folder)
    numbers, chunks = run.todo(), len(run.plan.chunks)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    if numbers:
        click.echo(f"Rendering {len(numbers)} of {chunks} chunks", err=True)
        try:
            with _progress(Pace(run)) as look:
                crew.render(run, numbers, command, jobs=jobs, look=look)
        except KeyboardInterrupt:
            sys.exit(130)
    else:
        click.echo(f"All {chunks} chunks are rendered already; joining them", err=True)
    run.check_segments()
    write_segment_list(folder, run.plan)


@main.command()
@FOLDER
@reported
def check(folder: Path) -> None:
    """Check the joined film, give it its name and describe it."""
    plan = Run.open(folder).plan
    film = publish(folder, plan)
    width, height = picture_size(film)
    click.echo(
        f"{click.format_filename(film)}: {clock(float(plan.seconds))}, {plan.total_frames} frames "
        f"of {width}x{height} at {float(plan.fps):.5g} fps, "
        f"{film.stat().st_size / 1e6:.1f} MB"
    )


class Pace:
    """How far a run is, how fast it goes and how long it will take, from this run alone."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._begun = time.monotonic()
        self._before = run.frames_done()
        self.total = run.plan.total_frames
        self.done = self._before

    def look(self) -> "Pace":
        """Count the frames again."""
        self.done = self._run.frames_done()
        return self

    @property
    def frames_per_second(self) -> float:
        """The mean speed of this run."""
        return (self.done - self._before) / max(time.monotonic() - self._begun, 1e-3)

    def __str__(self) -> str:
        speed, missing = self.frames_per_second, self.total - self.done
        left = f", {clock(missing / speed)} left" if speed and missing else ""
        return f"{self.done} of {self.total} frames, {speed:.1f} frames/s{left}"


def _interrupt(number: int, frame: object) -> None:
    """Stop as after Ctrl-C: the processes are ended, what is whole is kept."""
    raise KeyboardInterrupt


@contextmanager
def _progress(pace: Pace) -> Iterator[Callable[[], None]]:
    """Give a function that shows, each time it is time to, how far the run is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _now_and_then(LINE_INTERVAL_S, lambda: click.echo(pace.look(), err=True))
        click.echo(pace.look(), err=True)
        return
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(str(pace), total=pace.total)

        def show() -> None:
            bar.update(task, completed=pace.look().done, description=str(pace))

        yield _now_and_then(BAR_INTERVAL_S, show)
        show()


def _now_and_then(interval_s: float, show: Callable[[], None]) -> Callable[[], None]:
    """Make a function that may be called all the time, and does something every so often."""
    shown_at = time.monotonic()

    def look() -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at >= interval_s:
            shown_at = time.monotonic()
            show()

    return look


if __name__ == "__main__":
    main(prog_name="run_all.sh")
