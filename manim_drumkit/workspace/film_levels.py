"""The levels and hits of the whole film, for scenes that look beyond the frame being drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.atomic import open_regular
from manim_drumkit.errors import ChunkError
from manim_drumkit.workspace.chunk import Chunk, Levels, levels_digest
from manim_drumkit.workspace.layout import HITS_NAME, LEVELS_NAME, PLAN_NAME, chunk_name
from manim_drumkit.workspace.plan import ChunkPlace, Plan

HIT = np.dtype([("time", "<f8"), ("stem", "<u2"), ("strength", "<f4")])
"""A hit: its time in seconds from the start of the film, the number of its stem, and its strength
from 0 to 1."""

Floats: TypeAlias = npt.NDArray[np.float64]

BLOCK_FRAMES = 4096
"""Levels are summed up in blocks of so many frames, so that a sum does not depend on where the
chunk begins."""
SAME_TIME = 1e-6
"""A hit that is so little of a frame before the next one is in that."""


class Hits(NamedTuple):
    """The hits of one stem, in their order."""

    time: Floats
    """``float64[hits]``, in seconds from the start of the film."""
    strength: npt.NDArray[np.float32]
    """``float32[hits]``, 0 to 1."""


@dataclass(eq=False)
class FilmLevels:
    """The levels and hits of the whole film.

    What it tells depends only on :attr:`frame`, and is the same in every chunk.
    """

    levels: Levels
    """``float32[total_frames, stems]``, 0 to 1; mapped from a file, not to be written to."""
    hits: Sequence[Hits]
    """The hits of every stem."""
    fps: Fraction
    """Frames per second."""
    digest: str | None = None
    """The digest of both, see :attr:`manim_drumkit.workspace.plan.Plan.film_digest`."""
    frame: int = 0
    """The number of the frame that is being drawn."""
    _hit_frames: list[npt.NDArray[np.int64]] = field(init=False)
    _sums: Floats | None = field(init=False, default=None)
    """``float64[blocks + 1, stems]``: the sums of all levels before each block."""

    def __post_init__(self) -> None:
        fps = float(self.fps)
        self._hit_frames = [
            np.floor(each.time * fps + SAME_TIME).astype(np.int64) for each in self.hits
        ]

    @property
    def summed(self) -> Floats:
        """The sum of all levels up to this frame, ``float64[stems]``, in level-seconds.

        A stem whose level is 1 for two seconds adds 2: what turns with its level has turned by so
        much.
        """
        if self._sums is None:
            starts = np.arange(0, len(self.levels), BLOCK_FRAMES)
            blocks = np.add.reduceat(self.levels, starts, axis=0, dtype=np.float64)
            self._sums = np.concatenate([np.zeros((1, blocks.shape[1])), np.cumsum(blocks, axis=0)])
        block, within = divmod(self.frame, BLOCK_FRAMES)
        start = block * BLOCK_FRAMES
        rest = self.levels[start : start + within + 1].sum(axis=0, dtype=np.float64)
        total: Floats = (self._sums[block] + rest) / float(self.fps)
        return total

    def held(self, seconds: float) -> Levels:
        """Return the highest levels of the last seconds, ``float32[stems]``: a peak-hold."""
        first = max(0, self.frame - max(0, round(seconds * self.fps)))
        highest: Levels = self.levels[first : self.frame + 1].max(axis=0)
        return highest

    @property
    def since_hit(self) -> Floats:
        """The seconds since the last hit of each stem, ``float64[stems]``.

        It is 0 in the frame of the hit, and infinite before the first one.
        """
        last = [self._last(stem) for stem in range(len(self.hits))]
        frames = [
            self.frame - each[i] if i >= 0 else np.inf
            for each, i in zip(self._hit_frames, last, strict=True)
        ]
        return np.array(frames) / float(self.fps)

    @property
    def hit_strength(self) -> Floats:
        """The strength of the last hit of each stem, ``float64[stems]``; 0 before the first one."""
        last = [self._last(stem) for stem in range(len(self.hits))]
        return np.array(
            [
                float(each.strength[i]) if i >= 0 else 0.0
                for each, i in zip(self.hits, last, strict=True)
            ]
        )

    def _last(self, stem: int) -> int:
        """Return the number of a stem's last hit up to this frame, -1 if there was none."""
        return int(np.searchsorted(self._hit_frames[stem], self.frame, side="right")) - 1

    @classmethod
    def around(cls, path: Path, chunk: Chunk) -> "FilmLevels":
        """Read the levels and hits of a chunk's film; without a plan, the chunk is the film.

        Args:
            path: the file of the chunk.
            chunk: what was read from it.

        Raises:
            ChunkError: a file is missing, or not the one that the plan describes.
            PlanError: the plan cannot be read.
        """
        if not (path.parent / PLAN_NAME).exists():
            nothing = Hits(np.zeros(0), np.zeros(0, np.float32))
            return cls(chunk.levels, [nothing] * len(chunk.stems), chunk.fps)
        plan = Plan.load(path.parent / PLAN_NAME)
        levels, hits = read_film_levels(path.parent, plan)
        stems = [hits[hits["stem"] == number] for number in range(len(chunk.stems))]
        each = [Hits(of_stem["time"], of_stem["strength"]) for of_stem in stems]
        return cls(levels, each, chunk.fps, plan.film_digest)


class Music(NamedTuple):
    """What a plan says of the files that hold its levels and hits."""

    chunks: tuple[ChunkPlace, ...]
    levels_sha256: str
    hits_sha256: str


def write_music(
    folder: Path, levels: Levels, hits: npt.NDArray[Any], borders: Sequence[int]
) -> Music:
    """Write the chunks, and the levels and hits of the whole film.

    Args:
        folder: the plan's.
        levels: of the film, ``float32[total_frames, stems]``.
        hits: of the film, see :data:`HIT`.
        borders: the frames with which chunks begin, and the film's length.
    """
    np.save(folder / LEVELS_NAME, levels, allow_pickle=False)
    np.save(folder / HITS_NAME, hits, allow_pickle=False)
    chunks = []
    for number, (first, stop) in enumerate(pairwise(borders)):
        part = levels[first:stop]
        np.save(folder / chunk_name(number), part, allow_pickle=False)
        chunks.append(ChunkPlace(first, len(part), levels_digest(part)))
    return Music(tuple(chunks), levels_digest(levels), _hits_digest(hits))


def read_film_levels(folder: Path, plan: Plan) -> tuple[Levels, npt.NDArray[Any]]:
    """Read the levels, mapped into memory, and the hits of a plan's film.

    Raises:
        ChunkError: a file is missing, or not the one that the plan describes.
    """
    levels, hits = folder / LEVELS_NAME, folder / HITS_NAME
    return (
        _mapped(levels, _version(levels), plan.levels_sha256),
        _mapped(hits, _version(hits), plan.hits_sha256),
    )


def _hits_digest(hits: npt.NDArray[Any]) -> str:
    """Return a digest of hits: the SHA-256 of their numbers."""
    return hashlib.sha256(hits.tobytes()).hexdigest()


def _version(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is replaced.

    Raises:
        ChunkError: there is no such file.
    """
    try:
        with open_regular(path):
            status = path.stat()
    except OSError as error:
        raise ChunkError(
            f"{path} cannot be read ({error.strerror}); run drumkit-split again"
        ) from error
    return status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=2)
def _mapped(path: Path, version: tuple[int, ...], digest: str) -> npt.NDArray[Any]:
    """Map a file into memory and check it, once per process for all of its chunks."""
    try:
        values: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ChunkError(f"{path} is damaged; run drumkit-split again") from error
    found = _hits_digest(values) if values.dtype == HIT else levels_digest(values)
    if found != digest:
        raise ChunkError(
            f"{path} is not the one that {path.parent / PLAN_NAME} describes; "
            "run drumkit-split again"
        )
    return values
