from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.levels.detector import Detector
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import frame_count
from sounds import RATE, clicks, sine, write_sound


def detected(folder, sound, fps, *, rate=RATE, frames=None, size=128, **changes):
    stem = Stem.open(write_sound(folder / "a.wav", sound, rate=rate))
    frames = frames or frame_count(stem.samples, rate, Fraction(fps))
    return detect(stem, Fraction(fps), frames, LevelSettings(**changes), size=size)


def detect(stem, fps, frames, settings, *, size=128):
    """Measure a stem in blocks of so many frames."""
    detector = Detector(stem, fps, frames, settings)
    borders = [*range(0, frames, size), frames]
    blocks = stem.blocks(detector.edges(borders))
    for (first, last), block in zip(pairwise(borders), blocks, strict=True):
        detector.measure(block, first, last)
    return detector


def slices(sound, rate, fps):
    """Cut sound into frames, as a text book has it."""
    frames = -(-len(sound) * Fraction(fps) // rate)
    edges = [min(round(k * rate / Fraction(fps)), len(sound)) for k in range(int(frames) + 1)]
    return [sound[a:b].astype(np.float64) for a, b in pairwise(edges)]


def root_mean_square(part):
    return np.sqrt(np.mean(part**2)) if part.size else 0


@pytest.mark.parametrize("fps", [15, 24, "30000/1001", 50, 60])
@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_frames_are_measured_as_the_text_book_says(tmp_path, fps, rate):
    sound = np.random.default_rng(3).normal(0, 0.2, int(1.23 * rate)).astype(np.float32)
    parts = slices(sound, rate, fps)
    rms = detected(tmp_path, sound, fps, rate=rate).amplitudes
    peak = detected(tmp_path, sound, fps, rate=rate, detector="peak").amplitudes
    np.testing.assert_allclose(rms, [root_mean_square(part) for part in parts], atol=1e-6)
    np.testing.assert_allclose(peak, [np.abs(part).max(initial=0) for part in parts], atol=1e-6)


@given(
    frame=st.integers(0, 150),
    place=st.floats(0, 1),
    fps=st.sampled_from([24, "30000/1001", 60]),
    kind=st.sampled_from(["rms", "peak"]),
)
def test_a_click_lands_on_its_frame(tmp_path_factory, frame, place, fps, kind):
    start, stop = (round(k * 44100 / Fraction(fps)) for k in (frame, frame + 1))
    at = min(int(start + place * (stop - start)), stop - 1)
    sound = clicks(8, [at], rate=44100)
    found = detected(tmp_path_factory.mktemp("click"), sound, fps, rate=44100, detector=kind)
    assert np.flatnonzero(found.amplitudes).tolist() == [frame]


@pytest.mark.parametrize(
    "changes", [{}, {"window_ms": 130}, {"low_cut_hz": 200, "high_cut_hz": 4000}]
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_the_size_of_a_block_changes_nothing(tmp_path, changes, size):
    sound = np.random.default_rng(3).normal(0, 0.2, (RATE, 2))
    whole = detected(tmp_path, sound, 24, **changes).amplitudes
    np.testing.assert_allclose(
        detected(tmp_path, sound, 24, size=size, **changes).amplitudes, whole, atol=1e-9
    )


@pytest.mark.parametrize("kind", ["rms", "peak"])
def test_a_long_window_ends_where_its_frame_ends(tmp_path, kind):
    sound = np.random.default_rng(3).normal(0, 0.2, RATE).astype(np.float32)
    found = detected(tmp_path, sound, 60, detector=kind, window_ms=100).amplitudes
    measure = root_mean_square if kind == "rms" else lambda part: np.abs(part).max()
    expected = [measure(sound[max(e - 4800, 0) : e].astype(float)) for e in range(800, 48001, 800)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_window_shorter_than_a_frame_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="window of 10 ms is shorter than a frame"):
        detected(tmp_path, sine(1), 60, window_ms=10)


def test_cuts_let_pass_what_is_between_them(tmp_path):
    kick, voice, hat = (sine(1, hz=hz, peak=0.3) for hz in (60, 1200, 12000))
    alone = detected(tmp_path, voice, 20).amplitudes[5:]
    between = detected(
        tmp_path, kick + voice + hat, 20, low_cut_hz=300, high_cut_hz=4000
    ).amplitudes[5:]
    np.testing.assert_allclose(between, alone, rtol=0.05)
    assert detected(tmp_path, kick, 20, low_cut_hz=600).amplitudes[5:].max() < 0.02 * alone.max()
    assert detected(tmp_path, hat, 20, high_cut_hz=1200).amplitudes[5:].max() < 0.02 * alone.max()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"low_cut_hz": 24000}, "needs more than the 48000 Hz"),
        ({"high_cut_hz": 30000}, "needs more than the 48000 Hz"),
        ({"low_cut_hz": 500, "high_cut_hz": 400}, "nothing is left"),
    ],
)
def test_cuts_that_leave_nothing_are_refused(tmp_path, changes, reason):
    with pytest.raises(ConfigError, match=reason):
        detected(tmp_path, sine(1), 60, **changes)


def test_channels_out_of_phase_do_not_cancel(tmp_path):
    one = sine(1, hz=1200)
    both = detected(tmp_path, np.stack([one, -one], axis=1), 60)
    np.testing.assert_allclose(both.amplitudes, detected(tmp_path, one, 60).amplitudes, rtol=1e-6)


def test_the_power_of_many_channels_is_averaged(tmp_path):
    loud, quiet = sine(1, hz=1200), np.zeros(RATE)
    found = detected(tmp_path, np.stack([loud, quiet, quiet, quiet], axis=1), 60)
    np.testing.assert_allclose(found.amplitudes, np.sqrt(0.5 / 4), rtol=1e-3)
    assert found.peak == pytest.approx(1)


def test_past_its_end_a_stem_is_silent(tmp_path):
    for changes in ({}, {"window_ms": 200}):
        found = detected(tmp_path, sine(0.5), 60, frames=60, **changes).amplitudes
        assert found[:30].all()
        assert not found[31 + (12 if changes else 0) :].any()


def test_a_last_frame_without_samples_is_silent(tmp_path):
    # 24 fps at 44.1 kHz: frame 1 begins at sample 1837.5, which rounds to 1838.
    found = detected(tmp_path, np.full(1838, 0.5), 24, rate=44100)
    assert found.amplitudes.tolist() == [0.5, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["rms", "peak"])
def test_a_sample_that_is_no_number_is_named_with_its_time(tmp_path, value, kind):
    sound = sine(8)
    sound[6 * RATE] = value
    with pytest.raises(StemError, match=r"a\.wav.*6\.000 s"):
        detected(tmp_path, sound, 60, detector=kind)


def test_fewer_samples_than_frames_are_refused(tmp_path):
    with pytest.raises(StemError, match="sample rate of 50 Hz"):
        detected(tmp_path, np.full(50, 0.5), 60, rate=50)


def test_the_mean_of_all_samples_is_the_dc_offset(tmp_path):
    found = detected(tmp_path, 0.2 * sine(2) + 0.05, 60)
    assert found.mean == pytest.approx(0.05, abs=1e-5)
