"""The plan: everything that the render needs to know, in one file beside the chunks."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import msgspec

from manim_drumkit.atomic import read_regular, write_atomic
from manim_drumkit.errors import ChunkError, PlanError
from manim_drumkit.workspace.layout import PLAN_NAME, film_names

VERSION = 4
MOST_FRAMES = 10**9
"""More than that is no film, but a mistake; months at 60 fps."""

FrameNumber: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MOST_FRAMES)]
FrameCount: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=MOST_FRAMES)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=MOST_FRAMES)]
Option: TypeAlias = str | bool | int | float
HexColor: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9A-F]{6}\Z")]


@dataclass(frozen=True)
class Film:
    """What a scene can know of the whole film; the same in every chunk."""

    stems: tuple[str, ...]
    """The names of the stems, in the order of the columns."""
    labels: tuple[str, ...]
    """What stands under the stems: readable names, unless the user chose others."""
    kinds: tuple[str, ...]
    """What the stems are: ``kick``, ``snare`` and so on, ``other`` if nobody knows."""
    colors: tuple[HexColor, ...]
    """The colours of the stems, as ``#RRGGBB``."""
    fps: Fraction
    """Frames per second."""
    total_frames: FrameCount
    """The number of frames in the film."""
    intro_seconds: Seconds = 0.0
    """How long the film's opening takes, for scenes that have one."""
    options: Mapping[str, Option] = field(default_factory=dict)
    """What ``--set`` and ``[scene]`` say to the scene."""
    background_sha256: str = ""
    """The checksum of the image behind the film; empty without one."""

    def __post_init__(self) -> None:
        if self.fps <= 0 or not self.stems:
            raise ValueError("it has no frame rate or no stems")
        if not len(self.stems) == len(self.labels) == len(self.kinds) == len(self.colors):
            raise ValueError("not every stem has a label, a kind and a colour")

    def chunk_digest(self, start_frame: int, levels_sha256: str) -> str:
        """Return a digest of all that a scene can learn from a chunk: if equal, so are pictures.

        Args:
            start_frame: the number of the chunk's first frame in the film.
            levels_sha256: see :func:`manim_drumkit.workspace.chunk.levels_digest`.
        """
        place = (str(self.fps), start_frame, self.total_frames, self.intro_seconds)
        options = (sorted(self.options.items()), self.background_sha256)
        stems = (self.stems, self.labels, self.kinds, self.colors)
        header = json.dumps([stems, place, options])
        return hashlib.sha256(header.encode() + levels_sha256.encode()).hexdigest()


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk stands in the film, and what is in it."""

    start_frame: FrameNumber
    frame_count: FrameCount
    sha256: str
    """The digest of its levels, see :func:`manim_drumkit.workspace.chunk.levels_digest`."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to render and how; chunk ``i`` is the file ``i.npy`` beside the plan."""

    film: Film
    scene_file: str
    """Absolute, or relative to the plan's folder."""
    scene: str
    """The name of the scene's class, and of the film."""
    transparent: bool = False
    """Whether the film has an alpha channel: ProRes 4444 in a QuickTime file."""
    manim_options: tuple[str, ...]
    settings: Mapping[str, str]
    """Manim's settings with these options, see :func:`manim_drumkit.segment.recipe.settings_of`."""
    chunks: tuple[ChunkPlace, ...]
    levels_sha256: str
    """The digest of ``levels.npy``, see :func:`manim_drumkit.workspace.chunk.levels_digest`."""
    hits_sha256: str
    """The digest of ``hits.npy``."""
    mix_sha256: str = ""
    """The checksum of ``mix.wav``; empty for a silent film."""
    version: int = VERSION

    def __post_init__(self) -> None:
        if not self.scene.isidentifier():
            raise ValueError(f"{self.scene!r} is not the name of a class")
        start = 0
        for chunk in self.chunks:
            if chunk.start_frame != start:
                raise ValueError(f"frame {start} is not where a chunk begins")
            start += chunk.frame_count
        if start != self.film.total_frames:
            raise ValueError(f"its chunks have {start} frames, its film {self.film.total_frames}")

    @property
    def audio(self) -> bool:
        """Whether the film has the sound of ``mix.wav``."""
        return bool(self.mix_sha256)

    @property
    def seconds(self) -> Fraction:
        """The length of the film."""
        return self.film.total_frames / self.film.fps

    @property
    def film_name(self) -> str:
        """The film's file name."""
        return film_names(self.scene)[self.transparent]

    @property
    def film_digest(self) -> str:
        """A digest of all that a scene can learn from the levels and hits of the whole film."""
        return hashlib.sha256(f"{self.levels_sha256} {self.hits_sha256}".encode()).hexdigest()

    def digest_of(self, number: int) -> str:
        """Return the digest of all that a scene can learn from a chunk."""
        place = self.chunks[number]
        return self.film.chunk_digest(place.start_frame, place.sha256)

    def number_of(self, path: Path) -> int:
        """Return the number of the chunk in a file.

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
        content = msgspec.json.encode(self, enc_hook=str)  # a Fraction as 30000/1001
        write_atomic(path, msgspec.json.format(content, indent=1) + b"\n")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Read a plan and check it.

        Raises:
            PlanError: there is none, it is of another version, or it contradicts itself.
        """
        try:
            content = read_regular(path)
            version = msgspec.json.decode(content, type=_Versioned).version
        except FileNotFoundError:
            raise PlanError(f"{path} does not exist; write it with drumkit-split") from None
        except OSError as error:
            raise PlanError(
                f"{path} cannot be read ({error.strerror}); run drumkit-split again"
            ) from error
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise PlanError(f"{path} cannot be read as a plan; run drumkit-split again") from error
        if version != VERSION:
            raise PlanError(
                f"{path} is of version {version}, this manim-drumkit reads version {VERSION}; "
                "run drumkit-split again"
            )
        try:
            return msgspec.json.decode(content, type=cls, dec_hook=_fraction)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise PlanError(f"{path} is damaged ({error}); run drumkit-split again") from error


@dataclass(frozen=True)
class _Versioned:
    """What can be read of a plan of any version."""

    version: Any = None


def _fraction(kind: type, value: Any) -> Fraction:
    rate = msgspec.convert(value, Annotated[str, msgspec.Meta(pattern=r"\A\d{1,9}(/\d{1,9})?\Z")])
    try:
        return Fraction(rate)
    except ZeroDivisionError:
        raise ValueError(f"{rate!r} is not a frame rate") from None
