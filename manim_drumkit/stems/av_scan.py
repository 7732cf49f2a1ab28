"""Find out what PyAV can read of a file: decode it once, to count its samples."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from manim_drumkit.errors import StemError
from manim_drumkit.stems.av_reader import AvSource, Track, decoded, opened, pick
from manim_drumkit.stems.containers import files_in
from manim_drumkit.stems.priming import FREE, clock_of
from manim_drumkit.stems.region import Region, too_short
from manim_drumkit.stems.source import Sound, UnsureError, joined
from manim_drumkit.stems.timeline import Timeline

EXACT = frozenset("ape dsf tak tta wsd wv".split())
"""Formats whose headers say how long they are, to the sample."""
PADDING = 1024
"""By how many samples the last frames may be longer than the container says; or by a frame."""
MUCH = 5
"""One in how many bytes must not be without sound where a track may go on as another."""
MOST_DAMAGE = 5
"""One in how many packets may be damaged."""
NO_TITLE = re.compile(r"handler|core media|produced by|^(audio|sound|stereo|mono|track)$", re.I)


def read_av(region: Region) -> list[Sound]:
    """Find the audio tracks of a file, and decode them once to count their samples.

    Raises:
        StemError: there are none, or it is cut off or damaged.
        UnsureError: FFmpeg cannot read it.
        OSError: the file cannot be opened.
    """
    return joined(region.path, [_read(file) for file in files_in(region)])


def has_gap(region: Region) -> bool:
    """Tell whether the packets of a file's only track are shorter than their times say.

    FFmpeg's lengths of Vorbis packets are a little wrong, so small gaps are not seen.

    Raises:
        OSError: the file cannot be opened.
    """
    heard = first = end = 0
    with suppress(UnsureError, IndexError), opened(region) as container:
        stream = container.streams.audio[0]
        for packet in container.demux(stream):
            if packet.pts is not None:
                first = first if heard else packet.pts
                end = max(end, packet.pts + (packet.duration or 0))
            heard += packet.duration or 0
        missing = (end - first - heard) * stream.time_base
        return bool(missing > Fraction(1, 10) + heard * stream.time_base / 100)
    return False


def _read(region: Region) -> list[Sound]:
    with opened(region) as container:
        audio = container.streams.audio
        numbers = [number for number, stream in enumerate(audio) if stream.codec_context]
        if not numbers:
            what = "sound that cannot be decoded" if audio else "no sound"
            raise StemError(f"{region.path} has {what}; move it out of the folder")
        streams = pick(container, numbers)
        scans = [
            _Scan(region, container, number, stream)
            for number, stream in zip(numbers, streams, strict=True)
        ]
        for number, packet, frames in decoded(container, streams):
            scans[number].take(packet, frames)
        found = [sound for scan in scans if (sound := scan.finish())]
    if not found:
        raise StemError(
            f"{region.path} holds no sound that can be decoded; it may be cut off: export or copy "
            "it again, or move it away"
        )
    missing = len(audio) - len(found)
    note = f"{region.path.name}: {missing} of its audio tracks cannot be decoded, and are left out"
    return [replace(sound, notes=(*sound.notes, *[note][:missing])) for sound in found]


class _Scan:
    """Takes the packets and frames of one track."""

    def __init__(self, region: Region, container: Any, number: int, stream: Any) -> None:
        self._region, self._container = region, container
        self._number, self._stream = number, stream
        self._track: Track | None = None
        self._timeline: Timeline | None = None
        self._first: list[Any] = []
        """Its first packets, up to the first frame: two are enough."""
        self._end_of_packets: int | None = None
        self._damage: list[int] = []
        self._frames, self._longest = 0, 0
        self._last_byte = 0

    def take(self, packet: Any, frames: list[Any] | None) -> None:
        """Take a packet, and its frames or ``None`` if it is damaged.

        Raises:
            StemError: the track changes on the way, or is damaged so that nobody knows the
                times of what follows.
        """
        if self._timeline is None and packet.size and len(self._first) < 2:
            self._first.append(packet)
        self._last_byte = max(self._last_byte, packet.pos or 0)
        if packet.pts is not None and packet.duration and not packet.is_discard:
            self._end_of_packets = max(self._end_of_packets or 0, packet.pts + packet.duration)
        if frames is None and self._timeline is not None:
            self._damage.append(self._timeline.position)
        for frame in frames or ():
            if frame.samples:
                self._place(frame)

    def _place(self, frame: Any) -> None:
        track = self._track = self._track or self._begin(frame)
        timeline = self._timeline = self._timeline or Timeline(
            track.clock, track.rate, self._region.path
        )
        now = (frame.sample_rate, frame.layout.nb_channels)
        if now != (track.rate, track.channels):
            raise StemError(
                f"{self._region.path} changes from {track.rate} Hz, {track.channels} channels, to "
                f"{now[0]} Hz, {now[1]} channels at {timeline.position / track.rate:.3f} s; "
                "export it again, all the same"
            )
        if self._damage and not track.clock.timed:
            raise StemError(
                f"{self._region.path} is damaged at {self._damage[0] / track.rate:.3f} s, and how "
                "much of its sound is missing there cannot be told; export or copy it again"
            )
        timeline.place(frame.pts, frame.samples)
        self._frames, self._longest = self._frames + 1, max(self._longest, frame.samples)

    def _begin(self, frame: Any) -> Track:
        clock = clock_of(self._container, self._stream, self._first, frame)
        return Track(self._number, frame.sample_rate, frame.layout.nb_channels, clock)

    def finish(self) -> Sound | None:
        """Return the track, ``None`` if it has no sound.

        Raises:
            StemError: it is cut off, or damaged for the most part.
        """
        track, timeline = self._track, self._timeline
        if track is None or timeline is None or timeline.position <= 0:
            return None
        samples, rate, path = timeline.position, track.rate, self._region.path
        for end in self._ends(timeline):
            if 0 < samples - end < max(self._longest, PADDING):
                samples = end
        promised = self._promised(rate)
        if promised > samples:
            raise too_short(path, promised / rate, samples / rate)
        if MOST_DAMAGE * len(self._damage) > self._frames:
            raise StemError(
                f"{path} is damaged: {len(self._damage)} of its packets cannot be decoded; export "
                "or copy it again"
            )
        notes = self._notes(timeline, rate, track.clock.timed)
        exact = timeline.exact and not timeline.jumps and not self._damage
        track = replace(track, seeks=exact and self._container.format.name.startswith("mov"))
        source = AvSource(path, samples, rate, track.channels, self._region, track)
        return Sound(source, _title(self._stream), notes=tuple(notes))

    def _ends(self, timeline: Timeline) -> Iterator[int]:
        """Yield the samples at which the container says that the track ends."""
        stream, unit = self._stream, self._stream.time_base
        if timeline.jumps or not self._track or not self._track.clock.timed:
            return
        if self._end_of_packets is not None and unit * self._track.rate == 1:
            yield timeline.sample_at(self._end_of_packets)
        if self._container.format.name.startswith("mov") and stream.duration:
            yield timeline.sample_at(stream.duration + max(stream.start_time or 0, 0))
        tag = re.fullmatch(r"(\d+):(\d+):(\d+\.?\d*)", stream.metadata.get("DURATION", ""))
        if tag:
            seconds = 3600 * int(tag[1]) + 60 * int(tag[2]) + Fraction(tag[3])
            yield timeline.sample_at(int(seconds / unit))

    def _promised(self, rate: int) -> int:
        stream = self._stream
        if self._container.format.name not in EXACT or not stream.duration:
            return 0
        return int(stream.duration * stream.time_base * rate)

    def _notes(self, timeline: Timeline, rate: int, timed: bool) -> Iterator[str]:
        name, count = self._region.path.name, len(self._damage)
        if count and not timed:
            yield f"{name} ends in the middle of a packet, and was read up to there"
        elif count:
            yield (
                f"{name} is damaged, first at {self._damage[0] / rate:.3f} s: silence stands for "
                f"{count} packets that cannot be decoded"
            )
        rest = self._region.size - self._last_byte
        if self._container.format.name in FREE and rest > self._region.size / MUCH:
            yield (
                f"{name} has no sound of this track in its last {rest} bytes; if there should be "
                "some, export it again"
            )
        if timeline.jumps:
            yield (
                f"{name}: its clock jumps at {timeline.jumps[0] / rate:.3f} s; what follows was "
                "read on without a gap"
            )


def _title(stream: Any) -> str:
    """Return what the file calls a track, unless it is only what a program calls all tracks."""
    for key in ("title", "handler_name"):
        title = " ".join(stream.metadata.get(key, "").split())
        if title and not NO_TITLE.search(title):
            return title
    return ""
