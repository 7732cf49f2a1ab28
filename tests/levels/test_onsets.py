from itertools import pairwise

import numpy as np
import pytest

from manim_drumkit.levels.onsets import HOPS_PER_SECOND, Onsets
from manim_drumkit.stems.stem import Stem
from sounds import write_sound

RATES = [8000, 22050, 44100, 48000, 96000]


def noise(samples, channels=1):
    return np.random.default_rng(5).normal(0, 0.1, (samples, channels)).astype(np.float32)


def measured(folder, sound, rate=48000, *, sizes=(100_000,)):
    """Measure a sound in blocks of these sizes, over and over."""
    stem = Stem.open(write_sound(folder / "a.wav", sound, rate=rate))
    onsets, edges = Onsets(stem), [0]
    while edges[-1] < stem.samples:
        edges.append(min(edges[-1] + sizes[len(edges) % len(sizes)], stem.samples))
    for (start, stop), block in zip(pairwise(edges), stem.blocks(edges), strict=True):
        assert len(block) == stop - start
        onsets.measure(block)
    return onsets.take_strengths()


@pytest.mark.parametrize("rate", RATES)
def test_bands_are_the_sound_and_its_differences(tmp_path, rate):
    sound = noise(2 * rate + 77)
    lag = max(1, round(rate / 48000))
    before = np.concatenate([np.zeros((2 * lag, 1)), sound.astype(np.float64)])
    first = before[lag:] - before[:-lag]
    bands = before[2 * lag :], first[lag:], first[lag:] - first[:-lag]
    found = measured(tmp_path, sound, rate)
    size = rate // HOPS_PER_SECOND
    for hop in (0, 1, 99, 250, found.shape[1] - 1):
        start = hop * rate // HOPS_PER_SECOND
        expected = [np.sqrt(np.mean(band[start : start + size] ** 2)) for band in bands]
        np.testing.assert_allclose(found[:, hop], expected, rtol=6e-4)
    assert found.shape[1] / HOPS_PER_SECOND == pytest.approx(len(sound) / rate, abs=0.004)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 3])
def test_borders_of_blocks_change_nothing(tmp_path, rate, channels):
    sound = noise(rate, channels)
    whole = measured(tmp_path, sound, rate)
    for sizes in ((777,), (1, 5, 16, 4000), (0, 12_345)):
        np.testing.assert_array_equal(measured(tmp_path, sound, rate, sizes=sizes), whole)


def test_powers_of_channels_are_averaged(tmp_path):
    one = noise(20_000)
    both = measured(tmp_path, np.concatenate([one, -one], axis=1))
    np.testing.assert_allclose(both, measured(tmp_path, one), rtol=1e-3)


@pytest.mark.parametrize("samples", [1, 159, 160, 161])
def test_a_sound_shorter_than_a_hop_has_none(tmp_path, samples):
    assert measured(tmp_path, noise(samples)).shape == (3, samples // 160)
