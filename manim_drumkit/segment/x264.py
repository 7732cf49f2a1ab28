"""x264, as PyAV offers it: encoders of pictures of any height, and what their packets hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.codec.context import Flags

from manim_drumkit.segment.h264 import IDR_SLICE, SLICE, NalUnit, StreamError, nal_units
from manim_drumkit.segment.yuv import Plane, planes

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


def split_packet(packet: Any) -> tuple[list[NalUnit], NalUnit]:
    """Return what a packet has before its picture, and the one slice of the picture.

    Raises:
        StreamError: it has several.
    """
    *others, unit = nal_units(bytes(packet))
    if any(each.kind in (SLICE, IDR_SLICE) for each in others):
        raise StreamError("a picture has several slices")
    return others, unit


def decoded(parameter_sets: bytes, *packets: Any) -> list[list[Plane]]:
    """Return the planes of pictures."""
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.thread_count = parameter_sets, 1
    frames = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    return [planes(frame) for frame in frames]
