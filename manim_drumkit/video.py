"""Video files as packets: count them, read their times, put them on a grid of frames."""

import errno
from collections.abc import Iterator
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
        packets = _packets(container)
        times = sorted(_time(p) for p in packets if not p.is_discard)
        decoding = [p.dts for p in packets if p.dts is not None]
        return VideoTimes(
            frames=len(times),
            start=times[0] if times else None,
            durations=frozenset(b - a for a, b in pairwise(times)),
            decodes_in_order=len(decoding) == len(packets)
            and all(a < b for a, b in pairwise(decoding)),
            rate=container.streams.video[0].average_rate,
            audio_seconds=_audio_seconds(path),
        )


def picture_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a video, in pixels.

    Raises:
        OSError: the file cannot be read as a video.
    """
    with _reported_as_os_error(), av.open(str(path)) as container:
        stream = container.streams.video[0]
        return stream.width, stream.height


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
    with (
        _reported_as_os_error(),
        atomic_path(path) as temporary,
        av.open(str(path)) as source,
        av.open(str(temporary), "w") as target,
    ):
        packets = _packets(source)
        times = _grid(packets)
        delay = max([REORDER_FRAMES, *(i - time for i, time in enumerate(times))])
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.time_base = 1 / fps
        for i, (packet, time) in enumerate(zip(packets, times, strict=True)):
            packet.stream = stream
            packet.time_base = 1 / fps
            packet.pts, packet.dts, packet.duration = time, i - delay, 1
            target.mux(packet)
    return len(packets)


@contextmanager
def _reported_as_os_error() -> Iterator[None]:
    """Let no error of PyAV's own leave this module."""
    try:
        yield
    except (av.FFmpegError, IndexError) as error:  # the index is that of the video stream
        raise OSError(errno.EINVAL, str(error)) from error


def _packets(container: InputContainer) -> list[VideoPacket]:
    return [p for p in container.demux(container.streams.video[0]) if p.size]


def _grid(packets: list[VideoPacket]) -> list[int]:
    """Number the packets in order of display, within each group of pictures."""
    starts = [i for i, p in enumerate(packets) if p.is_keyframe or i == 0]
    times = [0] * len(packets)
    for start, stop in pairwise([*starts, len(packets)]):
        in_order = sorted(range(start, stop), key=lambda i: _time(packets[i]))
        for time, i in enumerate(in_order, start):
            times[i] = time
    return times


def _time(packet: "Packet[Any]") -> Fraction:
    """Return the second at which a player presents a packet."""
    if packet.pts is None or packet.time_base is None:
        raise OSError("a packet has no time")
    return packet.pts * packet.time_base


def _audio_seconds(path: Path) -> Fraction | None:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        packets = [p for p in container.demux(stream) if p.size and not p.is_discard]
        last = packets[-1]
        end = _time(last) + (last.duration or 0) * (last.time_base or 0)
        return end - max(_time(packets[0]), Fraction(0))
