"""The plan: everything that the render needs to know, in one file beside the chunks."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import write_whole
from manim_drumkit.errors import ChunkError, PlanError

PLAN_NAME = "plan.json"
VERSION = 2
MOST_FRAMES = 10**9
"""More than that is no film, but a mistake; months at 60 fps."""

STARTUP_SECONDS = 1.0
"""What it takes to start one manim process."""
STARTUP_SHARE = 0.05
"""How much of the work starting may be, while there are chunks enough for all jobs."""


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk stands in the film, and what is in it."""

    start_frame: int
    frame_count: int
    sha256: str
    """The digest of its levels, see :func:`manim_drumkit.chunk.levels_digest`."""


@dataclass(frozen=True)
class Plan:
    """What to render and how; chunk ``i`` is the file ``i.npy`` beside the plan."""

    scene_file: str
    """Absolute, or relative to the plan's folder."""
    scene: str
    """The name of the scene's class, and of the film."""
    manim_options: tuple[str, ...]
    fps: Fraction
    stems: tuple[str, ...]
    labels: tuple[str, ...]
    """What stands under the stems."""
    colors: tuple[str, ...]
    """The colours of the stems, as ``#RRGGBB``."""
    chunks: tuple[ChunkPlace, ...]
    audio: bool
    """Whether the film has the sound of ``mix.wav``."""
    mix_sha256: str
    """The checksum of ``mix.wav``; empty without sound."""
    intro_seconds: float
    """How long the film's opening takes, for scenes that have one."""

    @property
    def total_frames(self) -> int:
        """The number of frames in the film."""
        return self.chunks[-1].start_frame + self.chunks[-1].frame_count

    @property
    def seconds(self) -> Fraction:
        """The length of the film."""
        return self.total_frames / self.fps

    @property
    def film_name(self) -> str:
        """The film's file name."""
        return f"{self.scene}.mp4"

    def digest_of(self, number: int) -> str:
        """Name all that a scene can learn from a chunk: equal digests, equal pictures."""
        place = self.chunks[number]
        return chunk_digest(
            (self.stems, self.labels, self.colors),
            (str(self.fps), place.start_frame, self.total_frames, self.intro_seconds),
            place.sha256,
        )

    def number_of(self, path: Path) -> int:
        """Give the number of the chunk in a file.

        Raises:
            ChunkError: the file is not one of the plan's chunks.
        """
        if path.suffix != ".npy" or path.stem not in map(str, range(len(self.chunks))):
            last = len(self.chunks) - 1
            raise ChunkError(
                f"{path} is not one of the chunks 0.npy to {last}.npy of the {PLAN_NAME} beside it"
            )
        return int(path.stem)

    def save(self, path: Path) -> None:
        """Write the plan, whole or not at all."""
        content = {"version": VERSION} | asdict(self) | {"fps": str(self.fps)}
        write_whole(path, json.dumps(content, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Read a plan and check it.

        Raises:
            PlanError: there is none, it is of another version, or it contradicts itself.
        """
        try:
            content = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise PlanError(f"{path} does not exist; write it with drumkit-split") from None
        except (OSError, ValueError, RecursionError) as error:
            raise PlanError(f"{path} cannot be read as a plan; run drumkit-split again") from error
        version = content.get("version") if isinstance(content, dict) else None
        if version != VERSION:
            raise PlanError(
                f"{path} is of version {version}, this manim-drumkit reads version {VERSION}; "
                "run drumkit-split again"
            )
        try:
            return _parse(content)
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise PlanError(f"{path} is damaged ({error}); run drumkit-split again") from error


def chunk_borders(
    total_frames: int,
    *,
    jobs: int,
    fps: Fraction,
    chunk_seconds: float | None = None,
    frame_seconds: float = 0.08,
) -> list[int]:
    """Choose the frames at which chunks begin; the last entry is ``total_frames``.

    With ``chunk_seconds`` all chunks but the last have that length. Without, all are
    equally long to a frame, their number is a multiple of ``jobs``, and as large as it can
    be while starting manim stays under :data:`STARTUP_SHARE` of the work, given that a
    frame takes ``frame_seconds``. There are always enough for all jobs.

    Raises:
        PlanError: ``chunk_seconds`` is less than one frame.

    >>> chunk_borders(600, jobs=2, fps=Fraction(60))
    [0, 300, 600]
    >>> chunk_borders(150, jobs=2, fps=Fraction(60), chunk_seconds=1)
    [0, 60, 120, 150]
    """
    if chunk_seconds is None:
        worthwhile = STARTUP_SECONDS / STARTUP_SHARE / frame_seconds
        count = jobs * max(1, int(total_frames / worthwhile / jobs))
        count = min(count, total_frames)
        return [i * total_frames // count for i in range(count + 1)]
    step = round(Fraction(str(chunk_seconds)) * fps)
    if step < 1:
        raise PlanError(f"chunks of {chunk_seconds:g} s are shorter than one frame")
    return [*range(0, total_frames, step), total_frames]


def chunk_digest(
    stems: tuple[Sequence[str], ...], place: tuple[str, int, int, float], levels_sha256: str
) -> str:
    """Name a chunk by its stems, its place in the film and its levels."""
    header = json.dumps([stems, place])
    return hashlib.sha256(header.encode() + levels_sha256.encode()).hexdigest()


def _parse(content: dict[str, Any]) -> Plan:
    plan = Plan(
        scene_file=_text(content["scene_file"]),
        scene=_text(content["scene"]),
        manim_options=tuple(map(_text, content["manim_options"])),
        fps=_rate(content["fps"]),
        stems=tuple(map(_text, content["stems"])),
        labels=tuple(map(_text, content["labels"])),
        colors=tuple(map(_color, content["colors"])),
        chunks=tuple(
            ChunkPlace(_count(c["start_frame"]), _count(c["frame_count"]), _text(c["sha256"]))
            for c in content["chunks"]
        ),
        audio=content["audio"] is True,
        mix_sha256=_text(content["mix_sha256"]),
        intro_seconds=_seconds(content["intro_seconds"]),
    )
    if not plan.scene.isidentifier():
        raise ValueError(f"{plan.scene!r} is not the name of a class")
    if plan.fps <= 0 or not plan.stems or not plan.chunks:
        raise ValueError("it has no frame rate, no stems or no chunks")
    if not len(plan.stems) == len(plan.labels) == len(plan.colors):
        raise ValueError("not every stem has a label and a colour")
    start = 0
    for chunk in plan.chunks:
        if chunk.start_frame != start or chunk.frame_count < 1:
            raise ValueError(f"frame {start} is not where a chunk begins")
        start += chunk.frame_count
    return plan


def _color(value: object) -> str:
    if not re.fullmatch("#[0-9A-F]{6}", _text(value)):
        raise ValueError(f"{value!r} is not a colour")
    return _text(value)


def _rate(value: object) -> Fraction:
    if not re.fullmatch(r"\d{1,9}(/\d{1,9})?", _text(value)):
        raise ValueError(f"{value!r} is not a frame rate")
    return Fraction(_text(value))


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MOST_FRAMES:
        raise ValueError(f"{value!r} is not a number of frames")
    return value


def _seconds(value: object) -> float:
    if type(value) not in (int, float) or not 0 <= value <= MOST_FRAMES:  # type: ignore[operator]
        raise ValueError(f"{value!r} is not a number of seconds")
    return float(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value
