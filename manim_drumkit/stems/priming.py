"""Clocks of containers, and the delay of encoders where a container does not state it."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from manim_drumkit.stems.timeline import TOLERANCE, Clock

ABSOLUTE = frozenset(("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "nut", "mxf"))
"""Containers whose time 0 is the beginning."""
RELATIVE = frozenset("mpegts mpeg flv live_flv asf asf_o ogg wtv gxf".split())
"""Containers whose clocks begin anywhere."""
FREE = frozenset("mpegts mpeg flv live_flv".split())
"""Containers whose clocks may be set anew at any time."""
TOLERANCES = {("ogg", "vorbis"): Fraction(15, 1000), ("mpeg", "pcm_dvd"): Fraction(50, 1000)}
"""In seconds: FFmpeg guesses the times of Vorbis packets within a page, and on a DVD, only every
second packet of PCM has a time that means something."""
VORBIS_SLACK = Fraction(15, 1000)
"""A first packet of Vorbis gives no sound, and containers may count its length."""
LIBOPUS_DELAY = 312
FILTER_BANKS = {"mp1float": 481, "mp2float": 481, "mp2": 481, "ac3": 256, "eac3": 256}
"""Delays in samples that every encoder of these has."""


def clock_of(container: Any, stream: Any, packets: Sequence[Any], frame: Any) -> Clock:
    """Return how a container counts the time of a track.

    Args:
        container: an open file.
        stream: the track.
        packets: its packets up to the first that gave a frame.
        frame: the first frame.
    """
    name, codec = container.format.name, stream.codec_context.name
    timed = name in ABSOLUTE or name in RELATIVE
    start = max(container.start_time or 0, 0) if name in RELATIVE else 0
    clock = Clock(
        timed,
        name in FREE,
        stream.time_base,
        Fraction(start, 1_000_000),
        tolerance=TOLERANCES.get((name, codec), TOLERANCE),
        slack=VORBIS_SLACK if codec == "vorbis" else Fraction(0),
    )
    return replace(clock, priming=_priming(clock, container, stream, packets, frame))


def _priming(clock: Clock, container: Any, stream: Any, packets: Sequence[Any], frame: Any) -> int:
    """Return the delay of a track that begins where the clock does; before that, it is cut off."""
    first = packets[0] if packets else None
    if first is None or (clock.timed and not _is_beginning(clock, first.pts)):
        return 0
    if first.has_sidedata("skip_samples"):  # the decoder has cut it off, but not from the times
        skipped = int.from_bytes(bytes(first.get_sidedata("skip_samples"))[:4], "little")
        return skipped if clock.timed else 0
    return _unstated(container, stream, packets, frame)


def _is_beginning(clock: Clock, time: int | None) -> bool:
    return time is not None and abs(time * clock.unit - clock.origin) <= clock.unit


def _unstated(container: Any, stream: Any, packets: Sequence[Any], frame: Any) -> int:
    """Return the delay that an encoder is known to have; encoders name themselves in the sound."""
    codec, head = stream.codec_context.name, stream.codec_context.extradata or b""
    begins = b"".join(bytes(packet) for packet in packets[:2])
    if codec in ("aac", "aac_latm") and b"Lavc" in begins:
        return 1024
    if codec.startswith("mp3") and b"LAME3" in begins:
        return 1105
    if head.startswith(b"OpusHead") and len(head) >= 12:
        return int.from_bytes(head[10:12], "little") or LIBOPUS_DELAY
    if codec == "opus":
        return LIBOPUS_DELAY
    if codec in ("wmav1", "wmav2"):
        return int(frame.samples)
    return 0 if container.streams.video else FILTER_BANKS.get(codec, 0)
