from fractions import Fraction

import numpy as np
import pytest

from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from sounds import RATE, sine, write_sound

BARE = {
    "attack_ms": 0, "hold_ms": 0, "release_ms": 0, "normalize": "stem", "peak_percent": 100
}  # fmt: skip


def measured(folder, sounds, stems=None, *, fps=60, jobs=2, **changes):
    """Measure a second of sounds; return what was found by name."""
    for name, sound in sounds.items():
        write_sound(folder / f"{name}.wav", sound)
    found = find_stems(folder, stems or {}).stems
    results = measure(found, Fraction(fps), fps, LevelSettings(**changes), jobs=jobs).stems
    return {stem.name: result for stem, result in zip(found, results)}


def swell(peak=1.0, *, hz=1200):
    """A tone that is louder in each frame than in the one before, in 60 steps."""
    return sine(1, hz=hz, peak=peak) * np.repeat(np.arange(1, 61) / 60, 800)


def test_bare_levels_are_the_rms_over_the_largest(tmp_path):
    sound = np.random.default_rng(3).normal(0, 0.2, RATE).astype(np.float32)
    rms = np.sqrt(np.mean(sound.reshape(60, 800).astype(np.float64) ** 2, axis=1))
    found = measured(tmp_path, {"a": sound}, **BARE)["a"]
    assert found.levels.dtype == np.float32
    np.testing.assert_allclose(found.levels, rms / rms.max(), atol=1e-6)


def test_jobs_and_the_order_of_stems_change_nothing(tmp_path):
    sounds = {name: swell(hz=hz) for name, hz in (("a", 600), ("b", 1200), ("c", 2400))}
    one = measured(tmp_path / "1", sounds, jobs=1)
    orders = {"a": StemSettings(order=3), "b": StemSettings(order=2), "c": StemSettings(order=1)}
    many = measured(tmp_path / "2", sounds, orders, jobs=3)
    assert list(many) == ["c", "b", "a"]
    for name in sounds:
        np.testing.assert_array_equal(one[name].levels, many[name].levels)


def test_each_stem_reaches_one_unless_told_otherwise(tmp_path):
    sounds = {"loud": swell(0.8), "quiet": swell(0.2)}
    tops = {name: found.levels.max() for name, found in measured(tmp_path, sounds).items()}
    assert tops == {"loud": 1, "quiet": 1}


def test_a_group_is_normalised_by_its_loudest(tmp_path):
    sounds = {"a": swell(0.8), "b": swell(0.2), "c": swell(0.1), "d": swell(0.05)}
    groups = {"c": StemSettings(group="toms"), "d": StemSettings(group="toms")}
    found = measured(tmp_path, sounds, groups, normalize="group", peak_percent=100)
    tops = [float(found[name].levels.max()) for name in "abcd"]
    assert tops == pytest.approx([1, 0.25, 1, 0.5], abs=1e-5)


def test_without_normalising_one_is_full_scale(tmp_path):
    found = measured(tmp_path, {"a": swell(0.5)}, normalize="none", detector="peak")
    assert found["a"].levels.max() == pytest.approx(0.5, abs=1e-3)


def test_a_gain_counts_where_loudness_is_compared(tmp_path):
    sounds = {"a": swell(0.4), "b": swell(0.4)}
    louder = {"b": StemSettings(gain_db=20 * np.log10(2))}
    found = measured(tmp_path, sounds, louder, normalize="group", peak_percent=100)
    assert found["a"].levels.max() == pytest.approx(0.5, abs=1e-5)
    assert found["b"].peak == pytest.approx(0.4, abs=1e-3)  # the table shows the file


def test_one_spike_does_not_flatten_the_rest_with_a_percentile(tmp_path):
    sound = sine(1, hz=1200, peak=0.1)
    sound[24000:24800] *= 9
    assert np.median(measured(tmp_path, {"a": sound}, **BARE)["a"].levels) < 0.12
    found = measured(tmp_path, {"a": sound}, **BARE | {"peak_percent": 95})["a"].levels
    assert np.median(found) == pytest.approx(1, abs=0.01)
    assert found.max() == 1


def test_the_percentile_is_of_frames_that_are_heard(tmp_path):
    sound = np.zeros(RATE)
    sound[:8000] = swell()[40000:]  # ten frames of sixty
    found = measured(tmp_path, {"a": sound}, **BARE | {"peak_percent": 50})["a"].levels
    assert (found == 1).sum() == 5


def test_decibels_go_from_the_floor_to_the_top(tmp_path):
    steps = np.repeat(10 ** (np.arange(-60, 0, 1.0) / 20), 800)
    sound = sine(1, hz=1200, peak=np.sqrt(2)) * steps / steps.max()
    found = measured(tmp_path, {"a": sound * 0.5}, **BARE, scale="db", floor_db=-40)["a"].levels
    top_db = 20 * np.log10(0.5)
    expected = np.clip((np.arange(-59, 1) + top_db + 40) / (top_db + 40), 0, 1)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_what_is_under_the_gate_is_silence(tmp_path):
    found = measured(tmp_path, {"a": swell(0.5)}, **BARE, gate_db=-20)["a"].levels
    rms = 0.5 * np.sqrt(0.5) * np.arange(1, 61) / 60
    np.testing.assert_array_equal(found > 0, rms > 0.1)


def test_a_stem_may_have_a_gate_of_its_own(tmp_path):
    sounds = {"a": swell(0.5), "b": swell(0.5)}
    found = measured(tmp_path, sounds, {"b": StemSettings(gate_db=-12)}, **BARE, gate_db=-40)
    assert (found["a"].levels > 0).sum() > (found["b"].levels > 0).sum() > 0


def test_bleed_under_the_gate_does_not_flicker_while_a_hit_falls(tmp_path):
    sound = sine(1, hz=1200, peak=0.01)
    sound[:800] *= 90
    curve = measured(tmp_path, {"a": sound}, gate_db=-30)["a"].levels
    assert (np.diff(curve) <= 0).all()


@pytest.mark.parametrize("peak", [0, 1e-5])
@pytest.mark.parametrize("normalize", ["stem", "group", "none"])
@pytest.mark.parametrize("scale", ["linear", "db"])
def test_a_stem_under_the_floor_stays_at_zero(tmp_path, peak, normalize, scale):
    sounds = {"a": sine(1, peak=peak), "b": swell()}
    found = measured(tmp_path, sounds, normalize=normalize, scale=scale)
    assert found["a"].silent
    assert not found["b"].silent


def test_peaks_are_in_dbfs(tmp_path):
    found = measured(tmp_path, {"a": sine(1, hz=1200, peak=0.5), "b": np.zeros(RATE)})
    assert found["a"].peak_db == pytest.approx(-6.02, abs=0.01)
    assert found["b"].peak_db == -np.inf


def test_progress_counts_every_sample(tmp_path):
    stems = [Stem.open(write_sound(tmp_path / name, sine(20))) for name in ("a.wav", "b.wav")]
    read = []
    measure(stems, Fraction(60), 1200, LevelSettings(), progress=read.append)
    assert sum(read) == 2 * stems[0].samples
    assert len(read) > 2


def struck(path, peaks, *, apart=0.2, **changes):
    """Measure strokes of a drum; return how high the level rises at each."""
    sound = np.zeros(round((len(peaks) + 1) * apart * RATE))
    for number, peak in enumerate(peaks):
        start = round((number + 0.5) * apart * RATE)
        time = np.arange(len(sound) - start) / RATE
        sound[start:] += peak * np.sin(2 * np.pi * 600 * time) * np.exp(-time / 0.01)
    stems = [Stem.open(write_sound(path / "a.wav", sound))]
    frames = round(60 * len(sound) / RATE)
    (found,) = measure(stems, Fraction(60), frames, LevelSettings(**changes)).stems
    starts = [round(60 * (number + 0.5) * apart) for number in range(len(peaks))]
    return [float(found.levels[start - 1 : start + 3].max()) for start in starts]


def test_one_crash_does_not_flatten_an_overhead(tmp_path):
    peaks = [0.1] * 40 + [0.9] + [0.1] * 40
    heights = struck(tmp_path, peaks)
    assert heights[40] == 1
    assert np.median(heights) > 0.9
    assert np.median(struck(tmp_path, peaks, peak_percent=100)) < 0.12


def test_hits_of_a_drum_that_is_seldom_struck_keep_their_heights(tmp_path):
    heights = struck(tmp_path, [0.2, 0.4, 0.8, 0.8, 0.6], apart=0.5, release_ms=50)
    assert heights == pytest.approx([0.25, 0.5, 1, 1, 0.75], abs=0.03)
