"""The options of a film: what the user says to the scene, checked against what the scene has."""

from collections.abc import Mapping
from pathlib import Path

from manim_drumkit.errors import ConfigError
from manim_drumkit.palette import THEMES, Theme
from manim_drumkit.split.background import read_background
from manim_drumkit.split.scene_source import SceneSource
from manim_drumkit.text import guess, listed
from manim_drumkit.workspace.plan import Option
from manim_drumkit.workspace.scene_options import COMMON_OPTIONS, fitting, read_value, storable


class FilmOptions:
    """The options that the user chose for a scene.

    Args:
        path: the scene's file.
        scene: its class.

    Raises:
        ConfigError: the scene does not have one, or not with such a value.
        SceneError: the scene's own options are wrong.
    """

    def __init__(self, path: Path, scene: str) -> None:
        source = SceneSource(path)
        self._scene, self._known = scene, source.options_of(scene)
        self._is_foreign = source.is_foreign(scene)
        self._defaults = COMMON_OPTIONS if self._known is None else self._known
        for name in COMMON_OPTIONS.keys() & self._defaults.keys():
            fitting(name, self._defaults[name], COMMON_OPTIONS[name])
        self.chosen: dict[str, Option] = {}
        self._unseen: list[str] = []

    def update(self, values: Mapping[str, Option], where: str = "") -> None:
        """Take values of a ``drumkit.toml``; ``where`` stands before errors."""
        try:
            for name, value in values.items():
                self._take(name, value)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None

    def update_from_text(self, texts: Mapping[str, str]) -> None:
        """Take values of the command line."""
        for name, text in texts.items():
            self._take(name, read_value(text, self._defaults.get(name)))

    @property
    def theme(self) -> Theme:
        """The film's theme."""
        usual = self._defaults.get("theme", COMMON_OPTIONS["theme"])
        return THEMES[str(self.chosen.get("theme", usual))]

    def take_image(self, width: int, height: int) -> bytes:
        """Return the image behind a picture of this size, empty without one; read a colour.

        Raises:
            ConfigError: the background is neither.
        """
        if not self.chosen.get("background"):
            return b""
        text = str(self.chosen.pop("background"))
        color, image = read_background(text, width, height, self.theme.background)
        if color:
            self.chosen["background"] = color
        return image

    @property
    def notes(self) -> list[str]:
        """What the user should know of the options, in a line each."""
        if not self._unseen:
            return []
        return [
            f"{self._scene} is no DrumScene, which would show {listed(self._unseen)}; it has to "
            "read current_chunk().film.options itself"
        ]

    def _take(self, name: str, value: Option) -> None:
        self.chosen[name] = self._checked(name, value)
        if self._is_foreign and name in COMMON_OPTIONS and name != "theme":  # it colours stems
            self._unseen = [*dict.fromkeys([*self._unseen, name])]

    def _checked(self, name: str, value: Option) -> Option:
        if name in self._defaults:
            return fitting(name, value, self._defaults[name])
        if self._known is None:
            storable("the name of an option", name)
            return storable(name, value)
        known = [f"{key}={_shown(self._known[key])}" for key in sorted(self._known)]
        reason = ", which every DrumScene has" if name in COMMON_OPTIONS else ""
        raise ConfigError(
            f"{self._scene} has no option {name}{guess(name, self._known)}{reason}; "
            f"it has {', '.join(known) or 'none'}"
        )


def _shown(default: Option) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
