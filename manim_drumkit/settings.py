"""The settings of levels and stems: defaults, ranges and messages, for all who read them."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from manim_drumkit.errors import ConfigError


def _number(default: float | None, low: float, high: float, unit: str, text: str) -> Any:
    return field(default=default, metadata={"range": (low, high), "unit": unit, "help": text})


def _choice(default: str, choices: tuple[str, ...], text: str) -> Any:
    return field(default=default, metadata={"choices": choices, "help": text})


def _text(text: str) -> Any:
    return field(default=None, metadata={"kind": str, "help": text})


def _color(text: str) -> Any:
    rules = {"kind": str, "pattern": r"#[0-9A-Fa-f]{6}", "form": "#RRGGBB"}
    return field(default=None, metadata={**rules, "help": text})


def _flag(text: str) -> Any:
    return field(default=False, metadata={"kind": bool, "help": text})


class Settings:
    """A frozen dataclass whose fields know their ranges, and check them.

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
        """Read a table of a TOML file: check its keys and values, and return them by field.

        Raises:
            ConfigError: a key is unknown, or its value cannot be used; it names ``where``.
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


@dataclass(frozen=True)
class LevelSettings(Settings):
    """How loudness becomes a level; times in milliseconds, whatever the frame rate."""

    detector: str = _choice(
        "rms", ("rms", "peak"), "What is measured: the power, or the largest sample."
    )
    window_ms: float | None = _number(
        None,
        1,
        10_000,
        "MS",
        "How much sound, up to a frame's end, it looks at; one frame if unset.",
    )
    attack_ms: float = _number(0, 0, 10_000, "MS", "How long a level takes to rise by 63%.")
    hold_ms: float = _number(30, 0, 10_000, "MS", "How long a level stays before it falls.")
    release_ms: float = _number(150, 0, 60_000, "MS", "How long a level takes to fall by 63%.")
    low_cut_hz: float | None = _number(None, 1, 100_000, "HZ", "Measure nothing below this.")
    high_cut_hz: float | None = _number(None, 1, 100_000, "HZ", "Measure nothing above this.")
    floor_db: float = _number(
        -70, -200, 0, "DB", "A stem that never exceeds this is silent; the bottom of --scale db."
    )
    gate_db: float | None = _number(
        None, -200, 0, "DB", "Frames below this, in dBFS, count as silence."
    )
    scale: str = _choice(
        "linear", ("linear", "db"), "Whether heights go with amplitude or with decibels."
    )
    normalize: str = _choice(
        "stem",
        ("stem", "group", "none"),
        "What reaches 1: each stem, each group's loudest, full scale.",
    )
    peak_percent: float = _number(
        100, 1, 100, "PERCENT", "Normalise by this percentile of the frames, so that few exceed it."
    )


@dataclass(frozen=True)
class StemSettings(Settings):
    """What may be different for one stem."""

    label: str | None = _text("The name in the film.")
    color: str | None = _color("Its colour.")
    order: float | None = _number(
        None, -1e6, 1e6, "", "Its place in the row; those without follow."
    )
    gain_db: float = _number(0, -60, 60, "DB", "Turned up or down before all else.")
    pan: float | None = _number(None, -1, 1, "", "Its place in the mix, -1 is left, 1 is right.")
    gate_db: float | None = _number(None, -200, 0, "DB", "Its own gate.")
    group: str | None = _text("The group that it is normalised with.")
    leave_out: bool = _flag("Whether it is neither seen nor heard.")


def option_name(each: "Field[Any]") -> str:
    """Give a setting's name for users: without its unit, with dashes.

    >>> [option_name(each) for each in fields(LevelSettings)][:4]
    ['detector', 'window', 'attack', 'hold']
    """
    return re.sub(r"_(ms|hz|db|percent)$", "", each.name).replace("_", "-")


def _fields(cls: type) -> tuple["Field[Any]", ...]:
    return fields(cls)


def _check(each: "Field[Any]", value: Any) -> None:
    name, rules = option_name(each), each.metadata
    if "choices" in rules and value not in rules["choices"]:
        raise ConfigError(f"{name} is {value!r}; choose {' or '.join(rules['choices'])}")
    if "range" in rules:
        low, high = rules["range"]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            unit = f" {rules['unit'].lower()}" if rules["unit"] else ""
            raise ConfigError(f"{name} is {value!r}; give a number from {low:g} to {high:g}{unit}")
    if "kind" in rules and not isinstance(value, rules["kind"]):
        kinds = {str: "text in quotes", bool: "true or false"}
        raise ConfigError(f"{name} is {value!r}; give {kinds[rules['kind']]}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        raise ConfigError(f"{name} is {value!r}; write it as {rules['form']}")
