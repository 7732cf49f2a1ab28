"""Manim's command line: which options fit a run of many processes, and what they mean."""

import configparser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import inf
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
    "transparent": "pass --transparent to drumkit-split, before the --",
    "scene_names": "a film shows one scene; name it with --scene",
}

ALPHA_OPTIONS = tuple(
    "--format mov --transparent --video-codec prores_ks --pixel-format yuva444p10le".split()
)
"""Options that make a film with alpha."""
ALPHA_ENCODER = {"profile": "4444", "flags": "+qscale", "global_quality": "236"}
"""ProRes 4444 of one quality for all frames, twice FF_QP2LAMBDA; searching for the quality that
fills a bit rate, as prores_ks does else, takes five times as long."""
ALPHA_DECIDES = ("format", "video_codec", "pixel_format", "renderer")
"""What a film with alpha leaves no choice of."""

FITTING_SETTINGS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "background_opacity": (lambda value: value == 1, "only --transparent makes a film so"),
    "dry_run": (lambda value: not value, "a film is made of videos"),
    "from_animation_number": (lambda value: not value, "a chunk is always rendered whole"),
    "upto_animation_number": (lambda value: value == inf, "a chunk is always rendered whole"),
    "write_all": (lambda value: not value, "a film shows one scene"),
}
"""Settings that may stand in a manim.cfg and that no option of a run overrides."""

HALVED_FORMATS = ("auto", "yuv420p")
"""Pixel formats with one colour for two by two pixels."""
WIDEST = 16384
"""The longest side that H.264 has room for, in pixels."""


FAST_PRESET = "veryfast"
FAST_ENCODER = {"bf": "0", "subq": "1", "me_method": "dia", "crf": "23.7"}
"""What makes x264's preset faster for pictures that are mostly still: no B-frames, and a short
search. The lower quality factor gives the bits for it; see docs/speed.md for sizes and errors."""


def is_fast(encoder: Mapping[str, str]) -> bool:
    """Tell whether options of an encoder are those that :func:`encoder_options` chooses."""
    options = {name: value for name, value in encoder.items() if name != "threads"}
    return options == {"preset": FAST_PRESET, **FAST_ENCODER}


def check_manim_options(options: Sequence[str], *, transparent: bool = False) -> dict[str, Any]:
    """Check the options that go to every manim, as manim itself would read them.

    Args:
        options: what stands after ``--``.
        transparent: whether the film has an alpha channel.

    Returns manim's parameters by name.

    Raises:
        PlanError: manim does not know an option, or it does not fit a run of many processes;
            or a manim.cfg keeps manim from being imported.
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
    for name in ALPHA_DECIDES if transparent else ():
        if parameters.get(name):
            raise PlanError(
                f"{_shown(name, parameters)} cannot stand after -- beside --transparent: such a "
                "film is ProRes 4444 by manim's cairo renderer"
            )
    if parameters.get("format") not in (None, "auto", "mp4"):
        raise PlanError(
            f"--format {parameters['format']} cannot stand after --: the film is an mp4"
        )
    return parameters


def encoder_options(
    parameters: Mapping[str, Any], *, preset: str, transparent: bool = False, jobs: int, cores: int
) -> tuple[str, ...]:
    """Choose how to encode, where the user has not chosen with options of manim.

    Several processes with one encoder thread each use the cores better than the same
    processes with many; but fewer processes than cores leave room for threads.

    Args:
        parameters: what :func:`check_manim_options` returned.
        preset: x264's preset.
        transparent: whether the film has an alpha channel; then there is no x264.
        jobs: how many manim processes run in parallel.
        cores: how many cores there are.
    """
    codec, chosen = parameters.get("video_codec"), parameters.get("video_encoder_options") or {}
    wanted = {"preset": preset} if codec in (None, "auto", "libx264") else {}
    if wanted == {"preset": FAST_PRESET} and "preset" not in chosen:
        wanted |= FAST_ENCODER
    wanted = dict(ALPHA_ENCODER) if transparent else wanted
    if jobs >= cores:
        wanted |= {"threads": "1"} | ({"x265-params": "pools=1"} if codec == "libx265" else {})
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
        PlanError: a manim.cfg, or an option, sets what a film cannot be made with.
    """
    parameters = _parse([str(scene_file), scene, *OPTIONS_OF_A_RUN, *options])
    from manim._config import config
    from manim.cli.render.commands import ClickArgs

    mine = config.copy()
    with _named("what stands after --"):
        mine.digest_args(ClickArgs(parameters))
        mine.frame_rate = float(fps)
    _check_settings(mine, transparent=bool(parameters["transparent"]))
    mine.frame_height = frame_height(mine)
    return settings_of(mine)


def _check_settings(config: Any, *, transparent: bool) -> None:
    """Refuse what a manim.cfg sets and a film of chunks cannot be made with."""
    renderer = config.renderer.value
    if transparent and renderer != "cairo":
        raise PlanError(f"manim.cfg sets renderer to {renderer}: --transparent needs cairo")
    for name, (fits, reason) in FITTING_SETTINGS.items():
        value = getattr(config, name)
        if not fits(value) and not (transparent and name == "background_opacity"):
            raise PlanError(f"manim.cfg sets {name} to {value}: {reason}; take it out")
    width, height = config.pixel_width, config.pixel_height
    odd = config.pixel_format in HALVED_FORMATS and (width % 2 or height % 2)
    if not 0 < min(width, height) <= max(width, height) <= WIDEST or odd:
        raise PlanError(
            f"a picture of {width}x{height} pixels cannot be encoded; choose even numbers of 2 to "
            f"{WIDEST}"
        )


def _shown(name: str, parameters: dict[str, Any]) -> str:
    """Write an option as manim spells it."""
    from manim.cli.render.commands import render

    if name == "scene_names":
        return " ".join(parameters[name])
    (option,) = (param for param in render.params if param.name == name)
    return str(max(option.opts, key=len))


def _parse(arguments: list[str]) -> dict[str, Any]:
    with _named("manim.cfg here or in ~/.config/manim"):  # manim reads them when it is imported
        from manim.cli.render.commands import render

    parameters: dict[str, Any] = render.make_context("manim render", arguments).params
    return parameters


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Say in one line what manim cannot be configured with."""
    try:
        yield
    except PermissionError as error:
        other = ", or set HOME to another folder" if Path(error.filename).is_absolute() else ""
        raise PlanError(f"{error.filename} cannot be read; make it readable{other}") from error
    except FileNotFoundError as error:
        raise PlanError(f"{error.filename}, named in {what}, does not exist") from error
    except (configparser.Error, KeyError, ValueError) as error:
        reason = " ".join(str(error.args[0] if isinstance(error, KeyError) else error).split())
        raise PlanError(f"{what} cannot be used: {reason}") from error
