"""The file ``drumkit.toml``: settings to keep, for all stems and for each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import read_regular
from manim_drumkit.errors import ConfigError
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.settings import hex_color
from manim_drumkit.stems.files import in_nfc
from manim_drumkit.stems.settings import StemSettings


@dataclass(frozen=True)
class Config:
    """What a ``drumkit.toml`` says."""

    levels: Mapping[str, Any] = field(default_factory=dict)
    """Fields of :class:`LevelSettings` by name."""
    scene: Mapping[str, Any] = field(default_factory=dict)
    """Options of the scene by name; an image behind the film is where the file says."""
    stems: Mapping[str, StemSettings] = field(default_factory=dict)
    """Settings by the name of the stem, in NFC."""

    @classmethod
    def load(cls, path: Path) -> "Config":
        """Read and check a file of settings.

        Raises:
            ConfigError: it cannot be read, or says something unknown or out of range.
        """
        try:
            content = tomllib.loads(read_regular(path).decode())
        except OSError as error:
            raise ConfigError(f"{path} cannot be read ({error.strerror})") from error
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{path} is not TOML: {error}") from error
        for key in content:
            if key not in ("levels", "scene", "stems"):
                raise ConfigError(
                    f"{path}: unknown table [{key}]; known are [levels], [scene], [stems.NAME]"
                )
        stems: dict[str, StemSettings] = {}
        for key, table in _table(content.get("stems", {}), path, "stems").items():
            name = in_nfc(key)
            where = f"{path}, [stems.{name}]"
            if name in stems:
                raise ConfigError(f"{where} stands there twice, with its accents in NFC and NFD")
            stems[name] = StemSettings(**StemSettings.read(_table(table, path, name), where))
        levels = _table(content.get("levels", {}), path, "levels")
        scene = _scene(_table(content.get("scene", {}), path, "scene"), path.parent)
        return cls(LevelSettings.read(levels, f"{path}, [levels]"), scene, stems)


def _table(value: Any, path: Path, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: {name} is {value!r}; write a table of settings")
    return value


def _scene(table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """Return options of a scene; the path of an image is relative to ``folder``."""
    text = table.get("background")
    if not isinstance(text, str) or not text or hex_color(text):
        return table
    return {**table, "background": str(folder / text)}
