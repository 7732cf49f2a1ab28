"""Stills: single frames of a film, drawn and encoded exactly as the film will be."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
import numpy.typing as npt

from manim_drumkit.errors import SceneError
from manim_drumkit.run.logs import log_tail
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.film_levels import write_music
from manim_drumkit.workspace.layout import (
    BACKGROUND_NAME,
    PLAN_NAME,
    chunk_name,
    log_path,
    segment_folder,
)
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.protocol import (
    ONE_THREAD,
    PLACEHOLDER,
    SUPERVISOR_VARIABLE,
    manim_command,
)
from manim_drumkit.workspace.receipt import has_receipt

Picture: TypeAlias = npt.NDArray[np.uint8]
"""``uint8[height, width, 3 or 4]``: red, green and blue, and alpha if the film has it."""


def draw_stills(
    plan: Plan,
    levels: Levels,
    hits: npt.NDArray[Any],
    scene_file: Path,
    frames: Iterable[int],
    *,
    jobs: int,
    background: bytes = b"",
) -> dict[int, Picture]:
    """Draw some frames of a film, each as a chunk of its own; nothing is left behind.

    Args:
        plan: the film; its chunks do not matter.
        levels: of the film, ``float32[frames, stems]``.
        hits: of the film.
        scene_file: the scene's file.
        frames: the numbers of the frames.
        jobs: how many manims draw in parallel.
        background: the image behind the film, in PNG; empty without one.

    Raises:
        SceneError: the scene cannot be drawn; the message has the end of manim's log.
    """
    wanted = sorted(set(frames))
    borders = sorted({0, len(levels)} | {k + end for k in wanted for end in (0, 1)})
    numbers = {frame: borders.index(frame) for frame in wanted}
    with tempfile.TemporaryDirectory(prefix="drumkit-stills-") as temporary:
        folder = Path(temporary)
        if background:
            (folder / BACKGROUND_NAME).write_bytes(background)
        music = write_music(folder, levels, hits, borders)
        replace(plan, **music._asdict()).save(folder / PLAN_NAME)
        log_path(folder, 0).parent.mkdir()
        command = manim_command(scene_file, plan.scene, plan.manim_options)
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
    return subprocess.Popen(
        [*command, *chunks, f"--segment-dir={segment}", f"--log-file={log}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **ONE_THREAD, SUPERVISOR_VARIABLE: str(os.getpid())},
    )


def _picture(folder: Path, number: int, plan: Plan) -> Picture:
    """Decode the only frame of a segment."""
    video = segment_folder(folder, number) / plan.film_name
    if not has_receipt(video.parent):
        raise SceneError(f"the scene cannot be drawn: as its log says\n{log_tail(folder, number)}")
    with av.open(str(video)) as container:
        frame = next(container.decode(video=0))
        layout = "rgba" if plan.transparent else "rgb24"
        return np.asarray(frame.to_ndarray(format=layout), np.uint8)
