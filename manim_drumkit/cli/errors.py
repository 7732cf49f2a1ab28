"""How the commands end when something is wrong."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from manim_drumkit.errors import DrumkitError
from manim_drumkit.text import printable

P = ParamSpec("P")
R = TypeVar("R")


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Print a named error to stderr, without traceback, and exit with status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DrumkitError as error:
            click.echo(f"Error: {printable(str(error))}", err=True)
        except OSError as error:
            # What the file system alone can refuse: an unreadable folder, a full disk.
            name = click.format_filename(error.filename) if error.filename else "a file"
            click.echo(f"Error: {printable(name)}: {error.strerror or error}", err=True)
        sys.exit(1)

    return run
