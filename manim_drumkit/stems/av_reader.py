"""Read sound with PyAV: whatever FFmpeg knows, each frame at the time that its container gives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from manim_drumkit.stems.blocks import Block, Blocks, reblock, silence
from manim_drumkit.stems.region import Region, reason_of
from manim_drumkit.stems.source import Source, UnsureError
from manim_drumkit.stems.timeline import Clock, Timeline

__all__ = ["AvSource", "Block", "Track", "decoded", "opened", "pick", "reblock"]

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,nut,mxf,ogg,mpegts,mpeg,flv,asf,asf_o,wtv,rm,gxf,"
    "aa,aac,ac3,ac4,ace,adp,adx,aea,aiff,amr,amrnb,amrwb,ape,apac,apc,ast,au,avr,bfstm,bonk,brstm,"
    "caf,dfpwm,dsf,dss,dts,dtshd,dv,eac3,epaf,flac,fsb,genh,gsm,hca,hcom,iamf,iff,ircam,kux,latm,"
    "lc3,live_flv,loas,mca,mlp,mmf,mp3,mpc,mpc8,msf,mtaf,musx,nistsphere,nsv,oma,osq,paf,pvf,qcp,"
    "qoa,rka,rso,sbc,sds,sdx,shn,smjpeg,sol,sox,spdif,svag,tak,truehd,tta,vag,voc,vpk,vqf,w64,wav,"
    "wavarc,wsd,wv,wve,xvag,xwma"
)
"""What is opened: no playlists, scripts or pictures, which would lead to other files."""
SEEK_SECONDS = 10
"""From where on it is worth while to go to a place."""
WARM_UP_SECONDS = 2
MOST_PLANES = 8


@dataclass(frozen=True)
class Track:
    """Which of a file's audio tracks, and how its frames are placed."""

    number: int
    """Counted among the audio tracks."""
    rate: int
    channels: int
    clock: Clock
    seeks: bool = False
    """Whether every frame stands exactly at its time, so that one may begin in the middle."""


@dataclass(frozen=True)
class AvSource(Source):
    """An audio track that PyAV reads."""

    region: Region
    track: Track

    def pieces(self, start: int) -> Blocks:
        """Yield the sound from a sample on."""
        for position, piece in self._placed(start):
            kept = piece[max(start - position, 0) : max(self.samples - position, 0)]
            start = max(start, position + len(piece))
            if len(kept):
                yield kept

    def _placed(self, start: int, *, seek: bool = True) -> Iterator[tuple[int, Block]]:
        """Yield each piece and the sample at which it stands, silence in the gaps."""
        track, timeline = self.track, Timeline(self.track.clock, self.rate, self.path)
        convert = _Converter(track.channels)
        with opened(self.region) as container:
            (stream,) = pick(container, [track.number])
            fresh = seek and track.seeks and start > SEEK_SECONDS * self.rate
            if fresh:
                before = timeline.time_of(start - WARM_UP_SECONDS * self.rate)
                with suppress(av.FFmpegError):  # then it goes on from the beginning
                    container.seek(before, stream=stream)
            for frame in _frames(container, stream):
                if fresh:
                    timeline.go_to(frame.pts)
                    fresh = False
                    if timeline.position > start:
                        yield from self._placed(start, seek=False)
                        return
                position = timeline.position
                gap, left_out = timeline.place(frame.pts, frame.samples)
                for piece in silence(gap, self.channels):
                    yield position, piece
                    position += len(piece)
                if timeline.position > start:
                    yield max(position, 0), convert(frame)[left_out:]


class _Converter:
    """Turns frames into blocks.

    Mostly by way of packed samples: PyAV reads on past the planes of eight channels and more.
    """

    def __init__(self, channels: int) -> None:
        self._resampler = av.AudioResampler(format="flt")
        self._channels = channels

    def __call__(self, frame: av.AudioFrame) -> Block:
        if frame.format.name == "fltp" and self._channels < MOST_PLANES:  # the usual, and quicker
            planes: Any = frame.to_ndarray()
            return planes.T  # type: ignore[no-any-return]
        packed: list[Any] = [piece.to_ndarray() for piece in self._resampler.resample(frame)]
        blocks: list[Block] = [piece.reshape(-1, self._channels) for piece in packed]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


@contextmanager
def opened(region: Region) -> Iterator[Any]:
    """Open a file for PyAV, and name what FFmpeg says against it.

    Raises:
        UnsureError: FFmpeg cannot read it.
    """
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
    try:
        with (
            region.open() as file,
            av.open(file, metadata_errors="replace", container_options=options) as container,
        ):
            yield container
    except (av.FFmpegError, IndexError, ValueError, OverflowError) as error:
        raise UnsureError(reason_of(error)) from error


def pick(container: Any, numbers: Sequence[int]) -> list[Any]:
    """Return some of a file's audio tracks; the demuxer passes over all others.

    Gives their decoders plain layouts, so many channels, since PyAV 18 frees twice what
    belongs to a layout with an order of its own, as MOV files have them.
    """
    audio = container.streams.audio
    picked = [audio[number] for number in numbers]
    for stream in container.streams:
        if stream not in picked and hasattr(av.stream, "Discard"):
            stream.discard = av.stream.Discard.all
    for stream in picked:
        channels = stream.codec_context.channels  # only once: this frees it for the first time
        if channels:
            stream.codec_context.layout = f"{channels} channels"
    return picked


def decoded(container: Any, streams: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Decode tracks as their packets come.

    Yields the number among ``streams``, a packet, and a list of its audio frames, or ``None``
    if it cannot be decoded.
    """
    numbers = {stream.index: number for number, stream in enumerate(streams)}
    for packet in _packets(container, streams):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            yield numbers[packet.stream.index], packet, None
            continue
        yield numbers[packet.stream.index], packet, frames  # its stream_index is 0 at the end


def _packets(container: Any, streams: list[Any]) -> Iterator[Any]:
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, IndexError):  # the latter for a track that came up on the way
            return
        yield packet


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    for _, _, frames in decoded(container, [stream]):
        yield from (frame for frame in frames or () if frame.samples)
