"""The first step of ``run_all.sh``: all must be here, and no other run at work."""

import os
import shutil
from pathlib import Path
from typing import Any

import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder, options_of_a_run
from manim_drumkit.control import begin
from manim_drumkit.errors import FilmError
from manim_drumkit.lock import LOCK_DESCRIPTOR
from manim_drumkit.workspace import SCRIPT_NAME


@cloup.command(epilog="Example: ./tmp/run_all.sh --detach && drumkit-status tmp --watch")
@hidden_folder
@options_of_a_run
@cloup.option_group(
    "Instead",
    cloup.option(
        "--detach", is_flag=True, help="Render in the background, and run on when you log out."
    ),
    cloup.option("--stop", is_flag=True, help="End the run that is at work; it can go on later."),
)
@cloup.option("--sound/--no-sound", hidden=True, help="Whether the film has sound.")
@reported
def main(folder: Path, sound: bool, **options: Any) -> None:
    """Render the chunks that are not done, join all segments, and check the film.

    Run it again at any time: it goes on from where it was.
    """
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    begin(folder, LOCK_DESCRIPTOR, process=os.getppid(), sound=sound)


if __name__ == "__main__":
    main(prog_name=SCRIPT_NAME)
