"""Levels as CSV, for other programs."""

import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from manim_drumkit.atomic import atomic_path
from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.chunk import Levels


def write_csv(path: Path, levels: Levels, *, stems: Sequence[str], fps: Fraction) -> None:
    """Write the levels as CSV: a row per frame with its number, its second and all levels.

    Args:
        path: the file to write, whole or not at all.
        levels: ``float32[frames, stems]``, 0 to 1.
        stems: the names of the stems, for the first row.
        fps: frames per second.

    Raises:
        PlanError: the file cannot be written.
    """
    try:
        with atomic_path(path) as part, part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["frame", "seconds", *stems])
            for frame, row in enumerate(levels):
                writer.writerow([frame, f"{float(frame / fps):.6f}", *(f"{x:.6f}" for x in row)])
    except OSError as error:
        raise PlanError(f"{path} cannot be written ({error.strerror}); name another") from error
