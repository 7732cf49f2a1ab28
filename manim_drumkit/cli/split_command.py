"""The command that ``drumkit-split`` is, once its helper is started."""

import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import cloup
from rich.console import Console

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.scene_group import take_options
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.cli.split_options import all_options
from manim_drumkit.cli.split_progress import reading_bar
from manim_drumkit.cores import usable_cores
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.split.helper import Helper
from manim_drumkit.split.settings import SplitSettings

if TYPE_CHECKING:
    from manim_drumkit.split.splitting import Split, Watch


@cloup.command(
    epilog="Example: drumkit-split stems/ --quality m && ./tmp/run_all.sh",
    formatter_settings=cloup.HelpFormatter.settings(max_width=100, col1_max_width=27),
)
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
@all_options
@cloup.version_option(package_name="manim-drumkit")
@cloup.pass_obj
@reported
def main(
    helper: Helper | None, /, stems: Path, csv: Path | None, dry_run: bool, quiet: bool,
    jobs: int | None, lengths: Literal["pad", "trim"] | None, preview: bool, still: float | None,
    estimate: bool, cores: int | None, price: float | None, **options: Any,
) -> None:  # fmt: skip
    """Measure how loud each stem is, cut that into chunks, and write run_all.sh to render them.

    Everything after -- is passed to every manim render: drumkit-split stems/ -- --seed 7
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
    watch = reading_bar(quiet)
    if estimate:
        from manim_drumkit.cli.estimate import print_estimate

        print_estimate(stems, settings, watch=watch, cores=cores, price=price)
        return
    if preview or still is not None:
        from manim_drumkit.cli.stills import print_preview, print_still

        console = Console(quiet=quiet)
        if still is None:
            print_preview(console, stems, settings, watch=watch)
        else:
            print_still(console, stems, settings, still, watch=watch)
        return
    done = _measured(stems, settings, watch) if dry_run else _split(stems, settings, watch, helper)
    if csv:
        _write_csv(csv, done)
    from manim_drumkit.cli.split_report import print_report

    with lasting_output():  # what is written is written, even if nobody can be told
        print_report(Console(quiet=quiet), done, with_script=not dry_run)


def _split(stems: Path, settings: SplitSettings, watch: "Watch", helper: Helper | None) -> "Split":
    """Split; a helper imports manim from the beginning, and this process the rest beside it."""
    with ExitStack() as ends:
        if "manim" in sys.modules or settings.manim_options:  # these load it here
            helper = None
        elif helper is None:
            helper = ends.enter_context(Helper())
        from manim_drumkit.split.splitting import split

        return split(stems, settings, watch=watch, helper=helper)


def _measured(stems: Path, settings: SplitSettings, watch: "Watch") -> "Split":
    from manim_drumkit.split.inputs import check_inputs
    from manim_drumkit.split.splitting import measure_inputs

    done = measure_inputs(check_inputs(stems, settings), watch=watch)
    done.plot_into(settings.out)
    return done


def _write_csv(path: Path, done: "Split") -> None:
    from manim_drumkit.levels.csv_file import write_csv, write_hits_csv

    film = done.inputs.film
    write_csv(path, done.levels, stems=film.labels, fps=film.fps)
    write_hits_csv(path, done.hits, stems=film.labels, fps=film.fps)
