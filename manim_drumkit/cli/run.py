"""What ``run_all.sh`` asks for between its lines: ``python -m manim_drumkit.cli.run``."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import cloup
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from manim_drumkit.cli.errors import reported
from manim_drumkit.film import publish, write_segment_list
from manim_drumkit.frames import clock
from manim_drumkit.run import Run
from manim_drumkit.video import picture_size

POLL_S = 0.5
LINE_INTERVAL_S = 10.0

FOLDER = cloup.argument("folder", type=cloup.Path(path_type=Path), help="The folder of the plan.")


@cloup.group()
def main() -> None:
    """Serve run_all.sh, which is the command to use."""


@main.command()
@FOLDER
@reported
def todo(folder: Path) -> None:
    """Print the numbers of the chunks to render, one per line."""
    run = Run.open(folder)
    numbers = run.todo()
    chunks = len(run.plan.chunks)
    if numbers:
        click.echo(f"Rendering {len(numbers)} of {chunks} chunks", err=True)
    else:
        click.echo(f"All {chunks} chunks are rendered already; joining them", err=True)
    for number in numbers:
        click.echo(number)


@main.command()
@FOLDER
@reported
def watch(folder: Path) -> None:
    """Show the progress of a run until standard input ends."""
    run = Run.open(folder)
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=[ended], daemon=True).start()
    pace = Pace(run)
    console = Console(stderr=True)
    (_draw_bar if console.is_terminal else _print_lines)(console, pace, ended)


@main.command("list")
@FOLDER
@reported
def list_segments(folder: Path) -> None:
    """Check that all segments are there, and list them for ffmpeg."""
    run = Run.open(folder)
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


def _wait_for_end(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


def _draw_bar(console: Console, pace: Pace, ended: threading.Event) -> None:
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(str(pace), total=pace.total)
        _poll(
            ended,
            POLL_S,
            lambda: bar.update(task, completed=pace.look().done, description=str(pace)),
        )


def _print_lines(console: Console, pace: Pace, ended: threading.Event) -> None:
    shown = -1

    def show() -> None:
        nonlocal shown
        if pace.look().done != shown:
            shown = pace.done
            click.echo(pace, err=True)

    _poll(ended, LINE_INTERVAL_S, show)


def _poll(ended: threading.Event, interval_s: float, show: Callable[[], object]) -> None:
    """Show something every so often, and once more at the end."""
    while not ended.wait(interval_s):
        show()
    show()


if __name__ == "__main__":
    main(prog_name="run_all.sh")
