"""The command ``drumkit-split``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal

import click
import cloup
from rich.console import Console
from rich.progress import Progress

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.estimate import print_estimate
from manim_drumkit.cli.scene_group import SCENE_GROUP, take_options
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.cli.split_report import print_report
from manim_drumkit.cli.stills import print_preview, print_still
from manim_drumkit.cli.types import AutoOrSeconds, Finite, Whole
from manim_drumkit.cores import usable_cores
from manim_drumkit.levels.csv_file import write_csv, write_hits_csv
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.settings import option_name
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.settings import PRESETS, QUALITIES, SplitSettings
from manim_drumkit.split.splitting import Watch, measure_inputs, split
from manim_drumkit.workspace.layout import PLOT_NAME, PREVIEW_NAME

DEFAULTS = SplitSettings()


def _level_option(setting: "Field[Any]") -> Any:
    """Make the option of a level setting from its metadata."""
    rules, default = setting.metadata, setting.default
    kind: click.ParamType[Any]
    if "choices" in rules:
        kind, shown = click.Choice(rules["choices"]), default
    else:
        kind = Finite(*rules["range"])
        shown = rules["unset"] if default is None else f"{default:g}"
    return cloup.option(
        f"--{option_name(setting)}",
        setting.name,
        type=kind,
        metavar=rules.get("unit"),
        help=f"{rules['help']}  [default: {shown}]",
    )


@cloup.command(epilog="Example: drumkit-split stems/ --quality m && ./tmp/run_all.sh")
@cloup.argument(
    "stems",
    type=cloup.Path(path_type=Path),
    help="The folder with one audio file per stem, or one audio file.",
)
@cloup.argument(
    "manim_options",
    nargs=-1,
    metavar="[-- MANIM OPTIONS]",
    help="Options to pass to every manim render.",
)
@SCENE_GROUP
@cloup.option_group(
    "Picture",
    cloup.option(
        "--quality",
        "-q",
        type=click.Choice(list(QUALITIES)),
        help="As in manim: low, medium, high, production, 4k.  "
        "[default: the size in manim.cfg, or h (1080p60)]",
    ),
    cloup.option(
        "--aspect",
        metavar="W:H",
        help="The shape of the picture: 16:9, 9:16 for phones, 1:1, or any other.",
    ),
    cloup.option(
        "--transparent",
        is_flag=True,
        help="Leave the background clear: a film for editors, in ProRes 4444 with alpha (.mov).",
    ),
    cloup.option(
        "--preset",
        type=click.Choice(PRESETS),
        default=DEFAULTS.preset,
        show_default=True,
        help="x264's compromise between speed and size.",
    ),
    cloup.option(
        "--fps",
        metavar="RATE",
        help="Frames per second, such as 60, 29.97 or 30000/1001.  [default: the quality's]",
    ),
    cloup.option(
        "--start",
        type=Finite(min=0),
        default=0.0,
        metavar="S",
        help="Start the film at this second of the music.",
    ),
    cloup.option(
        "--end",
        type=Finite(min=0),
        metavar="S",
        help="End the film at this second of the music.",
    ),
)
@cloup.option_group("Levels", *map(_level_option, fields(LevelSettings)))
@cloup.option_group(
    "Stems",
    cloup.option(
        "--config",
        type=cloup.Path(path_type=Path),
        metavar="FILE",
        help="Read from a drumkit.toml: level settings, options of the scene, and labels, colours, "
        "order, gain, pan and gate per stem.",
    ),
    cloup.option(
        "--bands",
        type=Whole(1, 40),
        metavar="N",
        help="Split one mixed file into N bands of frequencies, each a stem.  "
        "[default: 7 for a mono or stereo file]",
    ),
    cloup.option(
        "--split-channels",
        is_flag=True,
        help="Make a stem of every channel of every file, of stereo files, too.",
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
        help="Use this finished mix instead of the sum of the stems.",
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
        type=Whole(min=1),
        metavar="N",
        help="Run N manim processes in parallel.  [default: the cores you may use]",
    ),
    cloup.option(
        "--chunk-seconds",
        type=AutoOrSeconds(),
        metavar=AutoOrSeconds.name,
        default="auto",
        show_default=True,
        help="The length of a chunk.",
    ),
    cloup.option(
        "--csv",
        type=cloup.Path(path_type=Path),
        metavar="FILE",
        help="Write the levels as CSV, too, for other programs, and the hits beside them.",
    ),
    cloup.option(
        "--dry-run",
        is_flag=True,
        help=f"Print the table and draw {PLOT_NAME}, but write no chunks and no script.",
    ),
    cloup.option("--quiet", is_flag=True, help="Print nothing but errors."),
)
@cloup.option_group(
    "Look first",
    cloup.option(
        "--preview",
        is_flag=True,
        help=f"Draw telling frames of the film into {PREVIEW_NAME}; write nothing else.",
    ),
    cloup.option(
        "--still",
        type=Finite(min=0),
        metavar="S",
        help="Draw the frame at second S of the film at its full size; write nothing else.",
    ),
)
@cloup.option_group(
    "Before you rent a machine",
    cloup.option(
        "--estimate",
        is_flag=True,
        help="Render a few frames and print how long the film will take; write nothing.",
    ),
    cloup.option(
        "--cores",
        type=Whole(1, 100_000),
        metavar="N",
        help="Estimate for N cores, too, each as fast as one here.",
    ),
    cloup.option(
        "--price",
        type=Finite(min=0),
        metavar="P",
        help="The price of an hour; print the cost, too.",
    ),
)
@cloup.version_option(package_name="manim-drumkit")
@reported
def main(
    stems: Path, csv: Path | None, dry_run: bool, quiet: bool, jobs: int | None,
    lengths: Literal["pad", "trim"] | None, preview: bool, still: float | None, estimate: bool,
    cores: int | None, price: float | None, **options: Any,
) -> None:  # fmt: skip
    """Cut the levels of STEMS into chunks, and write the script that renders them.

    Everything after -- is passed to every manim render:

    drumkit-split stems/ -- --seed 7
    """
    if not estimate and (cores or price is not None):
        raise click.UsageError("--cores and --price need --estimate; pass it, too")
    looks = {"estimate": estimate, "preview": preview, "still": still is not None}
    looking = [f"--{name}" for name, wanted in looks.items() if wanted]
    others = looking[1:] or [f"--{name}" for name, on in (("csv", csv), ("dry-run", dry_run)) if on]
    if looking and others:
        raise click.UsageError(f"{looking[0]} stands alone; leave out {' and '.join(others)}")
    stop_on_signals()
    names = [each.name for each in fields(LevelSettings)]
    levels = {name: options.pop(name) for name in names}
    chosen = take_options(options)
    settings = SplitSettings(
        jobs=jobs or usable_cores(),
        options=chosen,
        lengths=lengths or "equal",
        levels={name: value for name, value in levels.items() if value is not None},
        **options,
    )
    watch = _bar(quiet)
    if estimate:
        print_estimate(stems, settings, watch=watch, cores=cores, price=price)
        return
    if preview:
        print_preview(stems, settings, watch=watch)
        return
    if still is not None:
        print_still(stems, settings, still, watch=watch)
        return
    if dry_run:
        done = measure_inputs(check_inputs(stems, settings), watch=watch)
        done.plot_into(settings.out)
    else:
        done = split(stems, settings, watch=watch)
    if csv:
        film = done.inputs.film
        write_csv(csv, done.levels, stems=film.labels, fps=film.fps)
        write_hits_csv(csv, done.hits, stems=film.labels, fps=film.fps)
    with lasting_output():  # what is written is written, even if nobody can be told
        print_report(Console(quiet=quiet), done, with_script=not dry_run)


def _bar(quiet: bool) -> Watch:
    console = Console(stderr=True)

    @contextmanager
    def watch(samples: int) -> Iterator[Callable[[int], None]]:
        hidden = quiet or not console.is_terminal
        with Progress(console=console, transient=True, disable=hidden) as bar:
            task = bar.add_task("Measuring", total=samples)
            yield lambda read: bar.advance(task, read)

    return watch
