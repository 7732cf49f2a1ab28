"""Rows that stay as they are, as x264 encodes them: once, and then as skipped slices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.context import Flags

from manim_drumkit.segment.h264 import (
    IDR_SLICE,
    SLICE,
    NalUnit,
    ParameterSets,
    StreamError,
    nal_units,
)
from manim_drumkit.segment.h264_slice import Slice
from manim_drumkit.segment.yuv import Pixels, planes

EXACT_OPTIONS = {"qmax": "1", "threads": "1"}
"""Options that let x264 keep colours as they are."""

THREADS = 2
"""How many threads encode where the processes of a run leave cores free. Each holds a picture, and
drawing takes half as long as encoding."""


@dataclass(frozen=True)
class X264:
    """How the pictures of a film are encoded; how high they are is left open."""

    width: int
    rate: Fraction
    options: Mapping[str, str]

    def open(self, height: int, **options: str) -> Any:
        """Return an encoder of pictures of some height."""
        context: Any = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = self.width, height, "yuv420p"
        context.framerate, context.time_base = self.rate, 1 / self.rate
        context.options = {**self.options, **options}
        context.flags |= Flags.global_header
        context.thread_type = "FRAME"  # else each thread encodes a slice
        if "threads" not in context.options:
            context.thread_count = THREADS
        context.open()
        return context


@dataclass(frozen=True)
class StillRows:
    """Slices of rows that stay: in a key frame, and in a frame that repeats them."""

    key: Slice
    skipped: Slice

    @classmethod
    def encode(
        cls, x264: X264, height: int, row: Sequence[Pixels], whole: ParameterSets
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


def split_packet(packet: Any) -> tuple[list[NalUnit], NalUnit]:
    """Return what a packet has before its picture, and the one slice of the picture.

    Raises:
        StreamError: it has several.
    """
    *others, unit = nal_units(bytes(packet))
    if any(each.kind in (SLICE, IDR_SLICE) for each in others):
        raise StreamError("a picture has several slices")
    return others, unit


def decoded(parameter_sets: bytes, *packets: Any) -> list[list[Pixels]]:
    """Return the planes of pictures."""
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.thread_count = parameter_sets, 1
    frames = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    return [planes(frame) for frame in frames]
