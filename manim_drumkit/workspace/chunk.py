"""Chunks: slices of the levels, each the input of one segment."""

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tokenize import TokenError
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.atomic import open_regular, sha256
from manim_drumkit.errors import ChunkError
from manim_drumkit.palette import default_color
from manim_drumkit.workspace.layout import BACKGROUND_NAME, PLAN_NAME, chunk_name
from manim_drumkit.workspace.plan import Film, Plan

Levels: TypeAlias = npt.NDArray[np.float32]
"""``float32[frames, stems]``, 0 to 1, or a column of it."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """The levels of some frames, and where these frames stand in the film."""

    levels: Levels
    """``float32[frame_count, stems]``, 0 to 1."""
    film: Film
    """What is the same in every chunk."""
    start_frame: int
    """The number, in the film, of the chunk's first frame."""
    folder: Path | None = None
    """The folder of the plan; ``None`` without one."""

    @property
    def stems(self) -> tuple[str, ...]:
        """The names of the stems, in the order of the columns."""
        return self.film.stems

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands under the stems: readable names, unless the user chose others."""
        return self.film.labels

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the stems are: ``kick``, ``snare`` and so on, ``other`` if nobody knows."""
        return self.film.kinds

    @property
    def colors(self) -> tuple[str, ...]:
        """The colours of the stems, as ``#RRGGBB``."""
        return self.film.colors

    @property
    def fps(self) -> Fraction:
        """Frames per second."""
        return self.film.fps

    @property
    def total_frames(self) -> int:
        """The number of frames in the film."""
        return self.film.total_frames

    @property
    def intro_seconds(self) -> float:
        """How long the film's opening takes, for scenes that have one."""
        return self.film.intro_seconds

    @property
    def frame_count(self) -> int:
        """The number of frames in this chunk."""
        return len(self.levels)

    @property
    def first(self) -> bool:
        """Whether the film begins with this chunk."""
        return self.start_frame == 0

    @property
    def last(self) -> bool:
        """Whether the film ends with this chunk."""
        return self.start_frame + self.frame_count == self.total_frames

    @property
    def background(self) -> Path | None:
        """The image behind the film; ``None`` without one.

        Raises:
            ChunkError: it is missing, or not the one that the plan describes.
        """
        if self.folder is None or not self.film.background_sha256:
            return None
        path = self.folder / BACKGROUND_NAME
        try:
            same = sha256(path) == self.film.background_sha256
        except OSError:
            same = False
        if not same:
            raise ChunkError(
                f"{path} is not the one that {self.folder / PLAN_NAME} describes; "
                "run drumkit-split again"
            )
        return path

    @property
    def digest(self) -> str:
        """A digest of all that a scene can learn from this chunk: equal digests, equal pictures."""
        return self.film.chunk_digest(self.start_frame, levels_digest(self.levels))

    @classmethod
    def load(cls, path: str | Path, *, fps: Fraction = Fraction(60)) -> "Chunk":
        """Read a chunk, and from the ``plan.json`` beside it where it belongs.

        A file of levels without a plan is a film of its own, at ``fps``, with stems
        named ``1``, ``2``, and so on.

        Raises:
            ChunkError: the file is missing, is not ``float32[frames, stems]`` from 0 to 1,
                or is not the one that the plan describes.
            PlanError: the plan beside it cannot be read.
        """
        path = Path(path)
        plan_path = path.parent / PLAN_NAME
        if plan_path.exists():
            plan = Plan.load(plan_path)
            return cls.of(plan, plan.number_of(path), path.parent)
        levels = _read_levels(path)
        count = levels.shape[1]
        names = tuple(str(i + 1) for i in range(count))
        colors = tuple(default_color(i, count) for i in range(count))
        kinds = ("other",) * count
        return cls(levels, Film(names, names, kinds, colors, fps, len(levels)), 0)

    @classmethod
    def of(cls, plan: Plan, number: int, folder: Path) -> "Chunk":
        """Read a chunk of a plan that is read already.

        Raises:
            ChunkError: as with :meth:`load`.
        """
        path = folder / chunk_name(number)
        levels, place = _read_levels(path), plan.chunks[number]
        if levels_digest(levels) != place.sha256 or levels.shape[1] != len(plan.film.stems):
            raise ChunkError(
                f"{path} is not the chunk that {folder / PLAN_NAME} describes; "
                "run drumkit-split again"
            )
        return cls(levels, plan.film, place.start_frame, folder)


def levels_digest(levels: Levels) -> str:
    """Return a digest of levels: the SHA-256 of their shape and numbers."""
    header = ",".join(map(str, levels.shape)).encode()
    return hashlib.sha256(header + levels.tobytes()).hexdigest()


def _read_levels(path: Path) -> Levels:
    try:
        with open_regular(path) as file:
            levels = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError:
        raise ChunkError(f"{path} does not exist; write it with drumkit-split") from None
    except (OSError, ValueError, EOFError, SyntaxError, TokenError, MemoryError) as error:
        raise ChunkError(
            f"{path} is not a file of levels (a plain NumPy array, without pickled objects); "
            "write it with drumkit-split"
        ) from error
    problem = _problem(levels)
    if problem:
        raise ChunkError(
            f"{path} {problem}; a chunk is float32[frames, stems] from 0 to 1: "
            "write it with drumkit-split"
        )
    return np.ascontiguousarray(levels)


def _problem(levels: npt.NDArray[Any]) -> str | None:
    """Return what keeps an array from being levels, or ``None``."""
    if levels.ndim != 2 or 0 in levels.shape:
        return f"has the shape {levels.shape}"
    if levels.dtype != np.float32:
        return f"holds {levels.dtype}"
    if not np.isfinite(levels).all():
        return "holds values that are not finite"
    if levels.min() < 0 or levels.max() > 1:
        return f"holds values from {levels.min():g} to {levels.max():g}"
    return None
