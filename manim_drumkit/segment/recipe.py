"""The recipe: what a segment is made from, for its receipt."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import sha256
from manim_drumkit.segment.scene_imports import modules_of
from manim_drumkit.workspace.receipt import Recipe

SEED = 0
"""What random numbers begin with in every chunk, unless ``--seed`` says otherwise."""

VERSIONS_THAT_MATTER = ("av", "manim", "manim-drumkit", "pycairo")

UNSEEN_SETTINGS = frozenset(
    """
    disable_caching disable_caching_warning enable_gui enable_wireframe encoder_queue_size
    fullscreen gui_location input_file live_preview log_to_file max_files_cached
    max_inflight_encoders no_latex_cleanup notify_outdated_version output_file plugins preview
    preview_command progress_bar save_sections scene_names show_in_file_browser verbosity
    window_monitor window_position window_size write_all zero_pad
    """.split()
)
"""Manim's settings that do not show in the pictures; nor do its directories."""


def recipe(
    *, chunk: str | None, scene_file: Path, scene: str, settings: Mapping[str, str]
) -> Recipe:
    """Return what a segment is made from.

    Args:
        chunk: the digest of the chunk, if there is one.
        scene_file: the scene's file; a scene from a notebook or standard input has none.
        scene: the scene's class.
        settings: see :func:`settings_of`.
    """
    there = scene_file.is_file()
    return Recipe(
        chunk=chunk,
        film=None,
        scene_file=sha256(scene_file) if there else None,
        modules=modules_of(scene_file) if there else {},
        scene=scene,
        settings=settings,
        versions=_versions(),
    )


def settings_of(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of manim's configuration that show in pictures, as text."""
    seen = {
        name: str(_without_threads(value) if name == "video_encoder_options" else value)
        for name, value in sorted(config.items())
        if name not in UNSEEN_SETTINGS and not name.endswith("_dir")
    }
    return seen | ({"seed": str(SEED)} if config.get("seed") is None else {})


def frame_height(config: Any) -> float:
    """Return the height of the picture in manim's units, as manim's camera will have it.

    Manim keeps the width, and gives the camera a height that fits the pixels; but not its
    configuration, by which scenes find the upper edge.
    """
    height: float = config.frame_width / (config.pixel_width / config.pixel_height)
    return height


@cache
def _versions() -> Mapping[str, str]:
    return {name: version(name) for name in VERSIONS_THAT_MATTER}


def _without_threads(options: Mapping[str, str]) -> dict[str, str]:
    """Leave out how many threads encode, which depends on the number of jobs."""
    return {key: value for key, value in options.items() if key != "threads"}
