"""The trial: a plan in a folder of its own, some of whose frames are drawn before a run."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy.typing as npt

from manim_drumkit.run.worker import worker_environment
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.film_levels import write_music
from manim_drumkit.workspace.layout import BACKGROUND_NAME, PLAN_NAME, log_path
from manim_drumkit.workspace.plan import Plan


@dataclass(frozen=True)
class Trial:
    """A film of which some frames are to be drawn."""

    plan: Plan
    """The film; its chunks do not matter."""
    levels: Levels
    """Those of the film, ``float32[frames, stems]``."""
    hits: npt.NDArray[Any]
    """Those of the film."""
    scene_file: Path
    background: bytes = b""
    """The image behind the film, in PNG; empty without one."""

    def write(self, folder: Path, borders: Sequence[int]) -> None:
        """Write all that manim needs to draw the film, cut at these frames.

        Args:
            folder: an empty one.
            borders: the frames with which chunks begin, and the film's length.
        """
        if self.background:
            (folder / BACKGROUND_NAME).write_bytes(self.background)
        music = write_music(folder, self.levels, self.hits, borders)
        replace(self.plan, **music._asdict()).save(folder / PLAN_NAME)
        log_path(folder, 0).parent.mkdir()


def start_manim(command: Sequence[str], *, output: Any) -> "subprocess.Popen[bytes]":
    """Start a manim in the environment of those of a run, which ends with this process.

    Args:
        command: its whole command line.
        output: the file that it prints to.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=worker_environment({}),
    )
