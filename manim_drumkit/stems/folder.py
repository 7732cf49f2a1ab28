"""Stems: the audio files of one performance, one file per instrument or microphone."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import av
import numpy as np
import soundfile

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.settings import StemSettings
from manim_drumkit.stems import av_reader
from manim_drumkit.stems.av_reader import Block

AUDIO_SUFFIXES = av_reader.SUFFIXES | frozenset(
    ".aif .aifc .aiff .caf .flac .mp3 .oga .ogg .opus .rf64 .w64 .wav .wave".split()
)

PACKET_SAMPLES = 4096
"""By how much a lossy format may be shorter than its container says."""


@dataclass(frozen=True)
class Stem:
    """One audio file of a performance."""

    name: str
    """The file's name without its ending."""
    path: Path
    samples: int
    """The length, in samples per channel."""
    rate: int
    """Samples per second."""
    channels: int
    settings: StemSettings = field(default_factory=StemSettings)
    """What is different for this stem."""

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate

    @property
    def label(self) -> str:
        """The name in the film."""
        return self.settings.label or self.name

    @property
    def gain(self) -> float:
        """The factor that the user turns it up or down by."""
        return float(10 ** (self.settings.gain_db / 20))

    @classmethod
    def open(cls, path: Path) -> "Stem":
        """Look at an audio file's header.

        Raises:
            StemError: it is not audio, holds no sound, or its sound is cut off.
        """
        samples, rate, channels = _av_facts(path) if _needs_av(path) else _facts(path)
        if samples == 0:
            raise StemError(f"{path} holds no sound (0 samples); export it again or move it away")
        return cls(readable(path.stem), path, samples, rate, channels)

    def blocks(self, edges: Sequence[int]) -> Iterator[Block]:
        """Read the samples between each two neighbouring ``edges``.

        Yields ``float32[samples, channels]``, full scale at ±1, before any gain. Edges past
        the end give shorter, or empty, blocks. Whether all samples are numbers is for the
        reader to see: :meth:`refuse_bad_samples` names the one that is not.

        Raises:
            StemError: the file ends early, or cannot be decoded.
        """
        within = [min(edge, self.samples) for edge in edges]
        read = self._av_blocks if _needs_av(self.path) else self._blocks
        try:
            for (start, stop), block in zip(pairwise(within), read(within), strict=True):
                if len(block) < stop - start:
                    raise self._cut_off(start + len(block))
                yield block
        except (av.FFmpegError, soundfile.LibsndfileError, OSError) as error:
            raise StemError(
                f"{self.path} cannot be decoded to its end ({_reason(error)}); it may be cut off: "
                "export or copy it again"
            ) from error

    def refuse_bad_samples(self, block: Block, start: int) -> None:
        """Look for a sample that is not a number, in a block that begins at ``start``.

        Raises:
            StemError: there is one; it names the time.
        """
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            bad = (start + int(np.argmin(finite))) / self.rate
            raise StemError(
                f"{self.path} holds a sample that is not a number (NaN or infinity) at "
                f"{bad:.3f} s; export it again"
            )

    def _blocks(self, edges: list[int]) -> Iterator[Block]:
        with soundfile.SoundFile(os.fsencode(self.path)) as sound:
            sound.seek(edges[0])
            for start, stop in pairwise(edges):
                yield sound.read(stop - start, dtype="float32", always_2d=True)

    def _av_blocks(self, edges: list[int]) -> Iterator[Block]:
        sizes = [edges[0], *(stop - start for start, stop in pairwise(edges))]
        blocks = av_reader.reblock(av_reader.decode(self.path), self.channels, sizes)
        next(blocks)  # what is before the first edge
        for size, block in zip(sizes[1:], blocks, strict=True):
            missing = size - len(block)
            if 0 < missing <= PACKET_SAMPLES:
                block = np.concatenate([block, np.zeros((missing, self.channels), np.float32)])
            yield block

    def _cut_off(self, end: int) -> StemError:
        return StemError(
            f"{self.path} is cut off: its header promises {self.seconds:.3f} s, its sound ends "
            f"after {end / self.rate:.3f} s; export or copy it again"
        )


def find_stems(
    folder: Path,
    settings: Mapping[str, StemSettings] | None = None,
    *,
    lengths: Literal["equal", "pad", "trim"] = "equal",
) -> tuple[list[Stem], list[Path]]:
    """Find the stems of a performance, in the natural order of their names.

    Args:
        folder: where the files are.
        settings: what is different for the stems of these names.
        lengths: whether stems may differ in length, because they will be padded or trimmed.

    Returns the stems, and the files that were passed over because they are hidden or
    their ending is not that of an audio file.

    Raises:
        StemError: there is no folder or no audio in it, a file cannot be used, or the
            stems differ in length.
        ConfigError: the settings name a stem that is not there, or leave all out.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise StemError(f"{folder} {what}; give the folder that holds one audio file per stem")
    try:
        # A link that leads nowhere counts: a stem must not be missing without a word.
        files = sorted((p for p in folder.iterdir() if not p.is_dir()), key=_natural)
    except OSError as error:
        raise StemError(f"{folder} cannot be listed ({_reason(error)})") from error
    audio = [p for p in files if _is_audio(p)]
    if not audio:
        raise StemError(
            f"{folder} holds no audio files; put one WAV, AIFF or FLAC file per stem into it, "
            f"or try it with a demo performance: drumkit-stems {folder}"
        )
    stems = _chosen(audio, settings or {})
    if lengths == "equal":
        _check_lengths(stems)
    return stems, [p for p in files if not _is_audio(p)]


def readable(name: str) -> str:
    """Give a file's name as text that can be shown, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _chosen(audio: list[Path], settings: Mapping[str, StemSettings]) -> list[Stem]:
    names = [readable(path.stem) for path in audio]
    unknown = sorted(settings.keys() - set(names))
    if unknown:
        raise ConfigError(
            f"there are settings for {', '.join(unknown)}, but no such stem; "
            f"the stems are {', '.join(names)}"
        )
    wanted = {
        path: settings.get(name, StemSettings()) for path, name in zip(audio, names, strict=True)
    }
    stems = [
        replace(Stem.open(path), settings=own) for path, own in wanted.items() if not own.leave_out
    ]
    if not stems:
        raise ConfigError("the settings leave out every stem; keep one at least")
    _check_names(stems)
    return sorted(stems, key=lambda stem: _place(stem.settings))


def _place(settings: StemSettings) -> tuple[bool, float]:
    return settings.order is None, settings.order or 0


def _facts(path: Path) -> tuple[int, int, int]:
    try:
        path.open("rb").close()  # libsndfile does not say why it cannot open a file
        with soundfile.SoundFile(os.fsencode(path)) as sound:
            cut = _ogg_cut_off(path) if sound.format == "OGG" else _cut_off(sound.extra_info)
            facts = sound.frames, sound.samplerate, sound.channels
    except OSError as error:
        raise StemError(f"{path} cannot be opened ({_reason(error)})") from error
    except soundfile.LibsndfileError as error:
        raise _not_audio(path, error) from error
    if cut:
        raise StemError(f"{path} is cut off: {cut}; export or copy it again")
    return facts


def _av_facts(path: Path) -> tuple[int, int, int]:
    try:
        facts = av_reader.sound_facts(path)
    except (av.FFmpegError, OSError) as error:
        raise _not_audio(path, error) from error
    if facts is None:
        raise StemError(f"{path} has no sound; move it out of the folder")
    return facts


def _not_audio(path: Path, error: Exception) -> StemError:
    return StemError(
        f"{path} cannot be read as audio ({_reason(error)}); export it again as WAV or "
        "FLAC, or move it out of the folder"
    )


def _is_audio(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in AUDIO_SUFFIXES


def _needs_av(path: Path) -> bool:
    return path.suffix.lower() in av_reader.SUFFIXES


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.findall(r"(\d+)|(\D+)", path.name.casefold())
    return [(int(digits or -1), text) for digits, text in parts], path.name


def _reason(error: Exception) -> str:
    text = getattr(error, "error_string", None) or getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".")


def _cut_off(header_log: str) -> str | None:
    """Find, in libsndfile's log of a header, a sound that is shorter than promised."""
    size = re.search(r"^ *(?:data|SSND|riff) *: (\d+) \(should be (\d+)\)", header_log, re.M)
    if size:
        promised, found = map(int, size.groups())
        if promised in (0, 0xFFFFFFFF):
            return f"its header was never finished, and {found} bytes of sound follow it"
        return f"its header promises {promised} bytes of sound, {found} are there"
    frames = re.search(
        r"frame count (\d+) does not match value from 'ds64' chunk of (\d+)", header_log
    )
    if frames:
        return f"its header promises {frames[2]} samples, {frames[1]} are there"
    return None


def _ogg_cut_off(path: Path) -> str | None:
    """Look for the mark of the last page, as RFC 3533 has it: bit 2 of the page's sixth byte."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**17, 0))
        _, page, rest = file.read().rpartition(b"OggS")
    whole = page and len(rest) > 1 and rest[1] & 4
    return None if whole else "its last page is missing"


def _check_names(stems: list[Stem]) -> None:
    by_name: dict[str, list[Stem]] = defaultdict(list)
    for stem in stems:
        by_name[stem.name].append(stem)
    for name, same in by_name.items():
        if len(same) > 1:
            files = " and ".join(str(s.path) for s in same)
            raise StemError(f"{files} are both called {name}; rename one, or move it away")


def _check_lengths(stems: list[Stem]) -> None:
    """Refuse stems that differ by more than a sample; at two rates they cannot differ by less."""
    lengths = [stem.seconds for stem in stems]
    if max(lengths) - min(lengths) > 1 / min(stem.rate for stem in stems):
        listed = ", ".join(f"{s.path.name} {s.seconds:.3f} s" for s in stems)
        raise StemError(
            f"the stems differ in length ({listed}); pass --pad to extend the shorter with "
            "silence, or --trim to cut the longer"
        )
