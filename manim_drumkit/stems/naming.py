"""Names: which settings are whose, and that no two stems are called the same."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.stems.files import AUDIO_SUFFIXES, in_nfc
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem


def with_settings(
    stems: list[Stem], settings: Mapping[str, StemSettings], left_out: Collection[str]
) -> list[Stem]:
    """Give the stems their settings, and leave out those that are to be left out.

    Args:
        stems: all of them.
        settings: by name, in NFC.
        left_out: the names of files that were not opened, since they are left out.

    Raises:
        ConfigError: the settings name a stem that is not there, or leave all out.
    """
    names = [stem.name for stem in stems]
    unknown = sorted(settings.keys() - set(names) - set(left_out))
    if unknown:
        raise ConfigError(_unknown(unknown, names))
    own = [replace(stem, settings=settings.get(stem.name, StemSettings())) for stem in stems]
    kept = [stem for stem in own if not stem.settings.leave_out]
    if not kept:
        raise ConfigError("the settings leave out every stem; keep one at least")
    return kept


def check_names(stems: list[Stem]) -> None:
    """Refuse two stems of one name.

    Raises:
        StemError: there are such; the message names both files.
    """
    by_name: dict[str, list[Stem]] = defaultdict(list)
    for stem in stems:
        by_name[stem.name].append(stem)
    for name, same in by_name.items():
        if len(same) > 1:
            paths = [stem.path for stem in same]
            raise StemError(
                f"{' and '.join(map(str, paths))} are both called {name}{_accents(paths)}; "
                "rename one, or move it away"
            )


def _unknown(unknown: list[str], names: list[str]) -> str:
    bare = {name: _without_ending(name) for name in unknown}
    if all(short in names for short in bare.values()):
        return (
            f"there are settings for {', '.join(bare)}; a stem is named without its ending: "
            f"{', '.join(bare.values())}"
        )
    return (
        f"there are settings for {', '.join(unknown)}, but no such stem; "
        f"the stems are {', '.join(names)}"
    )


def _without_ending(name: str) -> str:
    path = Path(name)
    return path.stem if path.suffix.lower() in AUDIO_SUFFIXES else name


def _accents(paths: list[Path]) -> str:
    """Say what cannot be seen: that names differ in nothing but their normal forms."""
    spelled = {path.name for path in paths}
    if len(spelled) > 1 and len({in_nfc(name) for name in spelled}) == 1:
        return " (their accents are encoded in two ways, NFC and NFD)"
    return ""
