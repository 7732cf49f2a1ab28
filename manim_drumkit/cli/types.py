"""Kinds of values that options take, and how one is shown."""

import math
import shlex
from pathlib import Path
from typing import Any

import click

from manim_drumkit.text import printable


def word_for_shell(path: Path) -> str:
    """Show a path as one would type it, and so that it does nothing to the terminal."""
    return printable(shlex.quote(click.format_filename(path)))


class Finite(click.FloatRange):
    """A number in a range; neither NaN nor infinity, which ``FloatRange`` lets pass."""

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Read the option's value."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a number to count with", param, ctx)
        return number


class AutoOrSeconds(click.ParamType[float | None]):
    """``auto``, read as ``None``, or a number of seconds above 0."""

    name = "auto|S"

    def convert(self, value: Any, param: Any, ctx: Any) -> float | None:
        """Read the option's value."""
        if value == "auto":
            return None
        try:
            return Finite(0, min_open=True).convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is neither 'auto' nor a number of seconds", param, ctx)
