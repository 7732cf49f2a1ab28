"""The folder of stems: finding the audio files of one performance."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.stems import av_reader
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem, readable, reason_of

AUDIO_SUFFIXES = av_reader.SUFFIXES | frozenset(
    ".aif .aifc .aiff .caf .flac .mp3 .oga .ogg .opus .rf64 .w64 .wav .wave".split()
)


def find_stems(
    folder: Path,
    settings: Mapping[str, StemSettings] | None = None,
    *,
    lengths: Literal["equal", "pad", "trim"] = "equal",
) -> tuple[list[Stem], list[Path]]:
    """Find the stems of a performance, in the natural order of their names.

    Args:
        folder: where the files are.
        settings: what is different for the stems of these names.
        lengths: whether stems may differ in length, because they will be padded or trimmed.

    Returns:
        The stems, and the files that were skipped, since they are hidden or their ending is
        not that of an audio file.

    Raises:
        StemError: there is no folder or no audio in it, a file cannot be used, or the
            stems differ in length.
        ConfigError: the settings name a stem that is not there, or leave all out.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise StemError(f"{folder} {what}; give the folder that holds one audio file per stem")
    try:
        # A link to nowhere stays in the list: it is reported, not silently left out.
        files = sorted((p for p in folder.iterdir() if not p.is_dir()), key=_natural)
    except OSError as error:
        raise StemError(f"{folder} cannot be listed ({reason_of(error)})") from error
    audio = [p for p in files if _is_audio(p)]
    if not audio:
        raise StemError(
            f"{folder} holds no audio files; put one WAV, AIFF or FLAC file per stem into it, "
            f"or try it with a demo performance: drumkit-stems {folder}"
        )
    stems = _chosen(audio, settings or {})
    if lengths == "equal":
        _check_lengths(stems)
    return stems, [p for p in files if not _is_audio(p)]


def _chosen(audio: list[Path], settings: Mapping[str, StemSettings]) -> list[Stem]:
    names = [readable(path.stem) for path in audio]
    unknown = sorted(settings.keys() - set(names))
    if unknown:
        raise ConfigError(
            f"there are settings for {', '.join(unknown)}, but no such stem; "
            f"the stems are {', '.join(names)}"
        )
    wanted = {
        path: settings.get(name, StemSettings()) for path, name in zip(audio, names, strict=True)
    }
    stems = [
        replace(Stem.open(path), settings=own) for path, own in wanted.items() if not own.leave_out
    ]
    if not stems:
        raise ConfigError("the settings leave out every stem; keep one at least")
    _check_names(stems)
    return sorted(stems, key=lambda stem: _place(stem.settings))


def _place(settings: StemSettings) -> tuple[bool, float]:
    return settings.order is None, settings.order or 0


def _is_audio(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in AUDIO_SUFFIXES


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.findall(r"(\d+)|(\D+)", path.name.casefold())
    return [(int(digits or -1), text) for digits, text in parts], path.name


def _check_names(stems: list[Stem]) -> None:
    by_name: dict[str, list[Stem]] = defaultdict(list)
    for stem in stems:
        by_name[stem.name].append(stem)
    for name, same in by_name.items():
        if len(same) > 1:
            files = " and ".join(str(s.path) for s in same)
            raise StemError(f"{files} are both called {name}; rename one, or move it away")


def _check_lengths(stems: list[Stem]) -> None:
    """Refuse stems that differ by more than a sample; at two rates they cannot differ by less."""
    lengths = [stem.seconds for stem in stems]
    if max(lengths) - min(lengths) > 1 / min(stem.rate for stem in stems):
        listed = ", ".join(f"{s.path.name} {s.seconds:.3f} s" for s in stems)
        raise StemError(
            f"the stems differ in length ({listed}); pass --pad to extend the shorter with "
            "silence, or --trim to cut the longer"
        )
