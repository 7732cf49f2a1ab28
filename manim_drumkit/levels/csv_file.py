"""Levels and hits as CSV, for other programs."""

import csv
import errno
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from manim_drumkit.atomic import atomic_path
from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.film_levels import SAME_TIME


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
    rows = (
        [frame, f"{float(frame / fps):.6f}", *(f"{x:.6f}" for x in row)]
        for frame, row in enumerate(levels)
    )
    _write(path, ["frame", "seconds", *stems], rows)


def write_hits_csv(
    path: Path, hits: npt.NDArray[Any], *, stems: Sequence[str], fps: Fraction
) -> Path:
    """Write the hits as CSV, beside the levels: a row per hit with frame, second, stem, strength.

    Args:
        path: the file of the levels; for ``levels.csv``, this one is ``levels.hits.csv``.
        hits: by time; see :data:`~manim_drumkit.workspace.film_levels.HIT`.
        stems: the names of the stems.
        fps: frames per second.

    Returns:
        The file that was written.

    Raises:
        PlanError: the file cannot be written.
    """
    beside = path.with_suffix(".hits.csv")
    frames = np.floor(hits["time"] * float(fps) + SAME_TIME).astype(np.int64)
    rows = (
        [frame, f"{hit['time']:.6f}", stems[hit["stem"]], f"{hit['strength']:.6f}"]
        for frame, hit in zip(frames.tolist(), hits, strict=True)
    )
    _write(beside, ["frame", "seconds", "stem", "strength"], rows)
    return beside


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    try:
        if path.exists() and not path.is_file():  # a device would be replaced
            raise OSError(errno.EINVAL, "it is not a regular file")
        with atomic_path(path) as part, part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        raise PlanError(f"{path} cannot be written ({error.strerror}); name another") from error
