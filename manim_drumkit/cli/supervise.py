"""Supervise a run from its beginning to its end: lock, display, film, and the phase it ends in.

And the options that are the same wherever its chunks are rendered.
"""

import os
import shutil
import sys
from collections.abc import Callable, Sequence

import click
import cloup

from manim_drumkit.cli.run_display import LastingConsole, shown
from manim_drumkit.cli.signals import Signalled
from manim_drumkit.cli.types import Finite
from manim_drumkit.errors import FilmError
from manim_drumkit.run.control import begin
from manim_drumkit.run.film import FilmReceipt
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.runner import ChunkPool, Runner, run_film
from manim_drumkit.text import printable
from manim_drumkit.timing import clock
from manim_drumkit.workspace.protocol import STOPPED_STATUS
from manim_drumkit.workspace.state import set_phase

ONLY = cloup.option(
    "--only",
    metavar="3,7-9",
    help="Render these chunks; make the film if no other is missing.",
)
TIMEOUT = cloup.option(
    "--timeout",
    type=Finite(min=0),
    default=600.0,
    show_default=True,
    metavar="S",
    help="Give up on a chunk that draws no frame for this long; 0 for never.",
)
KEEP_GOING = cloup.option(
    "--keep-going/--fail-fast",
    default=True,
    show_default=True,
    help="Render the other chunks when one has failed, or stop.",
)


def supervise(
    run: RunFolder,
    chosen: Sequence[int],
    join: Sequence[str],
    make_pool: Callable[[Callable[[str], None], int], ChunkPool],
) -> None:
    """Render what is missing of the chosen chunks, join the film, and say what came of it.

    Exits with the status of a signal that stops it.

    Args:
        run: the folder of the plan.
        chosen: the chunks to render, and no other.
        join: the command line of ffmpeg that joins the segments.
        make_pool: returns what renders; it is given a function that tells the user a line, and
            the descriptor of the lock.

    Raises:
        DrumkitError: something failed; what is rendered is kept.
    """
    console = LastingConsole(stderr=True)
    if shutil.which("ffmpeg") is None:
        raise FilmError(
            "ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)"
        )
    folder = run.folder
    lock = begin(folder)
    try:
        with shown(console, run, chosen) as show:
            pool = make_pool(console.say, lock)
            runner = Runner(run, pool, process=os.getpid(), show=show)
            film = run_film(run, runner, chosen, join, say=console.say)
    except KeyboardInterrupt as error:
        set_phase(folder, "stopped")
        console.say("Stopped. Run it again to resume.")
        sys.exit(error.status if isinstance(error, Signalled) else STOPPED_STATUS)
    except BaseException:
        set_phase(folder, "failed")
        raise
    set_phase(folder, "done" if film else "partly done")
    if film:
        LastingConsole().say(_described(run, film))


def _described(run: RunFolder, receipt: FilmReceipt) -> str:
    film, video = run.plan.film, receipt.video
    return (
        f"{printable(click.format_filename(run.folder / video.file))}: "
        f"{clock(float(run.plan.seconds))}, {film.total_frames} frames of "
        f"{receipt.width}x{receipt.height} at {float(film.fps):.5g} fps, {video.size / 1e6:.1f} MB"
    )
