"""How the commands report errors."""

import contextlib
import functools
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from manim_drumkit.errors import DrumkitError, UsageError
from manim_drumkit.text import printable
from manim_drumkit.workspace.lock import require_posix

P = ParamSpec("P")
R = TypeVar("R")


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command print our errors to stderr, without traceback, and exit with status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for stream in (sys.stdout, sys.stderr):  # show what a terminal cannot as well as can be
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            require_posix()
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except DrumkitError as error:
            click.echo(f"Error: {printable(_no_folder() or str(error))}", err=True)
        except OSError as error:
            # Only the file system knows these: an unreadable folder, a full disk.
            click.echo(f"Error: {printable(_reason(error))}", err=True)
        sys.exit(1)

    return run


@contextlib.contextmanager
def lasting_output() -> Iterator[None]:
    """Let the work decide, not the report of it: go on if standard output cannot be written."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 # Python flushes once more at its end
            os.dup2(nothing.fileno(), sys.stdout.fileno())


def _reason(error: OSError) -> str:
    if error.filename:
        return f"{click.format_filename(error.filename)}: {error.strerror}"
    return _no_folder() or f"a file: {error.strerror or error}"


def _no_folder() -> str:
    try:
        Path.cwd()
    except FileNotFoundError:
        return "the folder that you are in does not exist any more; cd to another"
    return ""
