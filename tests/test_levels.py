from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import RATE, clicks, sine, write_sound

from manim_drumkit import levels
from manim_drumkit.errors import StemError
from manim_drumkit.levels import measure
from manim_drumkit.stems import Stem


def measured(path, sound, fps, *, rate=RATE):
    return measure(Stem.open(write_sound(path / "a.wav", sound, rate=rate)), Fraction(fps))


def plain_rms(sound, rate, fps):
    """RMS per frame, frame by frame, as a text book has it."""
    frames = -(-len(sound) * Fraction(fps) // rate)
    edges = [min(round(k * rate / Fraction(fps)), len(sound)) for k in range(int(frames) + 1)]
    parts = [sound[a:b].astype(np.float64) for a, b in pairwise(edges)]
    return np.array([np.sqrt(np.mean(part**2)) if part.size else 0 for part in parts])


@pytest.mark.parametrize("fps", [15, 24, "30000/1001", 50, 60])
@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_levels_are_the_rms_of_each_frame_over_the_largest(tmp_path, fps, rate):
    sound = np.random.default_rng(3).normal(0, 0.2, int(1.23 * rate)).astype(np.float32)
    expected = plain_rms(sound, rate, fps)
    found = measured(tmp_path, sound, fps, rate=rate).levels
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected / expected.max(), atol=1e-6)


def test_levels_do_not_depend_on_the_size_of_a_block(tmp_path, monkeypatch):
    sound = np.random.default_rng(3).normal(0, 0.2, RATE)
    whole = measured(tmp_path, sound, 24).levels
    monkeypatch.setattr(levels, "FRAMES_PER_BLOCK", 5)
    np.testing.assert_array_equal(measured(tmp_path, sound, 24).levels, whole)


@settings(max_examples=30, deadline=None)
@given(frame=st.integers(0, 59), place=st.floats(0, 1), fps=st.sampled_from([24, "30000/1001", 60]))
def test_a_click_lands_on_its_frame(tmp_path_factory, frame, place, fps):
    start, stop = (round(k * 44100 / Fraction(fps)) for k in (frame, frame + 1))
    at = min(int(start + place * (stop - start)), stop - 1)
    sound = clicks(3, [at], rate=44100)
    found = measured(tmp_path_factory.mktemp("click"), sound, fps, rate=44100).levels
    assert np.flatnonzero(found).tolist() == [frame]
    assert found[frame] == 1


def test_a_steady_sine_is_level_and_its_peak_is_known(tmp_path):
    found = measured(tmp_path, sine(1, hz=1200, peak=0.5), 60)
    np.testing.assert_allclose(found.levels, 1, atol=1e-3)
    assert found.peak_db == pytest.approx(-6.02, abs=0.01)


def test_silence_stays_at_zero(tmp_path):
    found = measured(tmp_path, np.zeros(RATE), 60)
    assert not found.levels.any()
    assert found.peak_db == -np.inf


def test_channels_out_of_phase_do_not_cancel(tmp_path):
    one = sine(1, hz=1200)
    found = measured(tmp_path, np.stack([one, -one], axis=1), 60)
    np.testing.assert_allclose(found.levels, 1, atol=1e-3)


def test_a_last_frame_without_samples_is_silent(tmp_path):
    # 24 fps at 44.1 kHz: frame 1 begins at sample 1837.5, which rounds to 1838.
    found = measured(tmp_path, np.full(1838, 0.5), 24, rate=44100)
    assert found.levels.tolist() == [1, 0]


def test_fewer_samples_than_frames_are_refused(tmp_path):
    with pytest.raises(StemError, match="less than one sample per frame"):
        measured(tmp_path, np.full(50, 0.5), 60, rate=50)
