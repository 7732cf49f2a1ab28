"""Settings with their defaults, ranges and messages, for the command line and TOML alike."""

import re
from collections.abc import Mapping
from dataclasses import Field, field, fields
from typing import Any

from PIL import ImageColor

from manim_drumkit.errors import ConfigError


def number(
    default: float | None, low: float, high: float, unit: str, help_text: str, unset: str = "off"
) -> Any:
    """Declare a number from ``low`` to ``high``; ``unset`` is what help calls ``None``."""
    rules = {"range": (low, high), "unit": unit, "unset": unset, "help": help_text}
    return field(default=default, metadata=rules)


def choice(default: str | None, choices: tuple[str, ...], help_text: str) -> Any:
    """Declare one of several words."""
    return field(default=default, metadata={"choices": choices, "help": help_text})


def text(help_text: str) -> Any:
    """Declare a text; unset by default."""
    return field(default=None, metadata={"kind": str, "help": help_text})


def color(help_text: str) -> Any:
    """Declare a colour, as :func:`hex_color` reads it; unset by default."""
    rules = {"kind": str, "read": hex_color, "form": "#RRGGBB or a colour's name, like teal"}
    return field(default=None, metadata={**rules, "help": help_text})


def flag(help_text: str) -> Any:
    """Declare a setting that is on or off; off by default."""
    return field(default=False, metadata={"kind": bool, "help": help_text})


class Settings:
    """The base of dataclasses that check their fields against the ranges in their metadata.

    Raises:
        ConfigError: a value is out of its range, or of another kind.
    """

    def __post_init__(self) -> None:
        for each in _fields(type(self)):
            value = getattr(self, each.name)
            if value is not None or each.default is not None:
                _check(each, value)

    @classmethod
    def read(cls, table: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Check the keys and values of a TOML table, and return the values by field.

        Raises:
            ConfigError: a key is unknown or its value cannot be used; the message begins with
                ``where``.
        """
        known = {option_name(each): each for each in _fields(cls)}
        for key in table:
            if key not in known:
                raise ConfigError(f"{where}: unknown setting {key!r}; known are {', '.join(known)}")
        values = {known[key].name: value for key, value in table.items()}
        try:
            cls(**values)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
        return values


def hex_color(text: str) -> str | None:
    """Return a colour, or the colour of that name in CSS, as ``#RRGGBB``; else ``None``.

    >>> hex_color("#ff8800"), hex_color("Teal"), hex_color("teel")
    ('#FF8800', '#008080', None)
    """
    if text.lower() in ImageColor.colormap:
        red, green, blue = ImageColor.getrgb(text)[:3]
        return f"#{red:02X}{green:02X}{blue:02X}"
    return text.upper() if re.fullmatch("#[0-9A-Fa-f]{6}", text) else None


def option_name(each: "Field[Any]") -> str:
    """Return a setting's name for users: without its unit, with dashes."""
    return re.sub(r"_(ms|hz|db|percent)$", "", each.name).replace("_", "-")


def _fields(cls: type) -> tuple["Field[Any]", ...]:
    return fields(cls)


def _check(each: "Field[Any]", value: Any) -> None:
    name, rules = option_name(each), each.metadata
    if "choices" in rules and value not in rules["choices"]:
        *first, last = rules["choices"]
        raise ConfigError(f"{name} is {value!r}; choose {', '.join(first)} or {last}")
    if "range" in rules:
        low, high = rules["range"]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            unit = f" {rules['unit'].lower()}" if rules["unit"] else ""
            raise ConfigError(f"{name} is {value!r}; give a number from {low:g} to {high:g}{unit}")
    if "kind" in rules and not isinstance(value, rules["kind"]):
        kinds = {str: "text in quotes", bool: "true or false"}
        raise ConfigError(f"{name} is {value!r}; give {kinds[rules['kind']]}")
    if "read" in rules and rules["read"](value) is None:
        raise ConfigError(f"{name} is {value!r}; write {rules['form']}")
