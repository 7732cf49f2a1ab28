"""The last step of ``run_all.sh``: the joined film, checked and named."""

from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder
from manim_drumkit.run.film import publish
from manim_drumkit.run.folder import Run
from manim_drumkit.text import printable
from manim_drumkit.timing import clock
from manim_drumkit.video import picture_size
from manim_drumkit.workspace.state import turn_page


@cloup.command()
@hidden_folder
@reported
def main(folder: Path) -> None:
    """Check the joined film, give it its name and describe it."""
    plan = Run.open(folder).plan
    film = publish(folder, plan)
    turn_page(folder, "done")
    width, height = picture_size(film)
    name = printable(click.format_filename(film))
    click.echo(
        f"{name}: {clock(float(plan.seconds))}, {plan.total_frames} frames "
        f"of {width}x{height} at {float(plan.fps):.5g} fps, "
        f"{film.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main(prog_name="run_all.sh")
