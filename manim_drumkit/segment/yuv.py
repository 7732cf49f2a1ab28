"""Pictures in the encoder's colours: only the rows that have changed are converted."""

from collections.abc import Callable
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

REACH = 8
"""How many rows, at most, a row of colour is mixed from, up or down; an even number."""

Pixels = npt.NDArray[np.uint8]
"""``uint8[height, width, 4]``: RGBA."""
Plane = npt.NDArray[np.uint8]
"""``uint8[height, width]``: luma, or chroma of half the height and width."""


def rows_around(first: int, stop: int, height: int) -> range:
    """Return the rows, of an even number to an even number, that take colours from some rows."""
    return range(max(first - first % 2 - REACH, 0), min(stop + stop % 2 + REACH, height))


class Changes:
    """Compares each picture with the one before.

    From one frame to the next most rows stay as they are; finding those out takes a seventh
    of the time that converting them does.
    """

    def __init__(self) -> None:
        self._before: Pixels | None = None

    def rows(self, pixels: Pixels) -> range:
        """Return the rows whose colours have changed, from an even number to an even number.

        The pixels are compared with the next ones, and must not change until then.
        """
        height, before, self._before = len(pixels), self._before, pixels
        if before is None:
            return range(height)
        pairs = (height, -1)
        differs = pixels.reshape(pairs).view(np.uint64) != before.reshape(pairs).view(np.uint64)
        rows = np.flatnonzero(differs.any(axis=1))
        if not len(rows):
            return range(0)
        return rows_around(int(rows[0]), int(rows[-1]) + 1, height)


class Yuv420Picture:
    """Some rows of a picture, kept in 4:2:0 while the frames of a film go by."""

    def __init__(self, width: int, rows: range) -> None:
        """Keep some rows of pictures; the width and the rows' first and last must be even."""
        self._frame = av.VideoFrame(width, len(rows), "yuv420p")
        self._rows = rows
        self._reformatter = VideoReformatter()

    def show(self, pixels: Pixels, changed: range) -> av.VideoFrame:
        """Take over the rows of a picture that have changed; the result is as if all were.

        The frame that is returned is always the same one.
        """
        first = max(changed.start, self._rows.start)
        stop = min(changed.stop, self._rows.stop)
        if first < stop:
            self._frame.make_writable()  # an encoder may still hold the last one
            self._convert(pixels, first, stop)
        return self._frame

    def _convert(self, pixels: Pixels, first: int, stop: int) -> None:
        low, high = max(first - REACH, 0), min(stop + REACH, len(pixels))
        source = av.VideoFrame.from_numpy_buffer(pixels[low:high], format="rgba")
        converted = self._reformatter.reformat(source, format="yuv420p", threads=1)
        new, kept = planes(converted), planes(self._frame)
        top = self._rows.start
        for step, source_rows, rows in zip((1, 2, 2), new, kept, strict=True):
            begin, end = (first - low) // step, (stop - low) // step
            rows[(first - top) // step : (stop - top) // step] = source_rows[begin:end]


def yuv_pictures(width: int, height: int) -> Callable[[Pixels], av.VideoFrame]:
    """Return what turns whole pictures of a film into frames; the frame is always the same."""
    changes, picture = Changes(), Yuv420Picture(width, range(height))
    return lambda pixels: picture.show(pixels, changes.rows(pixels))


def planes(frame: av.VideoFrame) -> list[Plane]:
    """See the planes of a frame, to read and write."""
    return [_plane(plane) for plane in frame.planes]


def _plane(plane: Any) -> Plane:
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
