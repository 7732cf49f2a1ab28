"""The types of options, and how to show a path in a command."""

import math
import shlex
from pathlib import Path
from typing import Any

import click

from manim_drumkit.text import printable


def word_for_shell(path: Path) -> str:
    """Return a path as you would type it, safe to print on a terminal."""
    return printable(shlex.quote(click.format_filename(path)))


class Finite(click.ParamType[float]):
    """A finite number in a range, which ``--help`` does not show and errors name."""

    name = "number"

    def __init__(
        self, min: float | None = None, max: float | None = None, min_open: bool = False
    ) -> None:
        self._range = click.FloatRange(min, max, min_open)

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Read the option's value."""
        number = float(self._range.convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


class Whole(click.ParamType[int]):
    """A whole number in a range, which ``--help`` does not show and errors name."""

    name = "number"

    def __init__(self, min: int | None = None, max: int | None = None) -> None:
        self._range = click.IntRange(min, max)

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Read the option's value."""
        return int(self._range.convert(value, param, ctx))


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


class Assignment(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``, read as two texts."""

    name = "KEY=VALUE"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Read the option's value."""
        key, equals, text = str(value).partition("=")
        if not key.strip() or not equals:
            self.fail(f"{value!r} is not KEY=VALUE, like speed=1.5", param, ctx)
        return key.strip(), text
