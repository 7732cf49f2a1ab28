from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from manim_drumkit.levels.envelope import envelope

amplitudes = arrays(np.float64, st.integers(1, 80), elements=st.floats(0, 1))
times = st.floats(0, 500)
rates = st.sampled_from([Fraction(15), Fraction(24), Fraction(30000, 1001), Fraction(60)])


def hit(fps, seconds=2):
    """One loud moment at half a second, as short as any frame."""
    curve = np.zeros(int(seconds * fps))
    curve[int(0.5 * fps)] = 1
    return curve


@given(amplitudes, rates)
def test_without_times_it_is_what_was_detected(curve, fps):
    np.testing.assert_array_equal(envelope(curve, fps), curve)


@given(amplitudes, rates, times, times)
def test_with_an_attack_of_zero_every_hit_shows_at_full_height_on_its_own_frame(
    curve, fps, hold, release
):
    result = envelope(curve, fps, hold_ms=hold, release_ms=release)
    assert (result >= curve).all()
    assert result.max() == curve.max()


@given(amplitudes, rates, times, times, times)
def test_it_never_exceeds_what_was_detected(curve, fps, attack, hold, release):
    result = envelope(curve, fps, attack_ms=attack, hold_ms=hold, release_ms=release)
    assert result.max() <= curve.max()
    assert result.min() >= 0


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
@pytest.mark.parametrize(("hold", "release"), [(0, 150), (100, 150), (250, 80), (40, 300)])
def test_a_hit_falls_alike_at_every_frame_rate(fps, hold, release):
    result = envelope(hit(fps), Fraction(fps), hold_ms=hold, release_ms=release)
    after_ms = 1000 * (np.arange(len(result)) - int(0.5 * fps)) / fps
    expected = np.where(after_ms < 0, 0, np.exp(-np.maximum(after_ms - hold, 0) / release))
    np.testing.assert_allclose(result, expected, atol=1e-9)


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
def test_an_attack_takes_its_time_at_every_frame_rate(fps):
    result = envelope(np.ones(3 * fps), Fraction(fps), attack_ms=400)
    elapsed_ms = 1000 * (np.arange(len(result)) + 1) / fps
    np.testing.assert_allclose(result, 1 - np.exp(-elapsed_ms / 400), atol=1e-9)


def test_a_weaker_hit_during_the_fall_shows_when_it_stands_out():
    curve = np.zeros(60)
    curve[0], curve[10], curve[40] = 1, 0.1, 0.5
    result = envelope(curve, Fraction(60), release_ms=150)
    assert result[10] > 0.1
    assert result[40] == 0.5


def test_after_the_hold_a_release_of_zero_drops_at_once():
    result = envelope(hit(10, 1), Fraction(10), hold_ms=250)
    assert result.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]
