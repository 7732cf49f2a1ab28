"""The sliced encoder: x264 encodes only the rows that move, and the rest is skipped slices.

A film of solids on a plain ground is mostly plain rows, above and below of what moves, and x264
takes half of its time to find out that they are as before. An H.264 picture may have several
slices, which no prediction crosses; so each picture is put together from three::

    the rows above   a slice of x264's own of a plain picture, which skips every macroblock
    the rows that move   what x264 makes of these rows alone
    the rows below   as above

The headers of the slices are written anew to fit into one picture. Motion vectors may point out
of the rows that move: there, an encoder sees its outermost row repeated, and so does a decoder,
since the rows above and below are just that. They are plain, so is the outermost macroblock of
the rows that move, and x264 skips it. Where something is drawn in it, a key frame with more rows
follows. Where most rows move, or the ground is not plain, all of a picture is encoded.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import av
import numpy as np

from manim_drumkit.errors import SegmentError
from manim_drumkit.segment.h264 import ParameterSets, StreamError
from manim_drumkit.segment.h264_slice import Slice
from manim_drumkit.segment.still_rows import StillRows
from manim_drumkit.segment.x264 import X264, decoded, split_packet
from manim_drumkit.segment.yuv import Changes, Pixels, Plane, Yuv420Picture, planes, rows_around

MACROBLOCK = 16
EDGE = MACROBLOCK
"""How many plain rows there are at least between what moves and the skipped rows."""
MARGIN = 2 * MACROBLOCK
"""How many there are at first: room for it to move further."""
MOST = 0.75
"""The share of the rows from which on all are encoded."""
MOST_GROUPS = 8
"""How often a film begins with other rows, before whole pictures take less."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture."""

    time: int
    """The number of its frame."""
    is_key: bool
    data: bytes
    """A byte stream by annex B of H.264."""


class Group:
    """Pictures from a key frame on, of which the same rows are encoded."""

    def __init__(self, x264: X264, rows: range, height: int, whole: ParameterSets) -> None:
        """Begin a group.

        Args:
            x264: how its rows are encoded.
            rows: which rows, from one macroblock to another or to the last row.
            height: how many rows a picture has.
            whole: the parameter sets of the film.

        Raises:
            StreamError: those of the rows do not fit them.
        """
        self.rows = rows
        self.started: list[tuple[int, list[Plane]]] = []
        """Times and rows, in 4:2:0, of the pictures of which none was encoded yet."""
        self._x264, self._height, self._sets = x264, height, whole
        self._picture = Yuv420Picture(x264.width, rows)
        self._context = x264.open(len(rows))
        self._around: dict[int, StillRows] | None = None if len(rows) < height else {}
        if not ParameterSets.read(self._context.extradata).fits(whole):
            raise StreamError("parameter sets depend on the height")

    def has_room_for(self, changed: range) -> bool:
        """Tell whether rows that change are among those encoded, off the plain ones at the end."""
        if not changed:
            return True
        first = self.rows.start + EDGE if self.rows.start else 0
        stop = self.rows.stop - EDGE if self.rows.stop < self._height else self._height
        return first <= changed.start and changed.stop <= stop

    def encode(self, pixels: Pixels, changed: range, time: int) -> Iterator[Picture]:
        """Take the next picture; yield those that are encoded by then.

        Raises:
            StreamError: x264's stream is not as expected.
        """
        frame = self._picture.show(pixels, changed)
        if self._around is None:
            self.started.append((time, [plane.copy() for plane in planes(frame)]))
        yield from self._encode(frame, time)

    def encode_started(self, group: "Group", pixels: Pixels) -> Iterator[Picture]:
        """Take the pictures of another group, which has encoded none.

        Args:
            group: the other group.
            pixels: its last picture.
        """
        frame = self._picture.show(pixels, range(self._height))
        for time, rows in group.started:
            frame.make_writable()
            for step, plane, part in zip((1, 2, 2), planes(frame), rows, strict=True):
                plane[group.rows.start // step : group.rows.stop // step] = part
            yield from self._encode(frame, time)

    def flush(self) -> Iterator[Picture]:
        """Yield the rest of the pictures."""
        yield from map(self._put_together, self._context.encode(None))

    def _encode(self, frame: av.VideoFrame, time: int) -> Iterator[Picture]:
        frame.pts, frame.time_base = time, 1 / self._x264.rate
        yield from map(self._put_together, self._context.encode(frame))

    def _put_together(self, packet: Any) -> Picture:
        """Put the slices of a picture together."""
        others, unit = split_packet(packet)
        middle = Slice.read(unit, self._sets)
        if self._around is None:
            self._around = self._encode_around(packet)
            self.started.clear()
        still = self._around.items()
        parts = {first: rows.key if middle.is_idr else rows.skipped for first, rows in still}
        parts[self.rows.start] = middle
        per_row = self._sets.width_in_mbs
        slices = (
            part.placed(first // MACROBLOCK * per_row, middle, idr_pic_id=packet.pts % 2)
            for first, part in sorted(parts.items(), key=itemgetter(0))
        )
        units = [*others, *(each.unit(self._sets) for each in slices)]
        return Picture(packet.pts, middle.is_idr, b"".join(map(bytes, units)))

    def _encode_around(self, first: Any) -> dict[int, StillRows]:
        """Encode the rows above and below: the rows at the ends, as they are decoded, repeated.

        Args:
            first: the packet of the first picture.

        Returns them by the number of their first row.
        """
        (picture,) = decoded(self._context.extradata, first)
        ends = ((0, self.rows.start, 0), (self.rows.stop, self._height - self.rows.stop, -1))
        around = {}
        for place, height, end in ends:
            if height:
                row = [plane[end] for plane in picture]
                _check_row(row, [plane[end] for plane in self.started[0][1]])
                around[place] = StillRows.encode(self._x264, height, row, self._sets)
        return around


class SlicedEncoder:
    """Encodes pictures, and of those that are mostly plain only the rows that move."""

    def __init__(self, x264: X264, height: int, parameter_sets: bytes) -> None:
        """Begin a film.

        Args:
            x264: how it is encoded.
            height: the height of its pictures.
            parameter_sets: those of the film, by annex B.

        Raises:
            StreamError: they are not as expected.
        """
        self._x264, self._height = x264, height
        self._sets = ParameterSets.read(parameter_sets)
        self._changes = Changes()
        self._group: Group | None = None
        self._groups_left = MOST_GROUPS
        self._last: Pixels | None = None

    def encode(self, pixels: Pixels, time: int) -> Iterator[Picture]:
        """Take the next picture; yield those that are encoded by then.

        Args:
            pixels: the picture, which must not change until the next one is taken.
            time: the number of its frame.

        Raises:
            SegmentError: x264's stream is not as it was at the beginning.
        """
        with _reported():
            changed = self._changes.rows(pixels)
            if self._group is None or not self._group.has_room_for(changed):
                rows = rows_to_encode(pixels, self._group.rows if self._group else range(0))
                yield from self._flush()
                self._group = None  # two encoders take twice the memory
                self._group, changed = self._group_of(rows), range(self._height)
            self._last = pixels
            yield from self._checked(self._group, self._group.encode(pixels, changed, time))

    def flush(self) -> Iterator[Picture]:
        """Yield the rest of the pictures.

        Raises:
            SegmentError: x264's stream is not as it was at the beginning.
        """
        with _reported():
            yield from self._flush()

    def _flush(self) -> Iterator[Picture]:
        group = self._group
        if group:
            yield from self._checked(group, group.flush())
        if self._group and self._group is not group:
            yield from self._group.flush()

    def _checked(self, group: Group, pictures: Iterator[Picture]) -> Iterator[Picture]:
        """Yield pictures of a group; if the first shows that it cannot be, encode whole ones."""
        try:
            yield from pictures
        except StreamError:
            if not group.started or self._last is None:
                raise
            self._groups_left = 0
            self._group = self._group_of(range(self._height))
            yield from self._group.encode_started(group, self._last)

    def _group_of(self, rows: range) -> Group:
        """Begin a group: of whole pictures, if others cannot be, or began too often."""
        whole = range(self._height)
        self._groups_left -= rows != whole
        if self._groups_left >= 0:
            with suppress(StreamError):
                return Group(self._x264, rows, self._height, self._sets)
            self._groups_left = 0
        return Group(self._x264, whole, self._height, self._sets)


@contextmanager
def _reported() -> Iterator[None]:
    """Say what to do where x264's stream is not as expected, too late to encode otherwise."""
    try:
        yield
    except StreamError as error:
        raise SegmentError(
            f"x264 wrote slices that do not fit into one picture ({error}); pass another --preset "
            "to drumkit-split, for pictures of one slice"
        ) from error


def rows_to_encode(pixels: Pixels, before: range = range(0)) -> range:
    """Return the rows to encode for pictures like one, from macroblock to macroblock.

    Where something has moved out of the rows before, half of the plain ones are added. Those of
    a picture on which nothing was drawn do not count.

    Args:
        pixels: the picture.
        before: the rows that were encoded until something moved out of them; none at first.
    """
    height, drawn = len(pixels), _drawn_rows(pixels)
    first, stop = drawn.start - MARGIN, drawn.stop + MARGIN
    kept = range(before.start + EDGE, before.stop - EDGE)
    if kept:
        first = before.start if drawn.start >= kept.start else drawn.start // 2
        stop = before.stop if drawn.stop <= kept.stop else (drawn.stop + height) // 2
    first = max(first // MACROBLOCK * MACROBLOCK, 0)
    stop = min(-(-stop // MACROBLOCK) * MACROBLOCK, height)
    return range(first, stop) if stop - first < MOST * height else range(height)


def _drawn_rows(pixels: Pixels) -> range:
    """Return the rows between plain ones at the top, all of one colour, and at the bottom."""
    colors = pixels.view(np.uint32)[..., 0]
    drawn = np.flatnonzero((colors != colors[0, 0]).any(axis=1))
    other = np.flatnonzero((colors != colors[-1, -1]).any(axis=1))
    if not len(drawn):
        return range(0)
    return rows_around(int(drawn[0]), int(other[-1]) + 1, len(pixels))


def _check_row(encoded: Sequence[Plane], drawn: Sequence[Plane]) -> None:
    """Check a row next to rows that stay: x264 must see no reason to encode it again.

    Raises:
        StreamError: it has changed by more than rounding does.
    """
    for now, before in zip(encoded, drawn, strict=True):
        if np.abs(now.astype(np.int16) - before).max() > 1:
            raise StreamError("plain rows are not plain when they are decoded")
