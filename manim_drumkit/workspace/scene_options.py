"""Options of scenes: what ``--set`` and ``[scene]`` may say, and how it is read."""

import tomllib
import unicodedata
from collections.abc import Mapping
from typing import Any

from manim_drumkit.errors import ConfigError
from manim_drumkit.palette import THEMES
from manim_drumkit.workspace.plan import Option

COMMON_OPTIONS: Mapping[str, Option] = {
    "title": "",
    "subtitle": "",
    "background": "",
    "theme": "dark",
    "fade": 0.0,
}
"""The options of every ``DrumScene``, with their defaults."""

CHOICES = {"theme": tuple(THEMES)}
MOST_SECONDS = 3600.0
LARGEST = 2**53
"""Larger whole numbers are not the same everywhere."""
KINDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def read_value(text: str, default: Option | None = None) -> Option:
    """Read what stands after the ``=`` of ``--set``: a number, true, false, or else text.

    Where the default is text, nothing is read as a number.

    >>> read_value("0.5"), read_value("true"), read_value("Tom's take"), read_value("007", "")
    (0.5, True, "Tom's take", '007')
    """
    if isinstance(default, str):
        return text
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str | bool | int | float) else text


def storable(name: str, value: Any) -> Option:
    """Return a value for an option whose default nobody knows.

    Raises:
        ConfigError: no plan can hold it.
    """
    if type(value) not in KINDS:
        raise ConfigError(f"{name} is {value!r}; give text, a number, true or false")
    if isinstance(value, str):
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):
            raise ConfigError(f"{name} is {value!r}; write one line of plain text")
    elif not abs(value) <= LARGEST:
        raise ConfigError(f"{name} is {value!r}; give a number up to 2^53")
    chosen: Option = value
    return chosen


def fitting(name: str, value: Any, default: Option) -> Option:
    """Return a value for an option in the kind of its default.

    Raises:
        ConfigError: it is of another kind, or not one of the choices.
    """
    if type(default) not in KINDS:
        raise ConfigError(
            f"the scene's option {name} is {default!r} by default; "
            "let it be text, a number, True or False"
        )
    default = COMMON_OPTIONS.get(name, default)
    if isinstance(default, str) and isinstance(value, bool | int | float):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise ConfigError(f"the scene's option {name} is {value!r}; give {KINDS[type(default)]}")
    if name in CHOICES and value not in CHOICES[name]:
        raise ConfigError(f"{name} is {value!r}; choose {' or '.join(CHOICES[name])}")
    if name == "fade" and not 0 <= float(value) <= MOST_SECONDS:
        raise ConfigError(f"fade is {value!r}; give seconds from 0 to {MOST_SECONDS:g}")
    return storable(name, value)
