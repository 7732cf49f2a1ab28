"""Pictures in the encoder's colours: only the rows that have changed are converted."""

from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

REACH = 8
"""How many rows, at most, a row of colour is mixed from, up or down; an even number."""


class Yuv420Picture:
    """A picture that is kept in 4:2:0 while the frames of a film go by.

    From one frame to the next most rows stay as they are; finding those out takes a seventh
    of the time that converting them does. The result is the same as converting all.
    """

    def __init__(self, width: int, height: int) -> None:
        self._frame = av.VideoFrame(width, height, "yuv420p")
        self._before: npt.NDArray[np.uint8] | None = None
        self._reformatter = VideoReformatter()

    def show(self, pixels: npt.NDArray[np.uint8]) -> av.VideoFrame:
        """Take over ``uint8[height, width, 4]``, RGBA; the width and height must be even.

        The pixels are compared with the next ones, and must not change until then. The
        frame that is returned is always the same one.
        """
        rows = self._changed_rows(pixels)
        if rows:
            self._frame.make_writable()  # an encoder may still hold the last one
            self._convert(pixels, *rows)
        self._before = pixels
        return self._frame

    def _changed_rows(self, pixels: npt.NDArray[np.uint8]) -> tuple[int, int] | None:
        """Return the first row that has changed and the one after the last, to even numbers."""
        height = len(pixels)
        if self._before is None:
            return 0, height
        pairs = (height, -1)
        differs = pixels.reshape(pairs).view(np.uint64) != self._before.reshape(pairs).view(
            np.uint64
        )
        rows = np.flatnonzero(differs.any(axis=1))
        if not len(rows):
            return None
        first, stop = int(rows[0]), int(rows[-1]) + 1
        return max(first - first % 2 - REACH, 0), min(stop + stop % 2 + REACH, height)

    def _convert(self, pixels: npt.NDArray[np.uint8], first: int, stop: int) -> None:
        low, high = max(first - REACH, 0), min(stop + REACH, len(pixels))
        source = av.VideoFrame.from_numpy_buffer(pixels[low:high], format="rgba")
        converted = self._reformatter.reformat(source, format="yuv420p", threads=1)
        for plane, (new, kept) in enumerate(zip(converted.planes, self._frame.planes, strict=True)):
            step = 2 if plane else 1
            begin, end = (first - low) // step, (stop - low) // step
            _rows(kept)[first // step : stop // step] = _rows(new)[begin:end]


def _rows(plane: Any) -> npt.NDArray[np.uint8]:
    """See a plane of a frame as ``uint8[height, width]``, to read and write."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
