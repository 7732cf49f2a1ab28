"""The words that the processes of a run agree on: variables, arguments, exit statuses."""

import sys
from collections.abc import Sequence
from pathlib import Path

SUPERVISOR_VARIABLE = "MANIM_DRUMKIT_SUPERVISOR"
"""The environment variable with the process that a manim must not outlive."""
LOCK_VARIABLE = "MANIM_DRUMKIT_LOCK"
"""The environment variable with the file descriptor of the lock that a manim inherits."""
COMMAND_VARIABLE = "MANIM_DRUMKIT_COMMAND"
"""The environment variable with the digest of the command line that a run starts manims with."""
END_ON_FAILURE_VARIABLE = "MANIM_DRUMKIT_END_ON_FAILURE"
"""The environment variable that lets a manim end after a chunk that failed, not go on."""

ONE_THREAD = dict.fromkeys(
    (
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)
"""Environment variables of every manim: each would start threads for all cores of the machine."""
SELDOM = 100_000, 20, 100
"""How many objects are made before the collector looks for rings among them; 700 by default, which
takes a twentieth of the time that a frame takes to draw, and 0.3 s of the imports of a split."""

PLACEHOLDER = "{}"
"""Stands for the name of the chunk, its file's without ``.npy``, in options of manim."""
FROM_STDIN = "-"
"""Stands for the chunk files that standard input names, each ended by a zero byte."""

READY = b"ready"
"""What the fork server says when it has imported manim."""
MOST_DESCRIPTORS = 3
"""How many file descriptors the fork server is given for a process: input, output, the lock."""

NOTE = "Note: "
"""How the lines of a chunk's log begin that its user should see though nothing failed."""

ORPHAN_STATUS = 75
"""The exit status of a manim whose supervisor is gone; nobody reads it. ``EX_TEMPFAIL``."""
STOPPED_STATUS = 143
"""The exit status of a run that ``--stop`` ended: as after SIGTERM, in a shell."""

OPTIONS_OF_A_RUN = tuple(
    "--silent --disable_caching --progress_bar none --format mp4 --encoder-queue-size 2".split()
)
"""What every manim of a run is given, before the plan's own options."""


def manim_command(
    scene_file: Path | str, scene: str, options: Sequence[str], *, python: str = sys.executable
) -> list[str]:
    """Return the command line that renders a scene; the options of the chunks are added to it.

    No folder of the user's comes before the installed packages (``-P``), and nothing is written
    beside a scene (``-B``).
    """
    manim = [python, "-B", "-P", "-m", "manim", "--hide-splash", "render"]
    return [*manim, str(scene_file), scene, *OPTIONS_OF_A_RUN, *options]
