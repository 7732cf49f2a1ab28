"""The first step of ``run_all.sh``: all must be here, and no other run at work."""

import os
import shutil
from pathlib import Path
from typing import Any

import cloup

from manim_drumkit.cli.errors import reported
from manim_drumkit.cli.options import hidden_folder, options_of_a_run
from manim_drumkit.errors import FilmError
from manim_drumkit.run.chunk_ranges import parse_selection
from manim_drumkit.run.control import SCRIPT_VARIABLE, begin
from manim_drumkit.workspace.layout import SCRIPT_NAME
from manim_drumkit.workspace.lock import LOCK_DESCRIPTOR
from manim_drumkit.workspace.plan import PLAN_NAME, Plan


@cloup.command(epilog="Example: ./tmp/run_all.sh --detach && drumkit-status tmp --watch")
@hidden_folder
@options_of_a_run
@cloup.option_group(
    "Instead",
    cloup.option("--detach", is_flag=True, help="Render in the background, also when you log out."),
    cloup.option("--stop", is_flag=True, help="End the run that is at work; it can go on later."),
)
@reported
def main(folder: Path, only: str | None, **options: Any) -> None:
    """Render the chunks that are not done, join all segments, and check the film.

    Run it again at any time: it goes on from where it was.
    """
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    plan = Plan.load(folder / PLAN_NAME)
    if only is not None:
        parse_selection(only, len(plan.chunks))
    begin(folder, plan, LOCK_DESCRIPTOR, process=int(os.environ[SCRIPT_VARIABLE]))


if __name__ == "__main__":
    main(prog_name=SCRIPT_NAME)
