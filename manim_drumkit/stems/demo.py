"""A demo performance: seven drum microphones, synthesised, the same on every machine."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy import signal

from manim_drumkit.errors import StemError

RATE = 48000
BPM = 104
PEAK = 10 ** (-3 / 20)
SPEED_OF_SOUND = 343.0

Sound = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hit:
    """One stroke."""

    seconds: float
    instrument: str
    velocity: float
    """0 to 1."""


@dataclass(frozen=True)
class Place:
    """A place in metres: right of the drummer, in front of them, above the floor."""

    right: float
    front: float
    up: float

    def distance(self, other: "Place") -> float:
        """Return the distance in metres."""
        here, there = self.right - other.right, self.front - other.front
        return float(np.hypot(np.hypot(here, there), self.up - other.up))


INSTRUMENTS = {
    "Kick": Place(0.0, 0.8, 0.3),
    "Snare": Place(-0.3, 0.4, 0.7),
    "H_Tom": Place(-0.2, 0.8, 0.9),
    "M_Tom": Place(0.2, 0.8, 0.9),
    "L_Tom": Place(0.6, 0.4, 0.7),
    "Hat": Place(-0.7, 0.5, 0.9),
    "Crash": Place(-0.6, 1.0, 1.3),
    "Ride": Place(0.7, 0.9, 1.2),
}

MICROPHONES = {
    "Kick": Place(0.0, 0.9, 0.3),
    "Snare": Place(-0.3, 0.47, 0.76),
    "H_Tom": Place(-0.2, 0.87, 0.96),
    "M_Tom": Place(0.2, 0.87, 0.96),
    "L_Tom": Place(0.6, 0.47, 0.76),
    "OH_L": Place(-0.6, 0.7, 1.9),
    "OH_R": Place(0.6, 0.7, 1.9),
}


def write_demo(folder: Path, *, seconds: float) -> list[Path]:
    """Write the performance as one 24-bit WAV file per microphone, all or none.

    Raises:
        StemError: the folder holds files already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StemError(f"{folder} is not empty; name a new folder, so that nothing is overwritten")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".stems-") as temporary:
            staged = Path(temporary) / "stems"
            staged.mkdir()
            for name, sound in perform(seconds).items():
                soundfile.write(staged / f"{name}.wav", sound, RATE, subtype="PCM_24")
            staged.rename(folder)
    except (OSError, soundfile.LibsndfileError) as error:
        raise StemError(f"{folder} cannot be written ({error}); name another folder") from error
    return sorted(folder.iterdir())


def perform(seconds: float) -> dict[str, Sound]:
    """Synthesise the performance: ``float64[samples]`` per microphone, peak -3 dBFS."""
    samples = round(seconds * RATE)
    chance = np.random.default_rng(2021)
    tracks = {name: np.zeros(samples) for name in INSTRUMENTS}
    for hit in groove(seconds, chance):
        start = round(hit.seconds * RATE)
        sound = VOICES[hit.instrument](chance)[: samples - start]
        tracks[hit.instrument][start : start + len(sound)] += hit.velocity**1.5 * sound
    recorded = {name: _record(place, tracks, chance) for name, place in MICROPHONES.items()}
    loudest = max(float(np.abs(sound).max()) for sound in recorded.values())
    return {name: sound * PEAK / (loudest or 1) for name, sound in recorded.items()}


def groove(seconds: float, chance: np.random.Generator) -> list[Hit]:
    """Return the strokes of a rock beat, in phrases of four bars that each end in a fill.

    The last crash comes two seconds before the end, if there is time for a beat.
    """
    sixteenth = 60 / BPM / 4
    end = max(seconds - 2.0, 0.25)
    hits = []
    for step in range(int((end - 0.25) / sixteenth)):
        for instrument, velocity in _strokes(step):
            human = chance.normal(0, 0.003)
            loud = np.clip(velocity + chance.normal(0, 0.05), 0.05, 1)
            hits.append(Hit(0.25 + step * sixteenth + human, instrument, float(loud)))
    hits += [Hit(end, "Kick", 1.0), Hit(end, "Crash", 1.0), Hit(end, "L_Tom", 0.7)]
    return [hit for hit in hits if 0 <= hit.seconds < seconds]


def _strokes(step: int) -> list[tuple[str, float]]:
    """Return the strokes on a sixteenth, counted from the start: instruments and velocities."""
    bar, place = divmod(step, 16)
    if bar % 4 == 3 and place >= 8:
        return _fill(place, long=bar % 8 == 7)
    strokes = []
    if place == 0 and bar % 4 == 0:
        strokes.append(("Crash", 0.9))
    elif place % 2 == 0:
        strokes.append(("Ride" if bar % 8 >= 4 else "Hat", 0.65 if place % 4 == 0 else 0.45))
    if place in ((0, 7, 10) if bar % 2 == 0 else (0, 3, 8, 10)):
        strokes.append(("Kick", 0.9 if place in (0, 10) else 0.75))
    if place in (4, 12):
        strokes.append(("Snare", 0.9))
    elif place in (7, 9, 15):
        strokes.append(("Snare", 0.25))
    return strokes


def _fill(place: int, *, long: bool) -> list[tuple[str, float]]:
    around = ("Snare", "Snare", "H_Tom", "H_Tom", "M_Tom", "M_Tom", "L_Tom", "L_Tom")
    short = {8: "Snare", 10: "H_Tom", 11: "H_Tom", 12: "M_Tom", 14: "L_Tom", 15: "L_Tom"}
    struck = around[place - 8] if long else short.get(place)
    strokes = [(struck, 0.7 + 0.03 * (place - 8))] if struck else []
    return [*strokes, ("Kick", 0.6)] if place % 4 == 0 else strokes


def _record(microphone: Place, tracks: dict[str, Sound], chance: np.random.Generator) -> Sound:
    """Add up what arrives at a microphone, nearer sounds louder and earlier; add the room."""
    total = np.zeros(len(next(iter(tracks.values()))))
    for name, track in tracks.items():
        distance = microphone.distance(INSTRUMENTS[name])
        delay = round(distance / SPEED_OF_SOUND * RATE)
        heard = 0.1 / max(distance, 0.1)
        total[delay:] += heard * track[: len(track) - delay]
    tail = np.arange(round(0.5 * RATE)) / RATE
    room = chance.normal(0, 1, len(tail)) * np.exp(-tail / 0.09) * np.minimum(tail / 0.01, 1)
    everything = sum(tracks.values(), start=np.zeros_like(total))
    echo: Sound = signal.fftconvolve(_low_pass(everything, 5000), room)[: len(total)]
    wet: Sound = total + 0.0012 * echo
    return wet * (6.0 if microphone.up > 1.5 else 1.0)  # the overheads' preamplifiers


def _drum(low_hz: float, bend: float, decay_s: float) -> Sound:
    """Synthesise a membrane: a sine that falls to ``low_hz`` from ``bend`` times as much."""
    time = _time(6 * decay_s)
    frequency = low_hz * (1 + (bend - 1) * np.exp(-time / 0.03))
    tone: Sound = np.sin(2 * np.pi * np.cumsum(frequency) / RATE) * np.exp(-time / decay_s)
    return tone


def _noise(chance: np.random.Generator, low_hz: float, high_hz: float, decay_s: float) -> Sound:
    time = _time(6 * decay_s)
    band = signal.butter(2, [low_hz, high_hz], "bandpass", fs=RATE, output="sos")
    noise: Sound = signal.sosfilt(band, chance.normal(0, 1, len(time))) * np.exp(-time / decay_s)
    return noise


def _metal(chance: np.random.Generator, low_hz: float, decay_s: float) -> Sound:
    """Synthesise a cymbal: inharmonic partials under a wash of noise."""
    time = _time(5 * decay_s)
    partials = low_hz * np.array([1.0, 1.34, 1.79, 2.23, 2.67, 3.11, 3.87, 4.53])
    ring = sum(np.sin(2 * np.pi * f * time + chance.uniform(0, 6.28)) for f in partials)
    wash = _noise(chance, 4000, 16000, decay_s)
    length = min(len(ring), len(wash))
    sound: Sound = 0.05 * ring[:length] * np.exp(-time[:length] / decay_s) + 0.7 * wash[:length]
    return sound


def _kick(chance: np.random.Generator) -> Sound:
    return _layer(1.3 * _drum(50, 3.2, 0.11), 0.35 * _noise(chance, 1500, 6000, 0.006))


def _snare(chance: np.random.Generator) -> Sound:
    wires = 0.8 * _noise(chance, 1200, 9000, 0.085)
    return _layer(0.7 * _drum(188, 1.5, 0.06), 0.3 * _drum(331, 1.3, 0.04), wires)


def _tom(low_hz: float) -> Callable[[np.random.Generator], Sound]:
    def strike(chance: np.random.Generator) -> Sound:
        return _layer(_drum(low_hz, 1.7, 0.16), 0.25 * _noise(chance, 900, 5000, 0.012))

    return strike


def _cymbal(low_hz: float, decay_s: float, gain: float) -> Callable[[np.random.Generator], Sound]:
    return lambda chance: gain * _metal(chance, low_hz, decay_s)


VOICES: dict[str, Callable[[np.random.Generator], Sound]] = {
    "Kick": _kick,
    "Snare": _snare,
    "H_Tom": _tom(172),
    "M_Tom": _tom(131),
    "L_Tom": _tom(88),
    "Hat": _cymbal(3100, 0.035, 0.35),
    "Crash": _cymbal(1150, 0.55, 0.4),
    "Ride": _cymbal(2400, 0.28, 0.25),
}


def _layer(*sounds: Sound) -> Sound:
    total = np.zeros(max(map(len, sounds)))
    for sound in sounds:
        total[: len(sound)] += sound
    return total


def _low_pass(sound: Sound, hz: float) -> Sound:
    low_pass = signal.butter(1, hz, "lowpass", fs=RATE, output="sos")
    passed: Sound = signal.sosfilt(low_pass, sound)
    return passed


def _time(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE
