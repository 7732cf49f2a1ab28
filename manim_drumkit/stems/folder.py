"""The folder of stems: finding the sounds of one performance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from manim_drumkit.errors import StemError, UsageError
from manim_drumkit.stems.bands import split_into_bands, with_bands
from manim_drumkit.stems.files import (
    begins_as_sound,
    files_in,
    folders_with_audio,
    has_audio_ending,
    in_nfc,
    is_companion,
    may_be_sound,
    name_of,
    refuse_absent,
    waits_for,
)
from manim_drumkit.stems.lengths import check_lengths
from manim_drumkit.stems.naming import check_names, with_settings
from manim_drumkit.stems.placement import place_by_time_reference
from manim_drumkit.stems.row import in_order
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.stems.tracks import open_tracks, split_channels, wide_note
from manim_drumkit.text import listed


@dataclass(frozen=True)
class FoundStems:
    """The stems of a performance."""

    stems: list[Stem]
    """In order, see :func:`manim_drumkit.stems.row.in_order`."""
    skipped: list[Path]
    """Files that are not audio."""
    notes: list[str]
    """What the user should know of how the files are used."""


def find_stems(
    place: Path,
    settings: Mapping[str, StemSettings] | None = None,
    *,
    fps: Fraction = Fraction(60),
    lengths: Literal["equal", "pad", "trim"] = "equal",
    channels: bool = False,
    bands: int | None = None,
) -> FoundStems:
    """Find the stems of a performance.

    Args:
        place: the folder where the files are, or one file.
        settings: what is different for the stems of these names.
        fps: the film's; stems may differ in length by less than a frame.
        lengths: whether stems may differ by more, because they will be padded or trimmed.
        channels: whether every channel is a stem of its own.
        bands: into how many bands to split the only stem; ``None`` for 7 if it is a file of one
            or two channels that is given itself, else for what the settings say.

    Raises:
        StemError: there is no folder or no audio in it, a file cannot be used, or the
            stems differ in length.
        ConfigError: the settings name a stem that is not there, or leave all out.
        UsageError: bands are wanted of several stems, or of every channel.
    """
    if channels and bands is not None:
        raise UsageError("--split-channels and --bands exclude each other; pass one of them")
    own = {in_nfc(name): each for name, each in (settings or {}).items()}
    opened = _open_folder(place, own) if place.is_dir() else _open_file(place)
    stems = split_channels(opened.stems) if channels else opened.stems
    stems = with_settings(stems, own, opened.left_out)
    check_names(stems)
    stems, placed = place_by_time_reference(stems)
    if lengths == "equal":
        check_lengths(stems, fps)
    one_file = not place.is_dir() and len(opened.stems) == 1 and not channels
    stems, banded = with_bands(in_order(stems), bands, one_file=one_file)
    stems = split_into_bands(stems)
    check_names(stems)
    return FoundStems(
        stems,
        opened.skipped,
        [*opened.notes, *banded, *wide_note(stems), *placed, *_notes_of(stems)],
    )


@dataclass
class _Opened:
    """What has been found so far."""

    stems: list[Stem] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Names of files that were not even opened."""
    unusual: list[str] = field(default_factory=list)
    """Files that are audio in spite of their ending."""
    notes: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Add the tracks of a file."""
        stems, notes = open_tracks(path)
        self.stems += stems
        self.notes += notes


def _open_file(path: Path) -> _Opened:
    if not path.exists():
        raise StemError(
            f"{path} does not exist; give the folder that holds one audio file per stem, "
            "or one audio file"
        )
    refuse_absent(path)
    opened = _Opened()
    opened.open(path)
    return opened


def _open_folder(folder: Path, settings: Mapping[str, StemSettings]) -> _Opened:
    opened = _Opened()
    for path in files_in(folder):
        wanted = waits_for(path) or path
        name = name_of(wanted)
        if name in settings and settings[name].leave_out:
            opened.left_out.append(name)
        elif has_audio_ending(wanted):
            refuse_absent(path)
            opened.open(path)
        elif not _open_by_content(path, opened):
            opened.skipped.append(path)
    if not opened.stems and not opened.left_out:
        raise _no_audio(folder)
    if opened.unusual:
        opened.notes.append(f"{listed(opened.unusual)}: read as audio for what is in it")
    return opened


def _open_by_content(path: Path, opened: _Opened) -> bool:
    """Open a file whose ending is not that of audio, if it is audio all the same."""
    if is_companion(path) or not (begins_as_sound(path) or may_be_sound(path)):
        return False
    try:
        opened.open(path)
    except StemError:
        if begins_as_sound(path):
            raise
        return False
    opened.unusual.append(path.name)
    return True


def _no_audio(folder: Path) -> StemError:
    inner = folders_with_audio(folder)
    if inner:
        names = listed([str(path) for path in inner], most=9)
        does = "does: give that folder" if len(inner) == 1 else "do: give one of them"
        return StemError(f"{folder} holds no audio files, but {names} {does} instead")
    return StemError(
        f"{folder} holds no audio files; put one WAV, AIFF or FLAC file per stem into it, "
        f"or try it with a demo performance: drumkit-stems {folder}"
    )


def _notes_of(stems: list[Stem]) -> list[str]:
    return list(dict.fromkeys(note for stem in stems for note in stem.notes))
