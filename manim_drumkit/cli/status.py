"""The command ``drumkit-status``."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import click
import cloup
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.types import word_for_shell
from manim_drumkit.errors import DrumkitError
from manim_drumkit.run.chunk_ranges import chunk_ranges
from manim_drumkit.run.logs import last_words, log_tails
from manim_drumkit.run.status import DEAD, NOT_BEGUN, UNKNOWN, Status
from manim_drumkit.timing import clock

WATCH_INTERVAL_S = 1.0
LINE_INTERVAL_S = 10.0
BAR_COLUMNS = 40

WORDS = {
    NOT_BEGUN: "not begun",
    DEAD: "dead (no process is left); run run_all.sh to resume",
    UNKNOWN: "unknown: .lock cannot be read; ask the user who started the run",
    "starting": "starting",
    "rendering": "rendering",
    "joining": "all chunks rendered, joining",
    "done": "done",
    "partly done": "partly done: the chunks you chose are rendered, others are not",
    "stopped": "stopped; run run_all.sh to resume",
    "failed": "failed; fix the cause and run run_all.sh to resume",
}


@cloup.command(epilog="Example: drumkit-status tmp --watch")
@cloup.argument(
    "folder",
    type=cloup.Path(path_type=Path),
    default=Path("tmp"),
    help="The folder that drumkit-split wrote.  [default: tmp]",
)
@cloup.option(
    "--watch",
    is_flag=True,
    help="Update the display until the run ends; Ctrl-C ends only the display.",
)
@cloup.option("--json", "as_json", is_flag=True, help="Print everything as JSON, for scripts.")
@cloup.constraint(cloup.constraints.mutually_exclusive, ["watch", "as_json"])
@cloup.version_option(package_name="manim-drumkit")
@reported
def main(folder: Path, watch: bool, as_json: bool) -> None:
    """Show how far the run in FOLDER is, how long it will still take, and what failed.

    This only reads files: it works before, during and after a run, and disturbs none.
    """
    status = Status.read(folder)
    console = Console()
    if as_json:
        click.echo(json.dumps(_facts(status), indent=1))
    elif watch and status.alive:
        _watch(status, console)
    else:
        console.print(_page(status, bar=console.is_terminal))


def _watch(status: Status, console: Console) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        (_watch_live if console.is_terminal else _watch_lines)(status, console)


def _watch_live(status: Status, console: Console) -> None:
    with Live(_page(status, bar=True), console=console, auto_refresh=False) as live:
        while status.alive:
            time.sleep(WATCH_INTERVAL_S)
            status = _again(status)
            live.update(_page(status, bar=True), refresh=True)


def _watch_lines(status: Status, console: Console) -> None:
    shown_at = float("-inf")
    while status.alive:
        if time.monotonic() - shown_at >= LINE_INTERVAL_S:
            shown_at = time.monotonic()
            line = f"{_frames(status)}; chunks: {_chunks(status)}"
            console.print(line, soft_wrap=True, highlight=False)
        time.sleep(WATCH_INTERVAL_S)
        status = _again(status)
    console.print(_page(status, bar=False))


def _again(status: Status) -> Status:
    """Read the status again; keep the old one while the plan is being replaced."""
    try:
        return Status.read(status.folder)
    except DrumkitError:
        return status


def _facts(status: Status) -> dict[str, Any]:
    state = status.state
    return {
        "state": status.phase,
        "chunks": len(status.plan.chunks),
        "done": sorted(status.whole),
        "running": {str(n): {"frames": frames} for n, frames in status.drawing.items()},
        "waiting": list(status.waiting),
        "failed": {str(number): last_words(status.folder, number) for number in status.failed},
        "frames": status.plan.film.total_frames,
        "frames_done": status.frames_done,
        "frames_per_second": status.frames_per_second,
        "seconds_left": status.seconds_left,
        "slowest": {str(n): s for n, s in state.slowest.items()} if state else {},
        "film": str(status.film) if status.film else None,
    }


def _page(status: Status, *, bar: bool) -> RenderableType:
    total, plan = status.plan.film.total_frames, status.plan
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    film = word_for_shell(status.film) if status.film else plan.film_name
    table.add_row(
        "Film", Text(f"{film}, {clock(float(plan.seconds))} at {float(plan.film.fps):.5g} fps")
    )
    table.add_row("State", Text(_state(status), style=_style(status)))
    table.add_row("Frames", Text(_frames(status)))
    if bar:
        table.add_row("", ProgressBar(total=total, completed=status.frames_done, width=BAR_COLUMNS))
    table.add_row("Chunks", Text(f"{len(plan.chunks)}: {_chunks(status)}"))
    if status.drawing:
        table.add_row("Running", Text(_running(status)))
    state = status.state
    if state and state.slowest:
        slowest = ", ".join(f"{n} ({seconds:.1f} s)" for n, seconds in state.slowest.items())
        table.add_row("Slowest", Text(slowest))
    if status.failed:
        table.add_row("Failed", Text(chunk_ranges(status.failed), style="red"))
    tails = [Text(log_tails(status.folder, status.failed))] if status.failed else []
    return Group(table, *tails)


def _state(status: Status) -> str:
    state = status.state
    if not (status.alive and state):
        return WORDS[status.phase]
    jobs = f"{state.jobs} manim processes, " if state.jobs else ""
    supervisor = f"supervised by process {state.process}"
    return f"{WORDS[status.phase]} for {clock(state.seconds)} ({jobs}{supervisor})"


def _style(status: Status) -> str:
    if status.phase in ("failed", DEAD):
        return "red"
    return "green" if status.phase == "done" else ""


def _frames(status: Status) -> str:
    done, total = status.frames_done, status.plan.film.total_frames
    speed, left = status.frames_per_second, status.seconds_left
    coming = f", {speed:.1f} frames/s now" if speed else ""
    coming += f", {clock(left)} left" if left else ""
    return f"{done} of {total} frames ({100 * done // total}%){coming}"


def _chunks(status: Status) -> str:
    counts = {
        "done": status.whole,
        "running": status.drawing,
        "waiting": status.waiting,
        "failed": status.failed,
    }
    return ", ".join(f"{len(these)} {word}" for word, these in counts.items() if these)


def _running(status: Status) -> str:
    seconds = (status.state.drawing if status.state else None) or {}
    return ", ".join(
        f"{n} ({frames} of {status.plan.chunks[n].frame_count} frames, {seconds.get(n, 0):.0f} s)"
        for n, frames in status.drawing.items()
    )
