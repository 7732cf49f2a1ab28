"""Stems: the audio files of one performance, one file per instrument or microphone."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from manim_drumkit.errors import StemError

AUDIO_SUFFIXES = frozenset(
    ".aif .aifc .aiff .au .caf .flac .mp3 .oga .ogg .opus .rf64 .w64 .wav .wave".split()
)

Block = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Stem:
    """One audio file of a performance."""

    name: str
    """The file's name without its ending: the label in the film."""
    path: Path
    samples: int
    """The length, in samples per channel."""
    rate: int
    """Samples per second."""
    channels: int

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate

    @classmethod
    def open(cls, path: Path) -> "Stem":
        """Look at an audio file's header.

        Raises:
            StemError: it is not audio, holds no sound, or its sound is cut off.
        """
        try:
            with soundfile.SoundFile(os.fsencode(path)) as sound:
                samples, rate, channels = sound.frames, sound.samplerate, sound.channels
                cut = _cut_off(sound.extra_info)
        except (soundfile.LibsndfileError, OSError) as error:
            raise StemError(
                f"{path} cannot be read as audio ({_reason(error)}); export it again as WAV or "
                "FLAC, or move it out of the folder"
            ) from error
        if cut:
            raise StemError(f"{path} is cut off: {cut}; export or copy it again")
        if samples == 0:
            raise StemError(f"{path} holds no sound (0 samples); export it again or move it away")
        return cls(_readable(path.stem), path, samples, rate, channels)

    def blocks(self, edges: Sequence[int]) -> Iterator[Block]:
        """Read the samples between each two neighbouring ``edges``.

        Yields ``float32[samples, channels]``, full scale at ±1. Edges past the end give
        shorter, or empty, blocks.

        Raises:
            StemError: the file ends early, cannot be decoded, or holds NaN or infinity.
        """
        try:
            with soundfile.SoundFile(os.fsencode(self.path)) as sound:
                sound.seek(min(edges[0], self.samples))
                for start, stop in pairwise(edges):
                    wanted = max(min(stop, self.samples) - start, 0)
                    block: Block = sound.read(wanted, dtype="float32", always_2d=True)
                    self._check(block, start, wanted)
                    yield block
        except (soundfile.LibsndfileError, OSError) as error:
            raise StemError(
                f"{self.path} cannot be decoded to its end ({_reason(error)}); it may be cut off: "
                "export or copy it again"
            ) from error

    def _check(self, block: Block, start: int, wanted: int) -> None:
        if len(block) < wanted:
            end = (start + len(block)) / self.rate
            raise StemError(
                f"{self.path} is cut off: its header promises {self.seconds:.3f} s, its sound "
                f"ends after {end:.3f} s; export or copy it again"
            )
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            bad = (start + int(np.argmin(finite))) / self.rate
            raise StemError(
                f"{self.path} holds a sample that is not a number (NaN or infinity) at "
                f"{bad:.3f} s; export it again"
            )


def find_stems(folder: Path) -> tuple[list[Stem], list[Path]]:
    """Find the stems of a performance, in the natural order of their names.

    Returns the stems, and the files that were passed over because they are hidden or
    their ending is not that of an audio file.

    Raises:
        StemError: there is no folder or no audio in it, a file cannot be used, or the
            stems differ in length or sampling rate.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise StemError(f"{folder} {what}; give the folder that holds one audio file per stem")
    try:
        files = sorted((p for p in folder.iterdir() if p.is_file()), key=_natural)
    except OSError as error:
        raise StemError(f"{folder} cannot be listed ({_reason(error)})") from error
    audio = [p for p in files if _is_audio(p)]
    if not audio:
        raise StemError(
            f"{folder} holds no audio files; put one WAV, AIFF or FLAC file per stem into it, "
            f"or try it with a demo performance: drumkit-stems {folder}"
        )
    stems = [Stem.open(p) for p in audio]
    _check_names(stems)
    _check_alike(stems)
    return stems, [p for p in files if not _is_audio(p)]


def _is_audio(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in AUDIO_SUFFIXES


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.findall(r"(\d+)|(\D+)", path.name.casefold())
    return [(int(digits or -1), text) for digits, text in parts], path.name


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", errors="replace")


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


def _check_names(stems: list[Stem]) -> None:
    by_name: dict[str, list[Stem]] = defaultdict(list)
    for stem in stems:
        by_name[stem.name].append(stem)
    for name, same in by_name.items():
        if len(same) > 1:
            files = " and ".join(str(s.path) for s in same)
            raise StemError(f"{files} are both called {name}; rename one, or move it away")


def _check_alike(stems: list[Stem]) -> None:
    if len({s.rate for s in stems}) > 1:
        rates = ", ".join(f"{s.path.name} {s.rate} Hz" for s in stems)
        raise StemError(f"the stems differ in sampling rate ({rates}); export them all at one rate")
    if len({s.samples for s in stems}) > 1:
        lengths = ", ".join(f"{s.path.name} {s.seconds:.3f} s" for s in stems)
        raise StemError(
            f"the stems differ in length ({lengths}); export them all from the same start "
            "to the same end"
        )
