"""Clicks on known frames, files of them in any format, and what a stem has of them."""

import subprocess
from fractions import Fraction

import numpy as np
import soundfile

from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import sample_edges

RATE, FPS, SECONDS = 48000, 60, 4
ENCODED = {}
"""What ffmpeg has written for a test before."""
HITS = (15, 47, 83, 120, 151, 190, 222)
"""The frames, 60 a second, in which a click of 6 ms begins, 3 ms after the frame."""


def beat(*, rate=RATE, start=0.0, stop=SECONDS):
    """Return the clicks as ``float64[samples]``, or a part of them."""
    sound = np.zeros(round(SECONDS * rate))
    for frame in HITS:
        first, length = round((frame / FPS + 0.003) * rate), round(0.006 * rate)
        sound[first : first + length] = 0.8 * np.sin(2 * np.pi * 1000 * np.arange(length) / rate)
    return sound[round(start * rate) : round(stop * rate)]


def ffmpeg(*options):
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, options)]
    subprocess.run(command, check=True, capture_output=True)


def encode(path, *options, sound=None):
    """Let ffmpeg write a file; what it is made from is gone afterwards."""
    sound = beat() if sound is None else sound
    key = (path.suffix, options, sound.tobytes())
    if key not in ENCODED:
        plain = path.with_name(f"{path.name}.plain.wav")
        soundfile.write(plain, sound, RATE, subtype="PCM_16")
        ffmpeg("-i", plain, *options, path)
        plain.unlink()
        ENCODED[key] = path.read_bytes()
    path.write_bytes(ENCODED[key])
    return path


def stream(path, *options):
    """Let ffmpeg write a file into a pipe, where it can change nothing that it has written."""
    plain = path.with_name(f"{path.name}.plain.wav")
    soundfile.write(plain, beat(), RATE, subtype="PCM_16")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", plain, *options, "-"]
    path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    plain.unlink()
    return path


def joined(path, first, second):
    path.write_bytes(first.read_bytes() + second.read_bytes())
    return path


def halves(path, *options):
    """Encode the first two seconds and the last two, and join the files."""
    names = [path.with_name(f"{part}-{path.name}") for part in "12"]
    for name, start in zip(names, (0, 2), strict=True):
        encode(name, *options, sound=beat(start=start, stop=start + 2))
    joined(path, *names)
    for name in names:
        name.unlink()
    return path


def heard(stem):
    """Read a stem in uneven blocks: ``float32[samples, channels]``."""
    edges = [*range(0, stem.samples, 7777), stem.samples]
    return np.concatenate(list(stem.blocks(edges)))


def loudest_frames(sound, rate, count):
    """Return the frames with the most power, in order."""
    edges = sample_edges(0, int(len(sound) / rate * FPS), rate, Fraction(FPS))
    power = np.add.reduceat(np.square(sound, dtype=np.float64), edges[:-1])
    return tuple(sorted(np.argsort(power / np.diff([*edges[:-1], len(sound)]))[-count:].tolist()))


def lag(sound, rate):
    """Return by how many samples a sound is behind the clicks, by cross-correlation."""
    reference = beat(rate=rate)
    length = 1 << (len(sound) + len(reference)).bit_length()
    spectrum = np.conj(np.fft.rfft(reference, length)) * np.fft.rfft(sound, length)
    place = int(np.argmax(np.fft.irfft(spectrum, length)))
    return place - length if place > length // 2 else place


def assert_in_step(stem, *, lossy=False, seconds=SECONDS, hits=HITS):
    """Check that a stem's clicks are where they should be, and that it is as long as they are."""
    sound = heard(stem)[:, 0]
    assert len(sound) == stem.samples
    assert loudest_frames(sound, stem.rate, len(hits)) == hits
    late = lag(sound, stem.rate) / stem.rate
    assert abs(late) <= (0.002 if lossy else 0), f"{1000 * late:.2f} ms late"
    assert abs(stem.samples / stem.rate - seconds) < (1 / FPS if lossy else 1e-9)


def open_beat(path, **expected):
    """Open a file of clicks, check that they are in step, and return its stem."""
    stem = Stem.open(path)
    assert_in_step(stem, **expected)
    return stem
