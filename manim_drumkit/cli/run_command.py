"""The command that is ``run_all.sh``: supervise a run, detach it, or stop it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.signals import Signalled
from manim_drumkit.cli.supervise import KEEP_GOING, ONLY, TIMEOUT, supervise
from manim_drumkit.cli.types import Whole, word_for_shell
from manim_drumkit.errors import RunError
from manim_drumkit.run.chunk_ranges import parse_chunk_ranges
from manim_drumkit.run.commands import Commands
from manim_drumkit.run.control import detach, stop
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.forking import ForkServer
from manim_drumkit.run.pool import Pool, RunOptions
from manim_drumkit.text import printable
from manim_drumkit.workspace.layout import LOCK_NAME, SCRIPT_NAME, run_log_path
from manim_drumkit.workspace.lock import is_held

SUPERVISOR = "manim_drumkit.cli.run"


@cloup.command(epilog="Example: ./tmp/run_all.sh --detach && drumkit-status tmp --watch")
@cloup.argument("folder", type=cloup.Path(path_type=Path), metavar="")
@cloup.option_group(
    "Rendering",
    cloup.option(
        "--jobs",
        envvar="JOBS",
        type=Whole(1, 9999),
        metavar="N",
        default=1,
        show_envvar=True,
        help="Manim processes in parallel.  [default: as drumkit-split --jobs]",
    ),
    ONLY,
    cloup.option(
        "--retries",
        envvar="RETRIES",
        type=Whole(0, 99),
        default=1,
        show_default=True,
        show_envvar=True,
        metavar="N",
        help="Retries per failed chunk.",
    ),
    TIMEOUT,
    KEEP_GOING,
)
@cloup.option_group(
    "Instead",
    cloup.option("--detach", is_flag=True, help="Render in the background, also when you log out."),
    cloup.option("--stop", "is_stop", is_flag=True, help="Stop the run; start it again to resume."),
    cloup.option("--print-commands", is_flag=True, hidden=True),
)
@cloup.pass_obj
@reported
def main(
    begun: tuple[Commands, ForkServer | None], folder: Path, jobs: int, only: str | None,
    retries: int, timeout: float, keep_going: bool, detach: bool, is_stop: bool,
    print_commands: bool,
) -> None:  # fmt: skip
    """Render the chunks that are not done, join all segments, and check the film.

    Run it again at any time: it renders only what is missing, broken or out of date.
    """
    commands, server = begun
    if print_commands:  # for drumkit-farm, which renders with these commands elsewhere
        click.echo(json.dumps({**asdict(commands), "project": str(Path.cwd())}))
        return
    if is_stop:
        _stop(folder)
        return
    if detach:
        _detach(folder)
        return
    try:
        run = RunFolder.open(folder, commands.manim)
        chosen = run.numbers if only is None else parse_chunk_ranges(only, len(run.numbers))
        options = RunOptions(jobs, retries, timeout, fail_fast=not keep_going)
        supervise(
            run, chosen, commands.ffmpeg, lambda say, lock: Pool(run, options, say, lock, server)
        )
    except Signalled as signal:  # before it had begun
        sys.exit(signal.status)


def _detach(folder: Path) -> None:
    words = [word for word in sys.argv[1:] if word != "--detach"]
    run = detach(folder, [sys.executable, "-P", "-m", SUPERVISOR, *words])
    script = folder / SCRIPT_NAME
    with lasting_output():
        if run.status is not None:
            click.echo(printable(run.output), err=run.status != 0)
        else:
            click.echo(f"It runs in the background, also when you log out (process {run.process}).")
            click.echo(f"To watch it: drumkit-status {word_for_shell(folder)} --watch")
            click.echo(f"To stop it:  {word_for_shell(script)} --stop")
            click.echo(f"Its output:  {word_for_shell(run_log_path(folder))}")
    sys.exit(run.status or 0)


def _stop(folder: Path) -> None:
    held = is_held(folder)
    if held is None:
        raise RunError(
            f"{folder / LOCK_NAME} cannot be read, so nobody can tell whether a run is at work; "
            "ask the user who started it"
        )
    state = stop(folder) if held else None
    if not held:
        text = f"No run is at work in {word_for_shell(folder)}"
    elif state and state.phase == "stopped":
        text = "Stopped; what is rendered is kept, and the next run resumes"
    else:
        text = f"It ended before it could be stopped: {state.phase if state else 'dead'}"
    with lasting_output():
        click.echo(text)
