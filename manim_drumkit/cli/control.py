"""What ``run_all.sh --detach`` and ``run_all.sh --stop`` do."""

import sys
from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder
from manim_drumkit.cli.types import word_for_shell
from manim_drumkit.run.control import detach, stop
from manim_drumkit.text import printable
from manim_drumkit.workspace.layout import run_log_path
from manim_drumkit.workspace.lock import is_held


@cloup.group()
def main() -> None:
    """Serve run_all.sh, which is the command to use."""


@main.command("detach")
@cloup.argument("script", type=cloup.Path(path_type=Path))
@cloup.argument("arguments", nargs=-1)
@reported
def detach_command(script: Path, arguments: tuple[str, ...]) -> None:
    """Start a run in the background, and say how to watch and stop it."""
    folder = script.parent
    run = detach(script, [word for word in arguments if word != "--detach"])
    if run.status is not None:
        click.echo(printable(run.said), err=run.status != 0)
        sys.exit(run.status)
    click.echo(f"It runs in the background, also when you log out (process {run.process}).")
    click.echo(f"To watch it: drumkit-status {word_for_shell(folder)} --watch")
    click.echo(f"To stop it:  {word_for_shell(script)} --stop")
    click.echo(f"Its output:  {word_for_shell(run_log_path(folder))}")


@main.command("stop")
@hidden_folder
@reported
def stop_command(folder: Path) -> None:
    """End the run that is at work."""
    if not is_held(folder):
        click.echo(f"No run is at work in {word_for_shell(folder)}")
        return
    journal = stop(folder)
    if journal and journal.step == "stopped":
        click.echo("It has stopped; what is rendered is kept, and the next run goes on from there")
    else:
        click.echo(
            f"It has ended before it could be stopped: {journal.step if journal else 'dead'}"
        )


if __name__ == "__main__":
    main(prog_name="run_all.sh")
