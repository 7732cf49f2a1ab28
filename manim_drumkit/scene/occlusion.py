"""Occlusion: which of two solids hides the other, and in which order to paint them.

In the picture a solid is a stroke: a segment with a thickness and a nearness at each end. The ends
of a ball are the same point.
"""

import heapq
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.intp]

SAME = 1e-6
"""The relative difference in nearness below which neither stroke is nearer."""


@dataclass(frozen=True)
class Strokes:
    """All solids of a frame, as they are in the picture."""

    ends: Floats
    """``float[strokes, 2, 2]``, both ends."""
    radii: Floats
    """``float[strokes, 2]``, half the thickness at each end."""
    nearness: Floats
    """``float[strokes, 2]``, how large things look at each end; linear along a stroke."""

    def touching(self) -> tuple[Ints, Ints]:
        """List the pairs of strokes whose upright bounding boxes overlap."""
        low = (self.ends - self.radii[..., None]).min(axis=1)
        high = (self.ends + self.radii[..., None]).max(axis=1)
        # Along x, from the left: each may touch those that begin before it ends.
        order = np.argsort(np.nan_to_num(low[:, 0], nan=np.inf), kind="stable")
        begin, end = low[order, 0], high[order, 0]
        after = np.arange(len(order)) + 1
        stop = np.searchsorted(begin, end, side="right")
        counts = np.where(end >= begin, np.maximum(stop - after, 0), 0)
        left = np.repeat(np.arange(len(order)), counts)
        right = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - after, counts)
        left, right = order[left], order[right]
        touch = (low[left, 1] <= high[right, 1]) & (low[right, 1] <= high[left, 1])
        first, second = np.minimum(left, right)[touch], np.maximum(left, right)[touch]
        listed = np.lexsort([second, first])
        return first[listed], second[listed]


def paint_order(strokes: Strokes, order: Ints, pairs: tuple[Ints, Ints]) -> Ints:
    """Return an order in which each stroke is painted over what it hides.

    Args:
        strokes: what to paint.
        order: all strokes, from far to near; kept as far as what hides what allows it, and
            where strokes hide each other in a ring.
        pairs: the strokes that may hide each other.
    """
    behind, before = _hidden_and_hiding(strokes, *pairs)
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    if (rank[behind] < rank[before]).all():
        return order
    return order[_sorted(len(order), rank[behind].tolist(), rank[before].tolist())]


def _hidden_and_hiding(strokes: Strokes, first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Return, for the pairs that do overlap, the stroke behind and the stroke in front."""
    s, t, distance = _closest(strokes.ends[first], strokes.ends[second])
    near_first, near_second = _at(strokes.nearness[first], s), _at(strokes.nearness[second], t)
    overlap = distance < _at(strokes.radii[first], s) + _at(strokes.radii[second], t)
    clear = np.abs(near_first - near_second) > SAME * (near_first + near_second)
    pick = overlap & clear
    second_is_nearer = (near_second > near_first)[pick]
    first, second = first[pick], second[pick]
    return (
        np.where(second_is_nearer, first, second),
        np.where(second_is_nearer, second, first),
    )


def _closest(p: Floats, q: Floats) -> tuple[Floats, Floats, Floats]:
    """Return where segments ``float[pairs, 2, 2]`` come closest: shares of each, and distances.

    After C. Ericson, Real-Time Collision Detection (2005), section 5.1.9.
    """
    along_p, along_q, gap = p[:, 1] - p[:, 0], q[:, 1] - q[:, 0], p[:, 0] - q[:, 0]
    a, e, b = _dot(along_p, along_p), _dot(along_q, along_q), _dot(along_p, along_q)
    c, f = _dot(along_p, gap), _dot(along_q, gap)
    s = np.clip(_divided(b * f - c * e, a * e - b * b), 0, 1)
    t = np.clip(_divided(b * s + f, e), 0, 1)
    s = np.clip(_divided(b * t - c, a), 0, 1)
    away = gap + along_p * s[:, None] - along_q * t[:, None]
    return s, t, np.sqrt(_dot(away, away))


def _sorted(count: int, behind: list[int], before: list[int]) -> list[int]:
    """Sort 0 to ``count`` topologically (A. B. Kahn, 1962), the smallest possible one first."""
    hiding: list[list[int]] = [[] for _ in range(count)]
    hidden: list[list[int]] = [[] for _ in range(count)]
    for far, near in zip(behind, before, strict=True):
        hiding[far].append(near)
        hidden[near].append(far)
    blocked = [len(far) for far in hidden]
    ready = [i for i in range(count) if not blocked[i]]
    done: dict[int, None] = {}
    while len(done) < count:
        i = heapq.heappop(ready) if ready else _in_a_ring(hidden, done)
        if i in done:
            continue
        done[i] = None
        for near in hiding[i]:
            blocked[near] -= 1
            if not blocked[near]:
                heapq.heappush(ready, near)
    return list(done)


def _in_a_ring(hidden: list[list[int]], done: dict[int, None]) -> int:
    """Return one of the strokes that hide each other in a ring, when no other is left."""
    i = next(i for i in range(len(hidden)) if i not in done)
    passed: set[int] = set()
    while i not in passed:
        passed.add(i)
        i = next(far for far in hidden[i] if far not in done)
    return i


def _at(values: Floats, share: Floats) -> Floats:
    both: Floats = values[:, 0] + (values[:, 1] - values[:, 0]) * share
    return both


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1]
    return product


def _divided(a: Floats, b: Floats) -> Floats:
    """Divide, with 0 where the divisor is almost 0."""
    return np.divide(a, b, out=np.zeros_like(a), where=b > 1e-12)
