"""The options of ``run_all.sh``, which several of its steps read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import cloup

from manim_drumkit.cli.types import Finite

F = TypeVar("F", bound=Callable[..., Any])

hidden_folder = cloup.argument("folder", type=cloup.Path(path_type=Path), metavar="")

_OF_A_RUN = cloup.option_group(
    "Rendering",
    cloup.option(
        "--jobs",
        envvar="JOBS",
        type=click.IntRange(1, 9999),
        metavar="N",
        default=1,
        show_default="as drumkit-split --jobs",
        show_envvar=True,
        help="Manims side by side.",
    ),
    cloup.option(
        "--only",
        metavar="3,7-9",
        help="Render these chunks; make the film if no other is missing.",
    ),
    cloup.option(
        "--retries",
        envvar="RETRIES",
        type=click.IntRange(0, 99),
        default=1,
        show_default=True,
        show_envvar=True,
        metavar="N",
        help="How often a chunk that failed is tried again.",
    ),
    cloup.option(
        "--timeout",
        type=Finite(min=0),
        default=600.0,
        show_default=True,
        metavar="S",
        help="Give up on a chunk that draws no frame for this long; 0 for never.",
    ),
    cloup.option(
        "--keep-going/--fail-fast",
        default=True,
        show_default=True,
        help="Whether the others are rendered when a chunk has failed.",
    ),
)


def options_of_a_run(command: F) -> F:
    """Add the options that say how to render."""
    decorated: F = _OF_A_RUN(command)
    return decorated
