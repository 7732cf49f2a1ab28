"""A step of ``run_all.sh`` that runs a program of others, which ends when the run is to end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import click
import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.run.control import SCRIPT_VARIABLE, STOPPED, run_is_to_end
from manim_drumkit.workspace.lock import LOCK_DESCRIPTOR

LOOK_INTERVAL_S = 0.05
STOP_SECONDS = 5.0


@cloup.command(context_settings={"ignore_unknown_options": True})
@hidden_folder
@cloup.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@reported
def main(folder: Path, command: tuple[str, ...]) -> None:
    """Run a command, and end it when the script has died or the run is asked to stop."""
    stop_on_signals()
    script = int(os.environ[SCRIPT_VARIABLE])
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(LOCK_DESCRIPTOR,))
    try:
        while process.poll() is None and not run_is_to_end(folder, script):
            time.sleep(LOOK_INTERVAL_S)
    except KeyboardInterrupt:
        pass
    sys.exit(_ended(process))


def _ended(process: "subprocess.Popen[bytes]") -> int:
    if process.returncode is not None:
        return process.returncode
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return STOPPED


if __name__ == "__main__":
    main(prog_name="run_all.sh")
