"""Stills: single frames of a film, drawn and encoded exactly as the film will be."""

import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import SceneError
from manim_drumkit.run.logs import log_tail
from manim_drumkit.run.trial import Trial, start_manim
from manim_drumkit.workspace.layout import (
    chunk_name,
    log_path,
    segment_folder,
)
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.protocol import (
    PLACEHOLDER,
    manim_command,
)
from manim_drumkit.workspace.receipt import has_receipt

Picture: TypeAlias = npt.NDArray[np.uint8]
"""``uint8[height, width, 3 or 4]``: red, green and blue, and alpha if the film has it."""


def draw_stills(trial: Trial, frames: Iterable[int], *, jobs: int) -> dict[int, Picture]:
    """Draw some frames of a film, each as a chunk of its own; nothing is left behind.

    Args:
        trial: the film.
        frames: the numbers of the frames.
        jobs: how many manims draw in parallel.

    Raises:
        SceneError: the scene cannot be drawn; the message has the end of manim's log.
    """
    plan, wanted = trial.plan, sorted(set(frames))
    borders = sorted({0, len(trial.levels)} | {k + end for k in wanted for end in (0, 1)})
    numbers = {frame: borders.index(frame) for frame in wanted}
    with tempfile.TemporaryDirectory(prefix="drumkit-stills-") as temporary:
        folder = Path(temporary)
        trial.write(folder, borders)
        command = manim_command(trial.scene_file, plan.scene, plan.manim_options)
        shares = [list(numbers.values())[i::jobs] for i in range(min(jobs, len(numbers)))]
        processes = [_start(folder, share, command) for share in shares]
        try:
            for process in processes:
                process.wait()
        finally:
            for process in processes:
                process.kill()
                process.wait()
        return {frame: _picture(folder, number, plan) for frame, number in numbers.items()}


def _start(
    folder: Path, numbers: Sequence[int], command: Sequence[str]
) -> "subprocess.Popen[bytes]":
    chunks = [f"--chunk-file={folder / chunk_name(number)}" for number in numbers]
    segment, log = segment_folder(folder, PLACEHOLDER), log_path(folder, PLACEHOLDER)
    words = [*chunks, f"--segment-dir={segment}", f"--log-file={log}"]
    return start_manim([*command, *words], output=subprocess.DEVNULL)


def _picture(folder: Path, number: int, plan: Plan) -> Picture:
    """Decode the only frame of a segment."""
    video = segment_folder(folder, number) / plan.film_name
    if not has_receipt(video.parent):
        raise SceneError(f"the scene cannot be drawn: as its log says\n{log_tail(folder, number)}")
    with av.open(str(video)) as container:
        frame = next(container.decode(video=0))
        layout = "rgba" if plan.transparent else "rgb24"
        return np.asarray(frame.to_ndarray(format=layout), np.uint8)
