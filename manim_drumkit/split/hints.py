"""Hints: what is probably not meant, and what to do about it."""

import re
from collections.abc import Sequence

import numpy as np

from manim_drumkit.levels.measure import StemLevels
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.text import listed

MIX_WORDS = frozenset("bounce master mastered mix mixdown mixture premaster".split())
"""What a mix of all stems is called; ``2mix`` is two words here."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

LARGE_OFFSET = 0.01
"""The smallest DC offset that a hint is worth, of full scale."""
NEVER_FALLS = 0.02
"""A level that is hardly ever below this does not come down between hits."""
SELDOM_PERCENT = 5
FAR_OVER_DB = 20.0
"""No recording peaks there, in dBFS; files do whose samples are scaled as integers."""


def mix_hints(stems: Sequence[Stem], *, summed: bool) -> list[str]:
    """Return a hint if a mix lies beside its stems.

    Args:
        stems: all stems of the film.
        summed: whether the film's sound is their sum.
    """
    sounds = list(dict.fromkeys(stem.sound for stem in stems))
    mixes = [sound for sound in sounds if _is_mix(sound.name)]
    others = len(sounds) - len(mixes)
    if others < 2 or others < len(mixes):
        return []
    doubles = "its sound is heard twice, and " if summed else ""
    return [
        f"{_file(mix)} is probably a mix of the other stems: {doubles}it is drawn beside them; "
        f"{_remedy(mix)}"
        for mix in mixes
    ]


def level_hints(
    stems: Sequence[Stem], measured: Sequence[StemLevels], settings: LevelSettings
) -> list[str]:
    """Return hints for what only the samples show: DC offsets, values far over full scale."""
    pairs = list(zip(stems, measured, strict=True))
    hints = []
    offsets = {s.name: abs(m.mean) for s, m in pairs if not s.band and _has_offset(m)}
    if offsets and settings.low_cut_hz is None:
        hints.append(
            f"{listed(list(offsets))}: a DC offset of {_up_to(offsets)}{max(offsets.values()):.1%} "
            "of full scale keeps the level up; pass --low-cut 20"
        )
    peaks: dict[str, float] = {}
    for stem, found in pairs:
        if found.peak_db > FAR_OVER_DB:
            name = stem.sound.name
            peaks[name] = max(found.peak_db, peaks.get(name, found.peak_db))
    if peaks:
        hints.append(
            f"{listed(list(peaks))}: a peak of {_up_to(peaks)}{max(peaks.values()):.1f} dBFS is "
            "far over full scale; export with samples from -1 to 1, or set a gain in drumkit.toml"
        )
    return hints


def _is_mix(name: str) -> bool:
    return not MIX_WORDS.isdisjoint(word.lower() for word in WORD.findall(name))


def _file(stem: Stem) -> str:
    return stem.path.name if stem.path.stem == stem.name else stem.name


def _remedy(mix: Stem) -> str:
    key = mix.name if re.fullmatch(r"[A-Za-z0-9_-]+", mix.name) else f'"{mix.name}"'
    leave_out = f"set leave-out = true under [stems.{key}] in drumkit.toml"
    if mix.track or mix.channel is not None:
        return leave_out
    return f"move it elsewhere and pass --audio {mix.path.name}, or {leave_out}"


def _has_offset(measured: StemLevels) -> bool:
    heard = measured.levels[measured.levels > 0]
    if abs(measured.mean) <= LARGE_OFFSET or not len(heard):
        return False
    return float(np.percentile(heard, SELDOM_PERCENT)) > NEVER_FALLS


def _up_to(values: dict[str, float]) -> str:
    return "up to " if len(values) > 1 else ""
