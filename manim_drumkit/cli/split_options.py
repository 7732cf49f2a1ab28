"""The options of ``drumkit-split``, in groups: first what most people need, then the rest."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import cloup

from manim_drumkit.cli.scene_group import LIST_SCENES, SCENE, SCENE_GROUP, TITLE
from manim_drumkit.cli.types import AutoOrSeconds, Finite, Whole
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.settings import option_name
from manim_drumkit.split.settings import PRESETS, QUALITIES, SplitSettings
from manim_drumkit.workspace.layout import PLOT_NAME, PREVIEW_NAME

DEFAULTS = SplitSettings()
PATH = cloup.Path(path_type=Path)


def _level_option(setting: "Field[Any]") -> Any:
    """Make the option of a level setting from its metadata."""
    rules, default = setting.metadata, setting.default
    kind: click.ParamType[Any]
    if "choices" in rules:
        kind, shown = click.Choice(rules["choices"]), default
    else:
        kind = Finite(*rules["range"])
        shown = rules["unset"] if default is None else f"{default:g}"
    return cloup.option(
        f"--{option_name(setting)}",
        setting.name,
        type=kind,
        metavar=rules.get("unit"),
        help=f"{rules['help']}  [default: {shown}]",
    )


MOST_USED = cloup.option_group(
    "Most used",
    SCENE,
    LIST_SCENES,
    TITLE,
    cloup.option(
        "--preview",
        is_flag=True,
        help=f"Draw telling frames of the film into {PREVIEW_NAME}; write nothing else.",
    ),
    cloup.option(
        "--quality",
        "-q",
        type=click.Choice(list(QUALITIES)),
        help="As in manim: low, medium, high, production, 4k.  "
        "[default: the size in manim.cfg, or h (1080p60)]",
    ),
    cloup.option(
        "--aspect",
        metavar="W:H",
        help="The shape of the picture: 16:9, 9:16 for phones, 1:1, or any other.",
    ),
    cloup.option(
        "--config",
        type=PATH,
        metavar="FILE",
        help="Read from a drumkit.toml: level settings, options of the scene, and labels, colours, "
        "order, gain, pan and gate per stem.",
    ),
    cloup.option(
        "--out",
        type=PATH,
        default=DEFAULTS.out,
        show_default=True,
        metavar="DIR",
        help="The folder for chunks, segments and the film.",
    ),
)

SOUND = cloup.option_group(
    "Sound",
    cloup.option(
        "--audio",
        type=PATH,
        metavar="FILE",
        help="Use this finished mix instead of the sum of the stems.",
    ),
    cloup.option("--no-audio", is_flag=True, help="Make a silent film."),
    constraint=cloup.constraints.mutually_exclusive,
)

STEMS = cloup.option_group(
    "Stems",
    cloup.option(
        "--bands",
        type=Whole(1, 40),
        metavar="N",
        help="Split one mixed file into N bands of frequencies, each a stem.  "
        "[default: 7 for a mono or stereo file]",
    ),
    cloup.option(
        "--split-channels",
        is_flag=True,
        help="Make a stem of every channel of every file, of stereo files, too.",
    ),
    cloup.option("--pad", "lengths", flag_value="pad", help="Extend short stems with silence."),
    cloup.option("--trim", "lengths", flag_value="trim", help="Cut all stems to the shortest."),
)

PICTURE = cloup.option_group(
    "Picture",
    cloup.option(
        "--transparent",
        is_flag=True,
        help="Leave the background clear: a film for editors, in ProRes 4444 with alpha (.mov).",
    ),
    cloup.option(
        "--fps",
        metavar="RATE",
        help="Frames per second, such as 60, 29.97 or 30000/1001.  [default: the quality's]",
    ),
    cloup.option(
        "--start",
        type=Finite(min=0),
        default=0.0,
        metavar="S",
        help="Start the film at this second of the music.",
    ),
    cloup.option(
        "--end",
        type=Finite(min=0),
        metavar="S",
        help="End the film at this second of the music.",
    ),
    cloup.option(
        "--preset",
        type=click.Choice(PRESETS),
        default=DEFAULTS.preset,
        show_default=True,
        metavar="NAME",
        help=f"x264's compromise between speed and size, from {PRESETS[0]} to {PRESETS[-1]}.",
    ),
)

LEVELS = cloup.option_group("Levels", *map(_level_option, fields(LevelSettings)))

LOOK = cloup.option_group(
    "Look first",
    cloup.option(
        "--still",
        type=Finite(min=0),
        metavar="S",
        help="Draw the frame at second S of the film at its full size; write nothing else.",
    ),
    cloup.option(
        "--dry-run",
        is_flag=True,
        help=f"Print the table and draw {PLOT_NAME}, but write no chunks and no script.",
    ),
    cloup.option(
        "--csv",
        type=PATH,
        metavar="FILE",
        help="Write the levels as CSV, too, for other programs, and the hits beside them.",
    ),
)

WORK = cloup.option_group(
    "Work",
    cloup.option(
        "--jobs",
        type=Whole(min=1),
        metavar="N",
        help="Run N manim processes in parallel.  [default: the cores you may use]",
    ),
    cloup.option(
        "--chunk-seconds",
        type=AutoOrSeconds(),
        metavar=AutoOrSeconds.name,
        default="auto",
        show_default=True,
        help="The length of a chunk.",
    ),
    cloup.option("--quiet", is_flag=True, help="Print nothing but errors."),
)

ESTIMATE = cloup.option_group(
    "Before you rent a machine",
    cloup.option(
        "--estimate",
        is_flag=True,
        help="Render a few frames and print how long the film will take; write nothing.",
    ),
    cloup.option(
        "--cores",
        type=Whole(1, 100_000),
        metavar="N",
        help="Estimate for N cores, too, each as fast as one here.",
    ),
    cloup.option(
        "--price",
        type=Finite(min=0),
        metavar="P",
        help="The price of an hour; print the cost, too.",
    ),
)

GROUPS = (MOST_USED, SOUND, STEMS, SCENE_GROUP, PICTURE, LEVELS, LOOK, WORK, ESTIMATE)


def all_options(command: Any) -> Any:
    """Decorate the function of the command with all options, in the order of :data:`GROUPS`."""
    for group in reversed(GROUPS):
        command = group(command)
    return command
