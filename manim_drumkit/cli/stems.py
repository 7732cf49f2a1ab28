"""The command ``drumkit-stems``."""

from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.types import Finite
from manim_drumkit.stems.demo import write_demo


@cloup.command(epilog="Example: drumkit-stems stems/ --seconds 30 && drumkit-split stems/")
@cloup.argument(
    "folder", type=cloup.Path(path_type=Path), help="A new folder to write the stems into."
)
@cloup.option(
    "--seconds",
    type=Finite(1, 600),
    default=20.0,
    metavar="S",
    help="The length of the performance.  [default: 20]",
)
@cloup.version_option(package_name="manim-drumkit")
@reported
def main(folder: Path, seconds: float) -> None:
    """Write a demo performance of seven synthesised drum microphones into FOLDER."""
    written = write_demo(folder, seconds=seconds)
    names = ", ".join(path.stem for path in written)
    with lasting_output():
        click.echo(f"Wrote {len(written)} stems of {seconds:g} s into {folder}: {names}")
