"""The picture of the film: its size in pixels, its frame rate, and manim's options for them."""

import configparser
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim_drumkit.errors import PlanError, UsageError
from manim_drumkit.split.settings import QUALITIES, SplitSettings

CONFIG_NAME = "manim.cfg"
WIDEST = 10


@dataclass(frozen=True)
class Picture:
    """The size and the rate of the film, and what tells manim."""

    width: int
    """In pixels."""
    height: int
    fps: str
    """Frames per second, as the user or manim writes it."""
    options: tuple[str, ...]
    """Options of manim that make it so."""


def picture_of(settings: SplitSettings, parameters: Mapping[str, Any], folder: Path) -> Picture:
    """Find the picture: of the options, of the project's ``manim.cfg``, or of quality h.

    Args:
        settings: quality, aspect and frame rate.
        parameters: manim's own, by name, as the user gave them after ``--``.
        folder: the folder that manim runs in.

    Raises:
        UsageError: the aspect is none.
    """
    asked = settings.quality is not None or settings.aspect is not None
    project = {} if asked else _project_picture(folder)
    width, height, rate = QUALITIES[settings.quality or "h"]
    options: tuple[str, ...] = () if project else ("--quality", settings.quality or "h")
    width, height = project.get("pixel_width", width), project.get("pixel_height", height)
    if settings.aspect is not None:
        width, height = _shaped(settings.aspect, min(width, height))
        options += ("--resolution", f"{width},{height}")
    width, height = parameters.get("resolution") or (width, height)
    fps = str(project.get("frame_rate", rate)) if settings.fps is None else settings.fps
    return Picture(width, height, fps, options)


def _shaped(aspect: str, short: int) -> tuple[int, int]:
    """Return the even width and height of a picture whose shorter side is as long as said."""
    found = re.fullmatch(r"(\d{1,5}(?:\.\d+)?):(\d{1,5}(?:\.\d+)?)", aspect)
    wide, high = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if not wide or not high or max(wide, high) > WIDEST * min(wide, high):
        raise UsageError(
            f"--aspect {aspect} is no shape of a picture; write 16:9, 9:16, 1:1 or W:H"
        )
    long = 2 * round(short * max(wide, high) / min(wide, high) / 2)
    return (long, short) if wide >= high else (short, long)


def _project_picture(folder: Path) -> dict[str, int]:
    """Read the size and the rate in a project's ``manim.cfg``; nothing unless it sets a size."""
    parser = configparser.ConfigParser()
    if (folder / CONFIG_NAME).exists() and not (folder / CONFIG_NAME).is_file():
        raise PlanError(f"{folder / CONFIG_NAME} is not a regular file; move it away")
    try:
        parser.read(folder / CONFIG_NAME, "utf-8")
        sizes = {name: parser.getint("CLI", name) for name in ("pixel_width", "pixel_height")}
        return sizes | {"frame_rate": parser.getint("CLI", "frame_rate", fallback=60)}
    except (configparser.Error, ValueError, OSError):  # manim says so, or it sets no size
        return {}
