"""What ``drumkit-split`` prints when it is done."""

import math
import shlex

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from manim_drumkit.levels.plot import highest
from manim_drumkit.split.hints import level_hints
from manim_drumkit.split.splitting import Split
from manim_drumkit.text import listed, printable
from manim_drumkit.timing import clock
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.layout import PLOT_NAME, SCRIPT_NAME

BLOCKS = " ▁▂▃▄▅▆▇█"
SPARKLINE_COLUMNS = 30


def print_report(console: Console, done: Split, *, with_script: bool) -> None:
    """Print a table of the stems, what stands out in them, and what to do next."""
    inputs = done.inputs
    if inputs.skipped:
        names = [click.format_filename(path) for path in inputs.skipped]
        print_line(console, f"Skipped, not audio: {listed(names)}")
    console.print(_table(done, sparkline=console.is_terminal))
    silent = [s.name for s, m in zip(inputs.stems, done.measured, strict=True) if m.silent]
    if silent:
        print_line(console, f"Silent, and flat in the film: {', '.join(silent)}")
    print_notes(console, done)
    count = len(inputs.borders) - 1
    chunk_seconds = float(inputs.borders[1] / inputs.fps)
    print_line(
        console,
        f"{inputs.frames} frames at {float(inputs.fps):.5g} fps "
        f"({clock(float(inputs.frames / inputs.fps))}) "
        f"in {count} chunk{'s' if count > 1 else ''} of {chunk_seconds:.3g} s",
    )
    if not inputs.audio and done.sound_gain < 1:
        sounds = {stem.sound for stem in inputs.stems}
        what = "The sum of the stems" if len(sounds) > 1 else "The sound"
        print_line(console, f"{what} is turned down by {_turned_down(done)}")
    print_line(console, f"Levels: {click.format_filename(inputs.out / PLOT_NAME)}")
    if with_script:
        script = inputs.out / SCRIPT_NAME
        command = click.format_filename(script if script.is_absolute() else f"./{script}")
        print_line(console, f"Next: {shlex.quote(command)}")


def print_notes(console: Console, done: Split) -> None:
    """Print what the user should know of the files and their levels."""
    for note in _notes(done):
        print_line(console, f"Note: {note}")


def _notes(done: Split) -> list[str]:
    inputs = done.inputs
    notes = [*inputs.notes, *level_hints(inputs.stems, done.measured, inputs.levels)]
    if inputs.audio:
        name, seconds = click.format_filename(inputs.audio.path), inputs.audio.seconds
        music = float(inputs.music_frames / inputs.fps)
        if abs(seconds - music) > 0.1:
            notes.append(f"{name} lasts {seconds:.2f} s, the stems {music:.2f} s")
        if done.sound_gain < 1:
            notes.append(
                f"{name} was turned down by {_turned_down(done)}, its peak is over full scale"
            )
    return notes


def _turned_down(done: Split) -> str:
    return f"{-20 * math.log10(done.sound_gain):.1f} dB"


def _table(done: Split, *, sparkline: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Stem")
    for heading in ("Length", "Rate", "Channels", "Peak dBFS"):
        table.add_column(heading, justify="right")
    if sparkline:
        table.add_column("Levels", no_wrap=True)
    rows = zip(
        done.inputs.stems, done.measured, done.inputs.film.colors, done.levels.T, strict=True
    )
    for stem, measured, color, levels in rows:
        peak = f"{measured.peak_db:.1f}" if measured.peak else "silent"
        cells = [f"{stem.seconds:.3f} s", f"{stem.rate} Hz", str(stem.channels), peak]
        if sparkline:
            cells.append(f"[{color}]{_sparkline(levels)}[/]")
        table.add_row(escape(printable(stem.name)), *cells)
    return table


def _sparkline(levels: Levels) -> str:
    """Return a curve as a line of block characters, each the highest level that it covers."""
    heights = highest(levels, SPARKLINE_COLUMNS)
    return "".join(BLOCKS[round(float(height) * (len(BLOCKS) - 1))] for height in heights)


def print_line(console: Console, text: str) -> None:
    """Print a line as it is, whatever is in it.

    Names of files may hold what rich takes for markup, or a terminal for a command.
    """
    console.print(escape(printable(text)), highlight=False, soft_wrap=True)
