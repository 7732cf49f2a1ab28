"""Bands: one sound as several stems, by frequency."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from manim_drumkit.errors import UsageError
from manim_drumkit.stems.row import kinds_of, labels_of
from manim_drumkit.stems.stem import Band, Stem

DEFAULT_BANDS = 7
"""How many bands a file has that is the only stem."""
LOWEST_HZ, HIGHEST_HZ = 40, 16_000
MOST_OF_RATE = 0.45
"""The highest frequency as a share of the rate; half of it is all that a file can hold."""


def with_bands(
    stems: Sequence[Stem], bands: int | None, *, one_file: bool
) -> tuple[list[Stem], list[str]]:
    """Choose how many bands the only stem has; return the stems, and notes for the user.

    Args:
        stems: all that there are.
        bands: how many the user wants; ``None`` to choose.
        one_file: whether the user gave one file, all of whose channels move together.

    Raises:
        UsageError: bands are wanted of several stems.
    """
    only = stems[0]
    if bands is not None and len(stems) > 1:
        raise UsageError(
            f"--bands is for one mixed file, and there are {len(stems)} stems; for bands of one "
            "of them, set bands = N under [stems.NAME] in drumkit.toml"
        )
    if bands is not None:
        return [_asked(only, bands)], []
    if not one_file or len(stems) > 1 or only.channels > 2 or only.settings.bands is not None:
        return list(stems), []
    return [_asked(only, DEFAULT_BANDS)], [
        f"{only.path.name} is one file: its stems are {DEFAULT_BANDS} bands of frequencies; pass "
        "--bands N for more or fewer, 1 for the file as one stem"
    ]


def split_into_bands(stems: Sequence[Stem]) -> list[Stem]:
    """Put the bands, from low to high, in the place of each stem that is to have some.

    They are called after the frequencies in their middles, and after their stem if it is not
    the only one.
    """
    labels, kinds = labels_of(stems), kinds_of(stems)
    if len(stems) == 1:
        labels = (stems[0].settings.label or "",)
    return [
        band
        for stem, label, kind in zip(stems, labels, kinds, strict=True)
        for band in _bands_of(stem, label, kind, alone=len(stems) == 1)
    ]


def band_edges(count: int, rate: int) -> list[float]:
    """Return where bands begin and end, in Hz, spaced evenly on a logarithmic scale.

    >>> [round(edge) for edge in band_edges(4, 48000)]
    [40, 179, 800, 3578, 16000]
    >>> [round(edge) for edge in band_edges(2, 8000)]
    [40, 379, 3600]
    """
    octaves = min(HIGHEST_HZ, MOST_OF_RATE * rate) / LOWEST_HZ
    return [float(LOWEST_HZ * octaves ** (number / count)) for number in range(count + 1)]


def frequency_names(frequencies: Sequence[float]) -> list[str]:
    """Return frequencies in Hz as short texts that differ.

    >>> frequency_names([61.4, 144.4, 1883.0, 10429.0])
    ['61 Hz', '140 Hz', '1.9 kHz', '10 kHz']
    """
    for digits in range(2, 17):
        names = [_frequency_name(float(f"{hertz:.{digits}g}")) for hertz in frequencies]
        if len(set(names)) == len(names):
            break
    return names


def _frequency_name(hertz: float) -> str:
    return f"{hertz:.15g} Hz" if hertz < 1000 else f"{hertz / 1000:.15g} kHz"


def _asked(stem: Stem, bands: int) -> Stem:
    return replace(stem, settings=replace(stem.settings, bands=bands))


def _bands_of(stem: Stem, label: str, kind: str, *, alone: bool) -> list[Stem]:
    count = stem.settings.bands or 1
    if count == 1:
        return [stem]
    edges = band_edges(count, stem.rate)
    names = frequency_names([(low * high) ** 0.5 for low, high in pairwise(edges)])
    return [
        replace(
            stem,
            name=name if alone else f"{stem.name} {name}",
            settings=replace(
                stem.settings,
                label=f"{label} {name}".strip(),
                kind=kind,
            ),
            band=Band(stem, edges[number], edges[number + 1]),
        )
        for number, name in enumerate(names)
    ]
