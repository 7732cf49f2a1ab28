"""Sound that the tests make themselves."""

from pathlib import Path

import numpy as np
import soundfile

RATE = 48000


def write_sound(path, samples, *, rate=RATE, **kwargs):
    """Write float samples, one column per channel, full scale at ±1."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.asarray(samples), rate, **({"subtype": "FLOAT"} | kwargs))
    return Path(path)


def sine(seconds, *, hz=1000, peak=1.0, rate=RATE):
    return peak * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def clicks(seconds, at_samples, *, rate=RATE):
    sound = np.zeros(round(seconds * rate))
    sound[list(at_samples)] = 0.9
    return sound


def write_stems(folder, seconds=1.0, names=("Kick", "OH_L", "Snare"), *, rate=RATE):
    """Write stems whose levels rise and fall differently, so that every frame is another."""
    for i, name in enumerate(names):
        swell = 0.5 + 0.4 * np.sin(np.linspace(i, i + 9, round(seconds * rate)))
        write_sound(
            folder / f"{name}.wav", swell * sine(seconds, hz=200 + 100 * i, rate=rate), rate=rate
        )
    return folder
