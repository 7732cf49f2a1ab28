"""Read sound that libsndfile cannot, with PyAV: M4A, ALAC and the sound of video files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

SUFFIXES = frozenset(".3gp .aac .ac3 .m4a .m4v .mka .mkv .mov .mp4 .webm .wma".split())

Block = npt.NDArray[np.float32]


def sound_facts(path: Path) -> tuple[int, int, int] | None:
    """Return samples, rate and channels of a file's first audio stream, ``None`` without one.

    The length is that of the packets, without the encoder's padding at the start.

    Raises:
        av.FFmpegError: the file cannot be read.
    """
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        rate, channels = stream.rate, stream.channels
        end = 0
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None and packet.time_base is not None:
                length = (packet.duration or 0) + packet.pts
                end = max(end, round(length * packet.time_base * rate))
    return end, rate, channels


def decode(path: Path) -> Iterator[Block]:
    """Decode a file's first audio stream piece by piece, from time 0 on.

    Yields ``float32[samples, channels]``, full scale at ±1.

    Raises:
        av.FFmpegError: the file cannot be decoded.
    """
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
        for frame in container.decode(stream):
            early = _samples_before_zero(frame)
            for plain in resampler.resample(frame):
                yield plain.to_ndarray().T[early:].astype(np.float32, copy=False)


def _samples_before_zero(frame: Any) -> int:
    if frame.pts is None or frame.pts >= 0:
        return 0
    early: int = round(-frame.pts * frame.time_base * frame.sample_rate)
    return early


def reblock(pieces: Iterator[Block], channels: int, sizes: list[int]) -> Iterator[Block]:
    """Regroup a stream of pieces into blocks of the given sizes; the last may be short."""
    kept = np.zeros((0, channels), np.float32)
    for size in sizes:
        while len(kept) < size:
            piece = next(pieces, None)
            if piece is None:
                break
            kept = np.concatenate([kept, piece])
        yield kept[:size]
        kept = kept[size:]
