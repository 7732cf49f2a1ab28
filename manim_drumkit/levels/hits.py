"""Hits: when each stem is struck, told apart from what it hears of the others."""

from bisect import bisect_right
from collections.abc import Iterable
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from manim_drumkit.levels.onsets import HOPS_PER_SECOND, Strengths
from manim_drumkit.levels.peaks import PeakFinder, find_peaks
from manim_drumkit.workspace.film_levels import HIT

AHEAD, BEHIND = 4, 8
"""In hops: a rise is from the strongest of those behind to the strongest of those from here on.
The waves of a low drum are up to 26 ms apart."""
COMPRESSION = 100.0
"""Rises are those of log(1 + 100 x), where x is 1 for the strongest: 40 dB below hardly counts."""
RANK = 3
"""The third strongest rise counts as 1: one or two slips do no harm."""
MOST_OVER = 2.0
"""But no less than half of the strongest counts as 1, for a stem that is struck once, and of
the strongest sound, for one that never rises at once."""
NO_RISE = 0.01
"""A rise under this is none."""
OFFSET = 0.05
"""What is added to each band before the geometric mean, so that one alone does not make it 0."""
LEAST_STRENGTH = 0.06
"""What is weaker is no hit: 24 dB under the strong ones."""

TOGETHER = 5
"""Hits within 5 hops may be one stroke: in 15 ms sound goes 5 m."""
CLEAR = 0.12
"""The least strength of a stroke that tells how much of it other stems hear."""
SHARED = 0.45
"""Who hears at least so much of another's strokes, in all bands, hears the same drum."""
LOWER, UPPER = 0.05, 0.2
"""The quantiles that tell bleed apart from hits at the same time, which are stronger."""
BLEED_AT_MOST = 0.95
"""The share of bleed that is taken for bleed."""
LEAST_SPREAD, MOST_SPREAD = 0.3, 0.5
"""The standard deviation of bleed, in natural logarithms of its amplitude."""
SILENCE = 1e-9
"""A band that is never stronger, at full scale 1, has no rises: -180 dBFS."""
INAUDIBLE = 0.005
"""What is added to ratios, and the least that they are to, for the logarithm."""
STROKES_AT_ONCE = 4096

Floats: TypeAlias = npt.NDArray[np.float32]
Rises: TypeAlias = npt.NDArray[np.float16]
"""``float16[bands, hops + 1]``: how much a band rises at a hop; a rise of 0 after the last."""
Indices: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def find_hits(stems: Iterable[Strengths], peaks_in: PeakFinder = find_peaks) -> npt.NDArray[Any]:
    """Find the hits of all stems.

    The onset function is the rise of the compressed strength, summed over the bands (Klapuri,
    "Sound Onset Detection by Applying Psychoacoustic Knowledge", ICASSP 1999), from the maximum
    of the hops before, so that ripples are no rise (as in Boeck and Widmer, "Maximum Filter
    Vibrato Suppression for Onset Detection", DAFx 2013). Its peaks are hits if they are more than
    what the stem hears of others; see :func:`_struck`. A stem that only ever sounds together with
    a stronger one is taken for its bleed.

    Args:
        stems: what :class:`~manim_drumkit.levels.onsets.Onsets` measured of each.
        peaks_in: what finds the peaks of an onset function.

    Returns:
        The hits, by time and then by stem; see :data:`~manim_drumkit.workspace.film_levels.HIT`.
        Times are in seconds from the start of the music.
    """
    rises, peaks = [], []
    for strengths in stems:
        found = _rises_and_peaks(strengths, peaks_in)
        rises.append(found[0])
        peaks.append(found[1])
    if not sum(map(len, peaks)):
        return np.zeros(0, HIT)
    hops, columns = np.concatenate(peaks), np.repeat(np.arange(len(peaks)), list(map(len, peaks)))
    order = np.lexsort((columns, hops))
    hops, columns = hops[order], columns[order]
    firsts = _first_of_each_stroke(hops)
    lasts = np.append(firsts[1:], len(hops)) - 1
    strokes = np.repeat(np.arange(len(firsts)), lasts - firsts + 1)
    heard = np.stack([_heard(each, hops[firsts], hops[lasts]) for each in rises], axis=1)
    strength = _strength(heard)
    struck = _struck(heard, strength)[strokes, columns]
    hits = np.zeros(np.count_nonzero(struck), HIT)
    hits["time"] = (hops[struck] + 0.5) / HOPS_PER_SECOND
    hits["stem"] = columns[struck]
    hits["strength"] = np.minimum(strength[strokes, columns][struck], 1)
    return hits


def _rises_and_peaks(strengths: Strengths, peaks_in: PeakFinder) -> tuple[Rises, Indices]:
    """Return how much each band rises at each hop, and the hops at which the stem may be hit."""
    rises = np.zeros((len(strengths), strengths.shape[1] + 1), np.float16)
    onset = np.zeros(strengths.shape[1], np.float32)
    tops = np.full((len(strengths), 1), np.inf, np.float32)
    for number, band in enumerate(strengths):
        behind, ahead = _behind(band), _ahead(band)
        rise = np.maximum(ahead - behind, 0)
        top = max(_top(rise), _top(ahead) / MOST_OVER)
        if top > SILENCE:
            tops[number] = top
            rises[number, :-1] = rise / top
            scale = COMPRESSION / top
            rising = np.flatnonzero(rise > NO_RISE * top)
            onset[rising] += np.log((1 + scale * ahead[rising]) / (1 + scale * behind[rising]))
    return rises, _begin(strengths, tops, peaks_in(onset))


def _behind(band: Floats) -> Floats:
    """Return the maximum of the 8 hops before each; silence is before the first."""
    before = np.concatenate([np.zeros(BEHIND, np.float32), band])
    pairs = np.maximum(before[1:], before[:-1])
    fours = np.maximum(pairs[2:], pairs[:-2])
    eights: Floats = np.maximum(fours[4:], fours[:-4])
    return eights[: len(band)]


def _ahead(band: Floats) -> Floats:
    """Return the maximum of each hop and the 3 after it."""
    after = np.concatenate([band, np.zeros(AHEAD - 1, np.float32)])
    pairs = np.maximum(after[1:], after[:-1])
    fours: Floats = np.maximum(pairs[2:], pairs[:-2])
    return fours


def _top(values: Floats) -> float:
    """Return the third strongest of each tenth of a second, or what is near the strongest."""
    size = HOPS_PER_SECOND // 10
    parts = np.maximum.reduceat(values, np.arange(0, len(values), size)) if len(values) else values
    if len(parts) < RANK:
        return float(parts.max(initial=0))
    strongest = np.partition(parts, -RANK)[-RANK:]
    return float(max(strongest.min(), strongest.max() / MOST_OVER))


def _begin(strengths: Strengths, tops: Floats, peaks: Indices) -> Indices:
    """Return the hops in which rises are half done, in order.

    Args:
        strengths: those of the bands.
        tops: the rise of each band that counts as 1, ``float32[bands, 1]``; infinite if it has
            none.
        peaks: the hops from which they rise.
    """
    places = peaks[:, None] + np.arange(-BEHIND, AHEAD + 1)
    inside = np.clip(places, 0, strengths.shape[1] - 1)
    shares = strengths[:, inside] / tops[..., None]
    loud = np.log1p(COMPRESSION * shares).sum(axis=0)
    loud[places < 0] = 0
    low, high = loud[:, :BEHIND].max(axis=1), loud[:, BEHIND:].max(axis=1)
    half_done = loud[:, BEHIND:] >= ((low + high) / 2)[:, None]
    return np.unique(np.minimum(peaks + half_done.argmax(axis=1), strengths.shape[1] - 1))


def _first_of_each_stroke(hops: Indices) -> Indices:
    """Return where, among sorted hops, those begin that stems may have of the same stroke."""
    rising, firsts = hops.tolist(), [0]
    while (following := bisect_right(rising, rising[firsts[-1]] + TOGETHER)) < len(rising):
        firsts.append(following)
    return np.array(firsts)


def _heard(rises: Rises, firsts: Indices, lasts: Indices) -> Floats:
    """Return how much the bands of a stem rise at each stroke, ``float32[strokes, bands]``."""
    places = firsts[:, None] + np.arange(-AHEAD, TOGETHER + AHEAD)
    places = np.clip(np.minimum(places, lasts[:, None] + AHEAD - 2), 0, rises.shape[1] - 1)
    most: Floats = rises[:, places].max(axis=2).T.astype(np.float32)
    return most


def _strength(heard: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the geometric mean of the bands, the last axis."""
    mean: npt.NDArray[Any] = np.exp(np.log(heard + OFFSET).mean(axis=-1)) - OFFSET
    return mean


def _struck(heard: Floats, strength: Floats) -> Flags:
    """Tell which stems are struck, and which only hear others: ``bool[strokes, stems]``.

    The strongest stem of a stroke is struck. Of the others, from strong to weak, each is struck
    that hears more than those which are struck before it let it hear at most.
    """
    bleed = _bleed(heard, strength)
    struck = np.zeros(strength.shape, bool)
    for start in range(0, len(heard), STROKES_AT_ONCE):
        part = slice(start, start + STROKES_AT_ONCE)
        struck[part] = _explained(heard[part], strength[part], bleed)
    return struck


def _explained(heard: Floats, strength: Floats, bleed: Floats) -> Flags:
    strokes = np.arange(len(heard))
    struck = np.zeros(strength.shape, bool)
    power = np.zeros_like(heard)
    for stem in np.argsort(-strength, axis=1, kind="stable").T:
        own = strength[strokes, stem]
        if (own < LEAST_STRENGTH).all():
            break
        hit = (own >= LEAST_STRENGTH) & (own > _strength(np.sqrt(power[strokes, stem])))
        struck[strokes, stem] = hit
        power += (bleed[stem] * (hit[:, None] * heard[strokes, stem])[:, None, :]) ** 2
    return struck


def _bleed(heard: Floats, strength: Floats) -> Floats:
    """Return how much of each stem's strokes each other one hears at most.

    What they hear is bleed, or bleed and a hit at the same time, which is louder. So the mean and
    the deviation of bleed, in decibels, follow from its lower quantiles.

    Returns:
        ``float32[struck stems, hearing stems, bands]``; 0 between stems that hear the same drum.
    """
    stems = strength.shape[1]
    bleed = np.zeros((stems, *heard.shape[1:]), np.float32)
    leading = strength.argmax(axis=1)
    low, high, most = (NormalDist().inv_cdf(each) for each in (LOWER, UPPER, BLEED_AT_MOST))
    for stem in range(stems):
        clear = heard[(leading == stem) & (strength[:, stem] >= CLEAR)]
        if not len(clear):
            continue
        ratios = np.log(clear / np.maximum(clear[:, stem, None], INAUDIBLE) + INAUDIBLE)
        lower, upper, middle = np.quantile(ratios, (LOWER, UPPER, 0.5), axis=0)
        spread = np.clip((upper - lower) / (high - low), LEAST_SPREAD, MOST_SPREAD)
        shared = np.exp(middle).min(axis=1) >= SHARED
        bleed[stem] = np.where(shared[:, None], 0, np.exp(upper + (most - high) * spread))
    return bleed
