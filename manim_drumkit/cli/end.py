"""What ``run_all.sh`` does last when it did not come to its end: it says and notes so."""

import signal
from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder
from manim_drumkit.workspace.state import turn_page

STOPPED = {128 + number for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)}
KILLED = 128 + signal.SIGKILL


@cloup.command()
@hidden_folder
@cloup.argument("status", type=int)
@reported
def main(folder: Path, status: int) -> None:
    """Note in the journal that a run was stopped, or failed."""
    turn_page(folder, "stopped" if status in STOPPED else "failed")
    if status in STOPPED:
        click.echo("Stopped. Run it again: it goes on from here.", err=True)
    elif status == KILLED:
        click.echo(
            "Error: a step was killed with SIGKILL, most likely by the system because memory ran "
            "out; what is rendered is kept. Run it again, with fewer side by side: JOBS=1",
            err=True,
        )


if __name__ == "__main__":
    main(prog_name="run_all.sh")
