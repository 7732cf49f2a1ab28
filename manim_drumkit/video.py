"""Video files as packets: count them, read their times, put them on a grid of frames."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from manim_drumkit.atomic import atomic_path

VideoPacket: TypeAlias = "Packet[VideoStream]"  # generic to mypy only

REORDER_FRAMES = 2
"""By how many frames each segment decodes ahead of display; x264's B-frames need it."""

PRORES_4444 = "ap4h"
"""By which players know, without decoding, that a ProRes video may have alpha."""


@dataclass(frozen=True)
class VideoTimes:
    """The times of a video file's frames."""

    frames: int
    """The number of frames that a player shows."""
    start: Fraction | None
    """The second at which a player shows the first frame."""
    durations: frozenset[Fraction]
    """The distinct times between frames, in seconds."""
    decodes_in_order: bool
    """Whether every packet is decoded after the one before it."""
    rate: Fraction | None
    """Frames per second, as the container tells players."""
    audio_seconds: Fraction | None
    """The length of the sound as a player plays it; ``None`` without sound."""


def video_times(path: Path) -> VideoTimes:
    """Read the times of all frames of a video file, without decoding them.

    Raises:
        OSError: the file cannot be read as a video.
    """
    with _reported_as_os_error(), av.open(str(path)) as container:
        times, decoding, sounds = [], [], []
        pictures = container.streams.video[0]
        for packet in _packets(container, pictures, *container.streams.audio[:1]):
            if packet.stream.type == "audio":
                sounds += [] if packet.is_discard else [(_time(packet), _seconds(packet))]
                continue
            decoding.append(packet.dts)
            times += [] if packet.is_discard else [_time(packet)]
        times.sort()
        return VideoTimes(
            frames=len(times),
            start=times[0] if times else None,
            durations=frozenset(b - a for a, b in pairwise(times)),
            decodes_in_order=all(
                a is not None and b is not None and a < b for a, b in pairwise(decoding)
            ),
            rate=pictures.average_rate,
            audio_seconds=_length(sounds),
        )


def picture_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a video, in pixels.

    Raises:
        OSError: the file cannot be read as a video.
    """
    with _reported_as_os_error(), av.open(str(path)) as container:
        stream = container.streams.video[0]
        return stream.width, stream.height


def has_alpha(path: Path) -> bool:
    """Tell whether the pictures of a video can be transparent, by decoding the first.

    Raises:
        OSError: the file cannot be read as a video.
    """
    with _reported_as_os_error(), av.open(str(path)) as container:
        first = next(container.decode(video=0), None)
        return first is not None and any(part.is_alpha for part in first.format.components)


def put_on_grid(path: Path, fps: Fraction) -> int:
    """Rewrite a video file so that frame ``k`` is shown at exactly ``k / fps``.

    Manim joins several plays with irregular times, and two segments join well only if
    they reorder their frames by the same number. This copies the encoded pictures, and keeps
    their order of display from each key frame to the next.

    Returns:
        The number of frames.

    Raises:
        OSError: the file cannot be read as a video, or cannot be written.
    """
    with _reported_as_os_error(), av.open(str(path)) as source:
        packets = _packets(source, source.streams.video[0])
        times = _grid([(packet.is_keyframe, _time(packet)) for packet in packets])
    with (
        _reported_as_os_error(),
        atomic_path(path) as temporary,
        av.open(str(path)) as source,
        av.open(str(temporary), "w") as target,
    ):
        pictures = source.streams.video[0]
        reordered = 0 if pictures.codec_context.codec.intra_only else REORDER_FRAMES
        delay = max([reordered, *(i - time for i, time in enumerate(times))])
        stream = target.add_stream_from_template(pictures)
        if _is_prores_4444(pictures):
            stream.codec_context.codec_tag = PRORES_4444  # the template has that of 422, for all
        stream.time_base = 1 / fps
        for i, (packet, time) in enumerate(zip(_packets(source, pictures), times, strict=True)):
            packet.stream = stream
            packet.time_base = 1 / fps
            packet.pts, packet.dts, packet.duration = time, i - delay, 1
            target.mux(packet)
    return len(times)


@contextmanager
def _reported_as_os_error() -> Iterator[None]:
    """Let no error of PyAV's own leave this module."""
    try:
        yield
    except (av.FFmpegError, IndexError) as error:  # the index is that of the video stream
        raise OSError(errno.EINVAL, str(error)) from error


def _is_prores_4444(pictures: Any) -> bool:
    context = pictures.codec_context
    return context.name == "prores" and "444" in context.format.name


def _packets(container: InputContainer, *streams: Any) -> "Iterator[Packet[Any]]":
    """Yield the packets of streams, one after the other: all at once may not fit into memory."""
    return (packet for packet in container.demux(*streams) if packet.size)


def _grid(packets: Sequence[tuple[bool, Fraction]]) -> list[int]:
    """Number packets in order of display, within each group of pictures.

    Args:
        packets: of each, whether it is a key frame, and when it is shown.
    """
    starts = [i for i, (is_key, _) in enumerate(packets) if is_key or i == 0]
    times = [0] * len(packets)
    for start, stop in pairwise([*starts, len(packets)]):
        in_order = sorted(range(start, stop), key=lambda i: packets[i][1])
        for time, i in enumerate(in_order, start):
            times[i] = time
    return times


def _time(packet: "Packet[Any]") -> Fraction:
    """Return the second at which a player presents a packet."""
    if packet.pts is None or packet.time_base is None:
        raise OSError("a packet has no time")
    return packet.pts * packet.time_base


def _seconds(packet: "Packet[Any]") -> Fraction:
    """Return how long a packet lasts."""
    return (packet.duration or 0) * (packet.time_base or Fraction(0))


def _length(packets: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the length of a sound from the time and length of its packets, without what is early.

    There is no length without packets.
    """
    if not packets:
        return None
    return sum(packets[-1]) - max(packets[0][0], Fraction(0))
