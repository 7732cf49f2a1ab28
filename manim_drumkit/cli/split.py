"""The command ``drumkit-split``."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal

import click
import cloup
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.estimate import print_estimate
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.cli.types import AutoOrSeconds, Finite
from manim_drumkit.levels.csv_file import write_csv
from manim_drumkit.levels.measure import Levels
from manim_drumkit.levels.plot import highest
from manim_drumkit.segment.scene_imports import DEFAULT_SCENE
from manim_drumkit.settings import LevelSettings, option_name
from manim_drumkit.split.inputs import PRESETS, QUALITIES, SplitSettings, check
from manim_drumkit.split.inputs import cores as cores_here
from manim_drumkit.split.splitting import Split, Watch, look, split
from manim_drumkit.text import printable
from manim_drumkit.timing import clock
from manim_drumkit.workspace.layout import PLOT_NAME, SCRIPT_NAME

DEFAULTS = SplitSettings()

BLOCKS = " ▁▂▃▄▅▆▇█"
SPARKLINE_COLUMNS = 30


def _level_option(setting: "Field[Any]") -> Any:
    """Make an option for a setting of levels, from what the setting knows of itself."""
    rules, default = setting.metadata, setting.default
    kind: click.ParamType[Any] = (
        click.Choice(rules["choices"]) if "choices" in rules else Finite(*rules["range"])
    )
    shown = "off" if default is None else default if "choices" in rules else f"{default:g}"
    return cloup.option(
        f"--{option_name(setting)}",
        setting.name,
        type=kind,
        metavar=rules.get("unit"),
        help=f"{rules['help']}  [default: {shown}]",
    )


@cloup.command(epilog="Example: drumkit-split stems/ --quality m && ./tmp/run_all.sh")
@cloup.argument(
    "stems", type=cloup.Path(path_type=Path), help="The folder with one audio file per stem."
)
@cloup.argument(
    "manim_options", nargs=-1, metavar="[-- MANIM OPTIONS]", help="Options for every manim render."
)
@cloup.option_group(
    "Picture",
    cloup.option(
        "--scene",
        metavar="FILE:CLASS",
        default=DEFAULT_SCENE,
        show_default=True,
        help="The scene to render.",
    ),
    cloup.option(
        "--quality",
        "-q",
        type=click.Choice(list(QUALITIES)),
        default=DEFAULTS.quality,
        show_default="h, 1080p60",
        help="As in manim: low, medium, high, production, 4k.",
    ),
    cloup.option(
        "--preset",
        type=click.Choice(PRESETS),
        default=DEFAULTS.preset,
        show_default=True,
        help="x264's compromise of speed and size.",
    ),
    cloup.option("--fps", metavar="RATE", help="Frames per second: 60, 29.97, 30000/1001."),
    cloup.option(
        "--start",
        type=Finite(min=0),
        default=0.0,
        metavar="S",
        help="Begin the film at this second of the music.",
    ),
    cloup.option(
        "--end",
        type=Finite(min=0),
        metavar="S",
        help="End the film at this second of the music.",
    ),
    cloup.option(
        "--intro",
        type=Finite(min=0),
        default=0.0,
        metavar="S",
        help="Open from above, and swing into place in this time.",
    ),
)
@cloup.option_group("Levels", *map(_level_option, fields(LevelSettings)))
@cloup.option_group(
    "Stems",
    cloup.option(
        "--config",
        type=cloup.Path(path_type=Path),
        metavar="FILE",
        help="A drumkit.toml: settings to keep, and labels, colours, order, gain, pan and "
        "gate per stem.",
    ),
    cloup.option("--pad", "lengths", flag_value="pad", help="Extend short stems with silence."),
    cloup.option("--trim", "lengths", flag_value="trim", help="Cut all stems to the shortest."),
)
@cloup.option_group(
    "Sound",
    cloup.option(
        "--audio",
        type=cloup.Path(path_type=Path),
        metavar="FILE",
        help="A finished mix to use in place of the sum of the stems.",
    ),
    cloup.option("--no-audio", is_flag=True, help="Make a silent film."),
    constraint=cloup.constraints.mutually_exclusive,
)
@cloup.option_group(
    "Work",
    cloup.option(
        "--out",
        type=cloup.Path(path_type=Path),
        default=DEFAULTS.out,
        show_default=True,
        metavar="DIR",
        help="The folder for chunks, segments and the film.",
    ),
    cloup.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Manim processes side by side.  [default: this machine's cores]",
    ),
    cloup.option(
        "--chunk-seconds",
        type=AutoOrSeconds(),
        default="auto",
        show_default=True,
        help="The length of a chunk.",
    ),
    cloup.option(
        "--csv",
        type=cloup.Path(path_type=Path),
        metavar="FILE",
        help="Write the levels as CSV too, for other programs.",
    ),
    cloup.option(
        "--dry-run",
        is_flag=True,
        help=f"Print the table and draw {PLOT_NAME}, but write no chunks.",
    ),
    cloup.option("--quiet", is_flag=True, help="Print nothing but errors."),
)
@cloup.option_group(
    "Before you rent a machine",
    cloup.option(
        "--estimate",
        is_flag=True,
        help="Render a few frames, and print how long all will take; write nothing.",
    ),
    cloup.option(
        "--cores",
        type=click.IntRange(1, 100_000),
        metavar="N",
        help="Estimate for so many cores, each as fast as one here.",
    ),
    cloup.option(
        "--price", type=Finite(min=0), metavar="P", help="What an hour costs, to estimate the cost."
    ),
)
@cloup.version_option(package_name="manim-drumkit")
@reported
def main(
    stems: Path, csv: Path | None, dry_run: bool, quiet: bool, jobs: int | None,
    lengths: Literal["pad", "trim"] | None, estimate: bool, cores: int | None,
    price: float | None, **options: Any,
) -> None:  # fmt: skip
    """Cut the levels of a folder of STEMS into chunks, and write the script that renders them.

    What stands after -- goes to every manim: drumkit-split stems/ -- --resolution 1080,1920
    """
    if not estimate and (cores or price is not None):
        raise click.UsageError("--cores and --price say what to estimate; pass --estimate, too")
    if estimate and (csv or dry_run):
        raise click.UsageError("--estimate writes nothing; leave out --csv and --dry-run")
    stop_on_signals()
    names = [each.name for each in fields(LevelSettings)]
    levels = {name: options.pop(name) for name in names}
    settings = SplitSettings(
        jobs=jobs or cores_here(),
        lengths=lengths or "equal",
        levels={name: value for name, value in levels.items() if value is not None},
        **options,
    )
    watch = _bar(quiet)
    if estimate:
        print_estimate(stems, settings, watch=watch, cores=cores, price=price)
        return
    if dry_run:
        done = look(check(stems, settings), settings, watch=watch)
        done.plot_into(settings.out)
    else:
        done = split(stems, settings, watch=watch)
    if csv:
        material = done.material
        write_csv(csv, done.levels, stems=material.labels, fps=material.fps)
    _report(Console(quiet=quiet), done)
    script = None if dry_run else settings.out / SCRIPT_NAME
    _say_what_is_next(Console(quiet=quiet), settings.out / PLOT_NAME, script)


def _bar(quiet: bool) -> Watch:
    console = Console(stderr=True)

    @contextmanager
    def watch(samples: int) -> Iterator[Callable[[int], None]]:
        hidden = quiet or not console.is_terminal
        with Progress(console=console, transient=True, disable=hidden) as bar:
            task = bar.add_task("Measuring", total=samples)
            yield lambda read: bar.advance(task, read)

    return watch


def _report(console: Console, done: Split) -> None:
    material = done.material
    for path in material.passed_over:
        _print(console, f"Passed over, not audio: {click.format_filename(path)}")
    console.print(_table(done, sparkline=console.is_terminal))
    silent = [s.name for s, m in zip(material.stems, done.measured, strict=True) if m.silent]
    if silent:
        _print(console, f"Silent, and flat in the film: {', '.join(silent)}")
    count = len(material.borders) - 1
    chunk_seconds = float(material.borders[1] / material.fps)
    _print(
        console,
        f"{material.frames} frames at {float(material.fps):.5g} fps "
        f"({clock(float(material.frames / material.fps))}) "
        f"in {count} chunk{'s' if count > 1 else ''} of {chunk_seconds:.3g} s",
    )
    music = float(material.music_frames / material.fps)
    if material.audio and abs(material.audio.seconds - music) > 0.1:
        name = click.format_filename(material.audio.path)
        _print(
            console, f"Note: {name} lasts {material.audio.seconds:.2f} s, the stems {music:.2f} s"
        )


def _table(done: Split, *, sparkline: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Stem")
    for heading in ("Length", "Rate", "Channels", "Peak dBFS"):
        table.add_column(heading, justify="right")
    if sparkline:
        table.add_column("Levels", no_wrap=True)
    rows = zip(done.material.stems, done.measured, done.material.colors, done.levels.T, strict=True)
    for stem, measured, color, levels in rows:
        peak = f"{measured.peak_db:.1f}" if measured.peak else "silent"
        cells = [f"{stem.seconds:.3f} s", f"{stem.rate} Hz", str(stem.channels), peak]
        if sparkline:
            cells.append(f"[{color}]{_sparkline(levels)}[/]")
        table.add_row(escape(printable(stem.name)), *cells)
    return table


def _sparkline(levels: Levels) -> str:
    """Draw a curve as a line of text, each sign the highest level of its stretch."""
    heights = highest(levels, SPARKLINE_COLUMNS)
    return "".join(BLOCKS[round(float(height) * (len(BLOCKS) - 1))] for height in heights)


def _say_what_is_next(console: Console, plot: Path, script: Path | None) -> None:
    _print(console, f"To look at: {click.format_filename(plot)}")
    if script:
        path = click.format_filename(script if script.is_absolute() else f"./{script}")
        _print(console, f"Next: {shlex.quote(path)}")


def _print(console: Console, text: str) -> None:
    console.print(escape(printable(text)), highlight=False, soft_wrap=True)
