"""The two command lines in ``run_all.sh`` that make the film."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Commands:
    """The two command lines in ``run_all.sh`` that make the film."""

    manim: tuple[str, ...]
    """What starts manim with the scene; the chunks are added."""
    ffmpeg: tuple[str, ...]
    """What joins the segments."""


def split_words(words: list[str]) -> tuple[list[str], Commands]:
    """Split an argument vector at its two ``--``: our own words, manim's, ffmpeg's."""
    first = words.index("--") if "--" in words else len(words)
    own, rest = words[:first], words[first + 1 :]
    last = len(rest) - 1 - rest[::-1].index("--") if "--" in rest else len(rest)
    return own, Commands(tuple(rest[:last]), tuple(rest[last + 1 :]))


def digest_of(command: Sequence[str]) -> str:
    """Return a digest of the command line that renders; without its number of encoder threads."""
    words = [word for word in command if not word.startswith("threads=")]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()
