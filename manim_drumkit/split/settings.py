"""The settings of a split: what the user may choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from manim_drumkit.split.scene_file import DEFAULT_SCENE

QUALITIES = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Manim's qualities: width and height in pixels, frames per second."""

PRESETS = tuple("ultrafast superfast veryfast faster fast medium slow slower veryslow".split())
"""What x264 calls its compromises, from the fastest to the smallest files."""


@dataclass(frozen=True)
class SplitSettings:
    """What the user may choose; the defaults are those of ``drumkit-split``."""

    out: Path = Path("tmp")
    """The folder to write the chunks and the script into."""
    scene: str = DEFAULT_SCENE
    """The scene, as ``FILE:CLASS``, as ``FILE``, or by its name."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the scene, as ``--set`` spells them, that go before those of the
    ``drumkit.toml``."""
    quality: str | None = None
    """Manim's quality: a key of :data:`QUALITIES`; ``None`` for the project's, or h."""
    aspect: str | None = None
    """The shape of the picture, as ``W:H``; ``None`` for the quality's."""
    transparent: bool = False
    """Whether the film has an alpha channel instead of a background."""
    preset: str = "veryfast"
    """x264's preset: one of :data:`PRESETS`."""
    fps: str | None = None
    """Frames per second; ``None`` for the quality's."""
    chunk_seconds: float | None = None
    """The length of a chunk; ``None`` to choose it."""
    jobs: int = 1
    """How many manim processes run in parallel."""
    start: float = 0.0
    """Where the film starts in the music, in seconds."""
    end: float | None = None
    """Where the film ends in the music, in seconds; ``None`` for its end."""
    intro: float = 0.0
    """How long the opening takes, in seconds, for scenes that have one."""
    config: Path | None = None
    """A ``drumkit.toml``."""
    levels: Mapping[str, Any] = field(default_factory=dict)
    """Fields of :class:`LevelSettings` that go before those of the ``drumkit.toml``."""
    lengths: Literal["equal", "pad", "trim"] = "equal"
    """What is done about stems of different length."""
    split_channels: bool = False
    """Whether every channel of a file is a stem of its own."""
    bands: int | None = None
    """Into how many bands to split the only stem; ``None`` for what suits it."""
    audio: Path | None = None
    """A finished mix to use as the sound."""
    no_audio: bool = False
    """Whether the film is silent."""
    manim_options: tuple[str, ...] = ()
    """More options for every ``manim render``."""
