"""A stem: one audio track of a performance, and how to read it."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from manim_drumkit.errors import StemError
from manim_drumkit.stems.blocks import Block, Blocks
from manim_drumkit.stems.probe import sounds_in
from manim_drumkit.stems.region import reason_of, too_short
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.sndfile_reader import MOST_SAMPLES_PER_BYTE
from manim_drumkit.stems.source import Sound, Source, UnsureError


@dataclass(frozen=True)
class Band:
    """A band of frequencies of a stem."""

    stem: "Stem"
    """What is read, and heard in the film, once for all of its bands."""
    low_hz: float
    high_hz: float


@dataclass(frozen=True)
class Stem:
    """One audio track of a performance: mostly a file of its own."""

    name: str
    """The file's name without its ending."""
    path: Path
    samples: int
    """The length, in samples per channel, with the delay."""
    rate: int
    """Samples per second."""
    channels: int
    settings: StemSettings = field(default_factory=StemSettings)
    """The user's settings for this stem."""
    track: int = 0
    """Which of the file's audio tracks."""
    channel: int | None = None
    """The only channel of the track that is heard, if not all are."""
    band: Band | None = None
    """The only frequencies that are measured, if not all are."""
    delay: int = 0
    """Samples of silence before its first sample."""
    title: str = ""
    """What the file calls this track."""
    channel_titles: tuple[str, ...] = ()
    """What the file calls its channels."""
    time_reference: int | None = None
    """When it was recorded, in samples since midnight, if the file says it."""
    notes: tuple[str, ...] = ()
    """What the user should know of how the file was read."""
    source: Source | None = field(default=None, repr=False, compare=False)
    """What the samples are read from."""

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate

    @property
    def sound(self) -> "Stem":
        """What is read and heard: the whole stem, of which this may be a band."""
        return self.band.stem if self.band else self

    @property
    def gain(self) -> float:
        """The gain of the settings, as a factor."""
        return float(10 ** (self.settings.gain_db / 20))

    @classmethod
    def open(cls, path: Path) -> "Stem":
        """Find the first audio track of a file.

        Raises:
            StemError: it is not audio, holds no sound, or its sound is cut off.
        """
        return cls.open_all(path)[0]

    @classmethod
    def open_all(cls, path: Path) -> list["Stem"]:
        """Find all audio tracks of a file; each is called after the file if it is the only one.

        Raises:
            StemError: it is not audio, holds no sound, or its sound is cut off.
        """
        sounds = sounds_in(path)
        for sound in sounds:
            _refuse_endless(path, sound.source)
        names = _names(readable(path.stem), sounds)
        return [
            cls(
                name,
                path,
                sound.source.samples,
                sound.source.rate,
                sound.source.channels,
                track=track,
                title=sound.title,
                channel_titles=sound.channel_titles,
                time_reference=sound.time_reference,
                notes=sound.notes,
                source=sound.source,
            )
            for track, (name, sound) in enumerate(zip(names, sounds, strict=True))
        ]

    def blocks(self, edges: Sequence[int]) -> Blocks:
        """Read the samples between each two neighbouring ``edges``.

        Yields ``float32[samples, channels]``, full scale at ±1, before any gain. Edges past
        the end give shorter, or empty, blocks. Samples may be NaN or infinite: check them with
        :meth:`refuse_bad_samples`. The file is open from the first block to the last. A band
        has the samples of its whole stem.

        Raises:
            StemError: the file ends early, or cannot be decoded.
        """
        within = [min(edge, self.samples) for edge in edges]
        try:
            with closing(self._delayed(within)) as blocks:
                for (start, stop), block in zip(pairwise(within), blocks, strict=True):
                    if len(block) < stop - start:
                        raise self._cut_off(start + len(block))
                    yield block
        except (av.FFmpegError, UnsureError, OSError) as error:
            raise StemError(
                f"{self.path} cannot be decoded to its end ({reason_of(error)}); it may be cut "
                "off: export or copy it again"
            ) from error

    def whole_track(self) -> "Stem":
        """Return the track with all of its channels."""
        return replace(self, channel=None, channels=self._source.channels)

    def refuse_bad_samples(self, block: Block, start: int) -> None:
        """Check that all samples of a block, which begins at ``start``, are finite.

        Raises:
            StemError: one is NaN or infinite; the message names its time.
        """
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            bad = (start + int(np.argmin(finite))) / self.rate
            raise StemError(
                f"{self.path} holds a sample that is not a number (NaN or infinity) at "
                f"{bad:.3f} s; export it again"
            )

    def _delayed(self, edges: list[int]) -> Blocks:
        """Read with silence where the delay is, and one channel if only one is wanted."""
        inner = [max(edge - self.delay, 0) for edge in edges]
        column = slice(None) if self.channel is None else slice(self.channel, self.channel + 1)
        with closing(self._source.blocks(inner)) as blocks:
            for (start, stop), block in zip(pairwise(edges), blocks, strict=True):
                heard = block[:, column]
                silent = max(min(stop, self.delay) - start, 0)
                if silent:
                    silence = np.zeros((silent, heard.shape[1]), np.float32)
                    heard = np.concatenate([silence, heard])
                yield heard

    @property
    def _source(self) -> Source:
        return self.source or sounds_in(self.path)[self.track].source

    def _cut_off(self, end: int) -> StemError:
        return too_short(self.path, self.seconds, end / self.rate)


def _refuse_endless(path: Path, source: Source) -> None:
    """Refuse a length of which nearly all is a gap: no file of its size holds so much sound."""
    size = path.stat().st_size
    if source.samples > size * MOST_SAMPLES_PER_BYTE:
        raise StemError(
            f"{path} lasts {source.seconds:.0f} s by its time stamps, which its {size} bytes "
            f"cannot hold; they are damaged: export it again, or try ffmpeg -i {path.name} new.wav"
        )


def readable(name: str) -> str:
    """Return a file's name as text that can be printed, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _names(name: str, sounds: Sequence[Sound]) -> list[str]:
    """Name tracks after their file, and after their titles if these tell them apart."""
    if len(sounds) == 1:
        return [name]
    titles = [sound.title for sound in sounds]
    if not all(titles) or len(set(titles)) < len(titles):
        titles = [str(number) for number in range(1, len(sounds) + 1)]
    return [f"{name} {title}" for title in titles]
