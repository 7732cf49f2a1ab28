"""Transparent pictures for ProRes 4444: straight colours by BT.709, and alpha to the last bit.

Cairo multiplies colours by alpha; editors expect them straight, and HD in BT.709.
"""

from functools import cache
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

PIXEL_FORMAT = "yuva444p10le"
ALPHA_PLANE = 3
BT_709 = 1
"""The number of ITU-R BT.709's primaries, transfer and matrix, by ITU-T H.273."""


class StraightPictures:
    """Turns the pictures of a film into frames for ProRes 4444."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def show(self, pixels: npt.NDArray[np.uint8]) -> av.VideoFrame:
        """Convert ``uint8[height, width, 4]``: red, green and blue times alpha, and alpha."""
        source = av.VideoFrame.from_numpy_buffer(straight(pixels), format="rgba")
        frame = self._reformatter.reformat(
            source,
            format=PIXEL_FORMAT,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            threads=1,
        )
        _tag(frame)
        _write_alpha(frame, pixels[..., ALPHA_PLANE])
        return frame


def tag_stream(stream: Any) -> None:
    """Say in a stream, before its first frame, how its colours are meant."""
    _tag(stream.codec_context)


def _tag(pictures: Any) -> None:
    pictures.colorspace, pictures.color_range = BT_709, ColorRange.MPEG
    pictures.color_primaries = pictures.color_trc = BT_709


def straight(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Divide colours by alpha, in a copy; both ``uint8[height, width, 4]``."""
    result = pixels.copy()
    words = result.view("<u4").reshape(-1)
    partial = np.flatnonzero(result[..., 3].reshape(-1) - np.uint8(1) < 254)
    seen = words[partial]
    alpha, table = seen >> 24, _quotients()
    found = alpha << 24
    for shift in (0, 8, 16):
        found |= table[alpha << 8 | (seen >> shift & 255)].astype("<u4") << shift
    words[partial] = found
    return result


def clear_background(camera: Any) -> None:
    """Take the colour out of what is clear of a camera's background, of which manim leaves it."""
    if camera.background_opacity == 1:
        return
    color, alpha = camera.background[0, 0, :3], camera.background[0, 0, 3]
    if (color > alpha).any():
        background = camera.background.astype(np.uint16)
        background[..., :3] = (background[..., :3] * background[..., 3:] + 127) // 255
        camera.background = background.astype(np.uint8)


def _write_alpha(frame: av.VideoFrame, alpha: npt.NDArray[np.uint8]) -> None:
    """Write alpha into a frame, 8 bits as 10; swscale rounds some of them to neighbours."""
    plane: Any = frame.planes[ALPHA_PLANE]
    rows = np.frombuffer(plane, "<u2").reshape(-1, plane.line_size // 2)
    wide = alpha.astype("<u2")
    rows[: plane.height, : plane.width] = wide << 2 | wide >> 6


@cache
def _quotients() -> npt.NDArray[np.uint8]:
    """Return straight colours by ``alpha * 256 + color``, rounded; no colour exceeds 255."""
    alpha, color = np.ogrid[:256, :256]
    share = np.maximum(alpha, 1)
    straightened = np.minimum((color * 255 + share // 2) // share, 255)
    return np.asarray(straightened, np.uint8).reshape(-1)
