"""The envelope: how a level rises, stays and falls."""

from fractions import Fraction
from math import exp

import numpy as np

from manim_drumkit.levels.detector import Amplitudes

BLOCK_FRAMES = 4096
"""Frames per block: a list of Python's numbers takes more memory than an array."""


def envelope(
    amplitudes: Amplitudes,
    fps: Fraction,
    *,
    attack_ms: float = 0.0,
    hold_ms: float = 0.0,
    release_ms: float = 0.0,
) -> Amplitudes:
    """Follow amplitudes as a compressor's level detector does.

    A louder amplitude raises the envelope: at once, or by ``1 - exp(-dt / attack)`` of the
    difference per frame. The envelope then stays for the hold, and falls by
    ``exp(-dt / release)`` per frame, but never below the amplitude. Times are not rounded to
    frames, so that the envelope looks the same at every frame rate (the exponential smoothing
    of Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor Design", JAES 60,
    2012, with a hold).

    Args:
        amplitudes: ``float64[frames]``, the whole piece.
        fps: frames per second.
        attack_ms: the time to rise by 63%.
        hold_ms: the time to stay.
        release_ms: the time to fall by 63%.

    Returns:
        The envelope, ``float64[frames]``; never below the amplitudes if the attack is 0.

    >>> envelope(np.array([0, 1, 0, 0]), Fraction(10), release_ms=100).round(3).tolist()
    [0.0, 1.0, 0.368, 0.135]
    """
    frame_ms = float(1000 / fps)
    lag = exp(-frame_ms / attack_ms) if attack_ms else 0.0
    result = np.empty(len(amplitudes))
    level, top, age_ms = 0.0, 0.0, 0.0
    for start in range(0, len(amplitudes), BLOCK_FRAMES):
        followed = []
        for amplitude in amplitudes[start : start + BLOCK_FRAMES].tolist():
            if amplitude > level:
                level = amplitude - lag * (amplitude - level)
                top, age_ms = level, 0.0
            else:
                age_ms += frame_ms
                if age_ms > hold_ms:
                    level = top * exp((hold_ms - age_ms) / release_ms) if release_ms else 0.0
                if level < amplitude:
                    level = top = amplitude
                    age_ms = hold_ms
            followed.append(level)
        result[start : start + BLOCK_FRAMES] = followed
    return result
