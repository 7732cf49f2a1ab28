"""Damaged files of every kind: an error that names the file, or sound; no crash and no hang."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beats import RATE, beat, encode
from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem

KINDS = {
    "a.wav": "-write_bext 1",
    "b.wav": "-c:a adpcm_ima_wav",
    "c.wav": "-c:a libmp3lame",
    "a.w64": "",
    "a.aif": "",
    "a.caf": "-c:a pcm_s16le",
    "a.au": "",
    "a.flac": "",
    "a.mp3": "",
    "b.mp3": "-write_xing 0",
    "a.mp2": "",
    "a.ogg": "-c:a libvorbis",
    "a.opus": "-c:a libopus",
    "a.oga": "-c:a flac -f ogg",
    "a.m4a": "",
    "b.m4a": "-c:a alac",
    "a.mov": "-c:a pcm_s24le -ac 8",
    "a.mkv": "-c:a pcm_s16le",
    "a.webm": "-c:a libopus",
    "a.aac": "",
    "a.ts": "-c:a aac",
    "a.flv": "-c:a aac",
    "a.avi": "-c:a libmp3lame",
    "a.wma": "",
    "a.wv": "-c:a wavpack",
    "a.tta": "",
    "a.ac3": "",
}
LONGEST = 3600 * RATE


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One short file of every kind, with something to hear all the time."""
    folder = tmp_path_factory.mktemp("whole")
    sound = 0.5 * beat(stop=1) + np.random.default_rng(1).normal(0, 0.05, RATE)
    return [encode(folder / name, *opts.split(), sound=sound) for name, opts in KINDS.items()]


def read(path, content):
    """Read a file to its end, which may be where an error says why not."""
    path.write_bytes(content)
    try:
        for stem in Stem.open_all(path):
            assert 0 < stem.samples < LONGEST
            edges = [*range(0, stem.samples, 50_000), stem.samples]
            assert sum(len(block) for block in stem.blocks(edges)) == stem.samples
    except StemError as error:
        assert str(path) in str(error)  # noqa: PT017  it need not be raised


def flipped(content, chance, count, within):
    changed = bytearray(content)
    for _ in range(count):
        changed[chance.randrange(min(within, len(content)))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def moved(content, chance):
    """Leave a part out, overwrite it or double it."""
    begin = chance.randrange(len(content))
    end = min(begin + chance.choice([1, 7, 500, 5000]), len(content))
    middle = chance.choice([b"", bytes(end - begin), 2 * content[begin:end]])
    return content[:begin] + middle + content[end:]


@settings(max_examples=6)
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_file_is_read_or_named(files, tmp_path_factory, chance):
    folder = tmp_path_factory.mktemp("damaged")
    for whole in files:
        content, path = whole.read_bytes(), folder / whole.name
        read(path, content[: chance.randrange(len(content))])
        read(path, flipped(content, chance, chance.choice([1, 3, 20]), len(content)))
        read(path, flipped(content, chance, chance.choice([1, 3]), 200))
        read(path, moved(content, chance))


def test_a_file_that_ends_anywhere_is_read_or_named(files, tmp_path):
    for whole in files:
        content = whole.read_bytes()
        for size in (1, 3, 4, 11, 12, 40, 44, 60, 200, len(content) // 3, len(content) - 1):
            read(tmp_path / whole.name, content[:size])


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_behind_a_true_beginning_are_read_or_named(files, tmp_path, seed):
    chance = random.Random(seed)
    for whole in files:
        size = chance.choice([12, 40, 100])
        read(tmp_path / whole.name, whole.read_bytes()[:size] + chance.randbytes(20_000))
