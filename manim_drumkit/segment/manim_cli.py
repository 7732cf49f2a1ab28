"""Manim's command line: which options fit a run of many processes, and what they mean."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.recipe import frame_height, settings_of
from manim_drumkit.workspace.protocol import OPTIONS_OF_A_RUN

REFUSED_OPTIONS = {
    "chunk_file": "run_all.sh passes it",
    "segment_dir": "run_all.sh passes it",
    "log_file": "run_all.sh passes it",
    "media_dir": "every segment has its own folder",
    "output_file": "the film is named after the scene's class",
    "frame_rate": "pass --fps to drumkit-split, before the --",
    "save_last_frame": "a film is made of videos",
    "dry_run": "a film is made of videos",
    "write_all": "a film shows one scene",
    "from_animation_number": "a chunk is always rendered whole",
    "jupyter": "run_all.sh is not a notebook",
    "preview": "one player per chunk would open",
    "show_in_file_browser": "one window per chunk would open",
    "live_preview": "one window per chunk would open",
    "transparent": "the film is an mp4, which cannot be transparent",
    "scene_names": "a film shows one scene; name it with --scene",
}


FITTING_SETTINGS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "background_opacity": (lambda value: value == 1, "the film is an mp4, and not transparent"),
    "dry_run": (lambda value: not value, "a film is made of videos"),
    "from_animation_number": (lambda value: not value, "a chunk is always rendered whole"),
    "write_all": (lambda value: not value, "a film shows one scene"),
}
"""Settings that may stand in a manim.cfg and that no option of a run overrides."""


def check_manim_options(options: Sequence[str]) -> dict[str, Any]:
    """Check the options that go to every manim, as manim itself would read them.

    Returns manim's parameters by name.

    Raises:
        PlanError: manim does not know an option, or it does not fit a run of many processes.
    """
    try:
        parameters = _parse(["scene.py", *options])
    except (click.ClickException, ValueError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else error
        raise PlanError(f"manim does not accept what stands after --: {message}") from error
    except (click.exceptions.Exit, SystemExit):  # it has printed its help, or its reason
        raise PlanError("what stands after -- must be options for manim render") from None
    for name, reason in REFUSED_OPTIONS.items():
        if parameters.get(name):
            raise PlanError(f"{_shown(name, parameters)} cannot stand after --: {reason}")
    config_file = parameters.get("config_file")
    if config_file and not Path(config_file).is_file():
        raise PlanError(f"{config_file}, named after --, does not exist")
    if parameters.get("format") not in (None, "auto", "mp4"):
        raise PlanError(
            f"--format {parameters['format']} cannot stand after --: the film is an mp4"
        )
    return parameters


def encoder_options(
    parameters: Mapping[str, Any], *, preset: str, jobs: int, cores: int
) -> tuple[str, ...]:
    """Choose how x264 encodes, where the user has not chosen with options of manim.

    Several processes with one encoder thread each use the cores better than the same
    processes with many; but fewer processes than cores leave room for threads.

    Args:
        parameters: what :func:`check_manim_options` returned.
        preset: x264's preset.
        jobs: how many manim processes run in parallel.
        cores: how many cores there are.
    """
    if parameters.get("video_codec") not in (None, "auto", "libx264"):
        return ()
    wanted = {"preset": preset} | ({"threads": "1"} if jobs >= cores else {})
    chosen = parameters.get("video_encoder_options") or {}
    ours = [f"{key}={value}" for key, value in wanted.items() if key not in chosen]
    return tuple(word for option in ours for word in ("--encoder-option", option))


def settings_with(
    scene_file: Path, scene: str, options: Sequence[str], *, fps: Fraction
) -> dict[str, str]:
    """Return the settings that every manim of a run will have, without changing manim's own.

    Args:
        scene_file: the scene's file.
        scene: the scene's class.
        options: the options of every manim, checked.
        fps: the chunk's rate, which goes before all others.

    Raises:
        PlanError: a manim.cfg sets what a film cannot be made with.
    """
    from manim import config
    from manim.cli.render.commands import ClickArgs

    parameters = _parse([str(scene_file), scene, *OPTIONS_OF_A_RUN, *options])
    mine = config.copy()
    mine.digest_args(ClickArgs(parameters))
    mine.frame_rate = float(fps)
    mine.frame_height = frame_height(mine)
    _check_settings(mine)
    return settings_of(mine)


def _check_settings(config: Any) -> None:
    """Refuse what a manim.cfg sets and a film of chunks cannot be made with."""
    for name, (fits, reason) in FITTING_SETTINGS.items():
        value = getattr(config, name)
        if not fits(value):
            raise PlanError(f"manim.cfg sets {name} to {value}: {reason}; take it out")


def _shown(name: str, parameters: dict[str, Any]) -> str:
    """Write an option as manim spells it."""
    from manim.cli.render.commands import render

    if name == "scene_names":
        return " ".join(parameters[name])
    (option,) = (param for param in render.params if param.name == name)
    return str(max(option.opts, key=len))


def _parse(arguments: list[str]) -> dict[str, Any]:
    from manim.cli.render.commands import render

    parameters: dict[str, Any] = render.make_context("manim render", arguments).params
    return parameters
