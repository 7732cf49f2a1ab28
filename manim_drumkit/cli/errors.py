"""How the commands report errors."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from manim_drumkit.errors import DrumkitError, UsageError
from manim_drumkit.text import printable

P = ParamSpec("P")
R = TypeVar("R")


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command print our errors to stderr, without traceback, and exit with status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except DrumkitError as error:
            click.echo(f"Error: {printable(str(error))}", err=True)
        except OSError as error:
            # Only the file system knows these: an unreadable folder, a full disk.
            name = click.format_filename(error.filename) if error.filename else "a file"
            click.echo(f"Error: {printable(name)}: {error.strerror or error}", err=True)
        sys.exit(1)

    return run
