"""Rows that stay as they are, as x264 encodes them: once, and then as skipped slices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from manim_drumkit.segment.h264 import ParameterSets, StreamError
from manim_drumkit.segment.h264_slice import Slice
from manim_drumkit.segment.x264 import X264, decoded, split_packet
from manim_drumkit.segment.yuv import Plane, planes

EXACT_OPTIONS = {"qmax": "1", "threads": "1"}
"""Options that let x264 keep colours as they are."""


@dataclass(frozen=True)
class StillRows:
    """Slices of rows that stay: in a key frame, and in a frame that repeats them."""

    key: Slice
    skipped: Slice

    @classmethod
    def encode(
        cls, x264: X264, height: int, row: Sequence[Plane], whole: ParameterSets
    ) -> "StillRows":
        """Encode one row of each plane as often as there are rows.

        Raises:
            StreamError: x264 changes them, or its stream is not as expected.
        """
        context = x264.open(height, **EXACT_OPTIONS)
        frame = av.VideoFrame(x264.width, height, "yuv420p")
        for plane, values in zip(planes(frame), row, strict=True):
            plane[:] = values
        packets: list[Any] = []
        for time in (0, 1):
            frame.pts = time
            packets += context.encode(frame)
        packets += context.encode(None)
        for picture in decoded(context.extradata, *packets):
            if not all(np.array_equal(*pair) for pair in zip(picture, planes(frame), strict=True)):
                raise StreamError("rows that stay are others when they are decoded")
        if not ParameterSets.read(context.extradata).fits(whole):
            raise StreamError("parameter sets depend on what is encoded")
        key, skipped = (Slice.read(split_packet(packet)[1], whole) for packet in packets)
        return cls(key, skipped)
