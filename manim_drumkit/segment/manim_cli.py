"""Manim's command line: which options fit a run of many manims, and what they mean."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.recorder import recipe
from manim_drumkit.workspace.layout import chunk_name
from manim_drumkit.workspace.plan import Plan

OPTIONS_OF_A_RUN = tuple(
    "--silent --disable_caching --progress_bar none --format mp4 --encoder-queue-size 2".split()
)
"""What every manim of a run is given, before the plan's own options."""

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


def check_manim_options(options: Sequence[str]) -> dict[str, Any]:
    """Check the options that go to every manim, as manim itself would read them.

    Returns manim's parameters by name.

    Raises:
        PlanError: manim does not know an option, or it does not fit a run of many manims.
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
        jobs: how many manims run side by side.
        cores: how many cores there are.
    """
    if parameters.get("video_codec") not in (None, "auto", "libx264"):
        return ()
    wanted = {"preset": preset} | ({"threads": "1"} if jobs >= cores else {})
    chosen = parameters.get("video_encoder_options") or {}
    ours = [f"{key}={value}" for key, value in wanted.items() if key not in chosen]
    return tuple(word for option in ours for word in ("--encoder-option", option))


def manim_command(scene_file: Path, scene: str, options: Sequence[str]) -> list[str]:
    """Give the command that starts manim with a scene, as ``run_all.sh`` does."""
    manim = [sys.executable, "-P", "-m", "manim", "--hide-splash", "render"]
    return [*manim, str(scene_file), scene, *OPTIONS_OF_A_RUN, *options]


def recipe_now(folder: Path, plan: Plan) -> dict[str, Any]:
    """Say what a segment would be made from now; the chunk's digest is still to be put in.

    Reads manim's configuration as one of the plan's manims would, in this process.

    Raises:
        PlanError: an option of the plan does not fit a run of many manims.
    """
    check_manim_options(plan.manim_options)
    from manim import config
    from manim.cli.render.commands import ClickArgs

    scene_file = folder / plan.scene_file
    parameters = _parse([str(scene_file), plan.scene, *OPTIONS_OF_A_RUN, *plan.manim_options])
    config.digest_args(ClickArgs(parameters | {"chunk_file": str(folder / chunk_name(0))}))
    return recipe(chunk=None, scene_file=scene_file, scene=plan.scene, settings=config)


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
