"""Tracks and channels: several stems in one file."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from manim_drumkit.stems import ni_stems
from manim_drumkit.stems.files import in_nfc
from manim_drumkit.stems.stem import Stem
from manim_drumkit.text import listed


def open_tracks(path: Path) -> tuple[list[Stem], list[str]]:
    """Open the audio tracks of a file as one stem each; return them, and notes for the user.

    Raises:
        StemError: the file cannot be read.
    """
    tracks = [replace(track, name=in_nfc(track.name)) for track in Stem.open_all(path)]
    if len(tracks) == ni_stems.TRACKS and path.name.lower().endswith(ni_stems.SUFFIXES):
        titles = ni_stems.stem_titles(path) or [track.name for track in tracks[1:]]
        stems = [
            replace(track, name=in_nfc(title))
            for track, title in zip(tracks[1:], titles, strict=True)
        ]
        return stems, [
            f"the first track of {path.name} is the mix of the other four, and is no stem; "
            f"pass --audio {path} to make it the sound"
        ]
    if len(tracks) > 1:
        return tracks, [f"{path.name} has {len(tracks)} audio tracks: one stem each"]
    return tracks, []


def split_channels(stems: list[Stem]) -> list[Stem]:
    """Make a stem of every channel, named by the file (iXML) or numbered after the stem."""
    taken = Counter(stem.name for stem in stems if stem.channels == 1)
    taken.update(title for stem in stems if stem.channels > 1 for title in _titles(stem))
    return [channel for stem in stems for channel in _channels(stem, taken)]


def _channels(stem: Stem, taken: Counter[str]) -> list[Stem]:
    if stem.channels == 1:
        return [stem]
    titles = _titles(stem)
    return [
        replace(stem, name=_channel_name(stem, titles, number, taken), channel=number, channels=1)
        for number in range(stem.channels)
    ]


def _channel_name(stem: Stem, titles: list[str], number: int, taken: Counter[str]) -> str:
    """Return a channel's title; after the stem's name if others have that title, too."""
    title = titles[number]
    if title and taken[title] == 1:
        return title
    own = title and titles.count(title) == 1
    return f"{stem.name} {title if own else number + 1}"


def _titles(stem: Stem) -> list[str]:
    """Return the titles of a stem's channels, empty where the file gives none."""
    titles = [in_nfc(" ".join(title.split())) for title in stem.channel_titles]
    return [*titles, *[""] * stem.channels][: stem.channels]


def wide_note(stems: list[Stem]) -> list[str]:
    """Return a note if stems have more channels than a pair."""
    wide = [stem for stem in stems if stem.channels > 2 and not stem.band]
    if not wide:
        return []
    names = listed(list(dict.fromkeys(stem.path.name for stem in wide)))
    have = "has" if len(wide) == 1 else "have up to"
    return [
        f"{names} {have} {max(stem.channels for stem in wide)} channels, which move one stem "
        "together; pass --split-channels to make a stem of each"
    ]
