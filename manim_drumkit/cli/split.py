"""The command ``drumkit-split``."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import cloup
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from manim_drumkit.cli.errors import reported
from manim_drumkit.frames import clock
from manim_drumkit.source import DEFAULT_SCENE
from manim_drumkit.split import QUALITIES, Split, SplitSettings, split
from manim_drumkit.stems import Stem

DEFAULTS = SplitSettings()


class Seconds(click.ParamType[float | None]):
    """``auto``, read as ``None``, or a number of seconds above 0."""

    name = "auto|S"

    def convert(self, value: Any, param: Any, ctx: Any) -> float | None:
        """Read the option's value."""
        if value == "auto":
            return None
        try:
            seconds = float(value)
        except ValueError:
            self.fail(f"{value!r} is neither 'auto' nor a number of seconds", param, ctx)
        if not 0 < seconds < float("inf"):
            self.fail(f"{value} is not a length; give seconds, like 1 or 2.5", param, ctx)
        return seconds


@cloup.command(epilog="Example: drumkit-split stems/ --quality m && ./tmp/run_all.sh")
@cloup.argument(
    "stems", type=cloup.Path(path_type=Path), help="The folder with one audio file per stem."
)
@cloup.argument(
    "manim_options", nargs=-1, metavar="[-- MANIM OPTIONS]", help="Options for every manim render."
)
@cloup.option_group(
    "Picture",
    cloup.option("--scene", metavar="FILE:CLASS", default=DEFAULT_SCENE, show_default=True,
                 help="The scene to render."),
    cloup.option("--quality", "-q", type=click.Choice(list(QUALITIES)), default=DEFAULTS.quality,
                 show_default="h: 1080p60", help="As in manim: low, medium, high, production, 4k."),
    cloup.option("--fps", metavar="RATE", help="Frames per second: 60, 29.97, 30000/1001."),
    cloup.option("--start", type=click.FloatRange(min=0), default=0.0, metavar="S",
                 help="Begin the film at this second of the music."),
    cloup.option("--end", type=click.FloatRange(min=0), metavar="S",
                 help="End the film at this second of the music."),
    cloup.option("--intro", type=click.FloatRange(min=0), default=0.0, metavar="S",
                 help="Open from above, and swing into place in this time."),
)  # fmt: skip
@cloup.option_group(
    "Sound",
    cloup.option("--audio", type=cloup.Path(path_type=Path), metavar="FILE",
                 help="A finished mix to use in place of the sum of the stems."),
    cloup.option("--no-audio", is_flag=True, help="Make a silent film."),
    constraint=cloup.constraints.mutually_exclusive,
)  # fmt: skip
@cloup.option_group(
    "Work",
    cloup.option("--out", type=cloup.Path(path_type=Path), default=DEFAULTS.out, show_default=True,
                 metavar="DIR", help="The folder for chunks, segments and the film."),
    cloup.option("--jobs", type=click.IntRange(min=1), metavar="N",
                 help="Manim processes side by side.  [default: this machine's cores]"),
    cloup.option("--chunk-seconds", type=Seconds(), default="auto", show_default=True,
                 help="The length of a chunk."),
    cloup.option("--quiet", is_flag=True, help="Print nothing but errors."),
)  # fmt: skip
@cloup.version_option(package_name="manim-drumkit")
@reported
def main(
    stems: Path, manim_options: tuple[str, ...], jobs: int | None, quiet: bool, **options: Any
) -> None:
    """Cut the levels of a folder of STEMS into chunks, and write the script that renders them.

    What stands after -- goes to every manim: drumkit-split stems/ -- --resolution 1080,1920
    """
    settings = SplitSettings(jobs=jobs or _cores(), manim_options=manim_options, **options)
    console = Console(quiet=quiet)
    done = split(stems, settings, progress=_bar(quiet))
    _report(console, done)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bar(quiet: bool) -> Any:
    console = Console(stderr=True)

    def progress(stems: list[Stem]) -> Iterable[Stem]:
        hidden = quiet or not console.is_terminal
        return track(stems, "Measuring", console=console, transient=True, disable=hidden)

    return progress


def _report(console: Console, done: Split) -> None:
    material, plan = done.material, done.plan
    for path in material.passed_over:
        console.print(
            f"Passed over, not audio: {escape(click.format_filename(path))}", highlight=False
        )
    console.print(_table(done))
    chunks = "1 chunk" if len(plan.chunks) == 1 else f"{len(plan.chunks)} chunks"
    console.print(
        f"{plan.total_frames} frames at {float(plan.fps):.5g} fps ({clock(float(plan.seconds))})"
        f" in {chunks} of {float(plan.chunks[0].frame_count / plan.fps):.3g} s",
        highlight=False,
    )
    if material.audio and abs(material.audio.seconds - material.stems[0].seconds) > 0.1:
        audio = escape(click.format_filename(material.audio.path))
        console.print(
            f"Note: {audio} lasts {material.audio.seconds:.2f} s, "
            f"the stems {material.stems[0].seconds:.2f} s",
            highlight=False,
        )
    console.print(f"Next: {escape(_command(done.script))}", highlight=False, soft_wrap=True)


def _table(done: Split) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Stem")
    for heading in ("Length", "Rate", "Channels", "Peak dBFS"):
        table.add_column(heading, justify="right")
    for stem, measured in zip(done.material.stems, done.levels, strict=True):
        peak = f"{measured.peak_db:.1f}" if measured.peak else "silent"
        table.add_row(
            escape(stem.name), f"{stem.seconds:.3f} s", f"{stem.rate} Hz", str(stem.channels), peak
        )
    return table


def _command(script: Path) -> str:
    path = script if script.is_absolute() else f"./{script}"
    return shlex.quote(click.format_filename(path))
