"""Hits of performances whose strokes the tests know, and of sounds that are no drums."""

from fractions import Fraction

import numpy as np
import pytest

from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.demo import MICROPHONES, groove, perform
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.timing import frame_count
from manim_drumkit.workspace.film_levels import HIT
from sounds import RATE, sine, write_sound

FRAME = 1 / 60
DRUMS = ["Kick", "Snare", "H_Tom", "M_Tom", "L_Tom"]


def hits_of(folder, sounds, stems=None, *, rate=RATE, jobs=1, **changes):
    """Measure sounds; return their hits, and the names of the stems."""
    for name, sound in sounds.items():
        write_sound(folder / f"{name}.wav", sound, rate=rate)
    found = find_stems(folder, stems or {}).stems
    frames = frame_count(found[0].samples, rate, Fraction(60))
    settings = LevelSettings(**changes)
    return measure(found, Fraction(60), frames, settings, jobs=jobs).hits, [s.name for s in found]


def times_of(folder, sounds, stems=None, **changes):
    """Measure sounds; return the times of their hits by name."""
    hits, names = hits_of(folder, sounds, stems, **changes)
    return {name: hits["time"][hits["stem"] == number] for number, name in enumerate(names)}


def strokes(at, *, hz=100, decay=0.1, peaks=None, seconds=4.0):
    """Return strokes of a drum: sines that ring down."""
    sound = np.zeros(round(seconds * RATE))
    for start, peak in zip(at, peaks or [0.5] * len(at), strict=True):
        first = round(start * RATE)
        time = np.arange(len(sound) - first) / RATE
        sound[first:] += peak * np.sin(2 * np.pi * hz * time) * np.exp(-time / decay)
    return sound


def matched(found, true):
    """Count how many hits can be paired with a stroke within a frame, in order of time."""
    found, true, count = list(found), list(true), 0
    while found and true:
        if abs(found[0] - true[0]) <= FRAME:
            count += 1
            found.pop(0)
            true.pop(0)
        elif found[0] < true[0]:
            found.pop(0)
        else:
            true.pop(0)
    return count


@pytest.fixture(scope="module")
def performance(tmp_path_factory):
    """Measure the demo; return the hits by microphone, and the true strokes by drum."""
    found = times_of(tmp_path_factory.mktemp("demo"), perform(30), jobs=2)
    true = groove(30, np.random.default_rng(2021))
    return found, {drum: sorted(h.seconds for h in true if h.instrument == drum) for drum in DRUMS}


def test_hits_of_drums_are_strokes_and_not_bleed(performance):
    found, true = performance
    right = sum(matched(found[drum], true[drum]) for drum in DRUMS)
    total = sum(len(found[drum]) + len(true[drum]) for drum in DRUMS)
    assert 2 * right / total >= 0.97


def test_hits_are_where_they_are_heard(performance):
    found, true = performance
    late = [np.min(np.abs(found[drum] - stroke)) for drum in DRUMS for stroke in true[drum]]
    assert np.median(late) < 0.002
    assert np.percentile(late, 95) < 0.005


def test_overheads_have_hits_of_cymbals(performance):
    true = groove(30, np.random.default_rng(2021))
    crashes = [hit.seconds for hit in true if hit.instrument == "Crash"]
    found, _ = performance
    assert set(found) == set(MICROPHONES)
    for crash in crashes:
        assert min(np.abs(found["OH_L"] - crash)) < FRAME


def test_jobs_rate_and_level_change_nothing(tmp_path):
    sounds = perform(6)
    one, names = hits_of(tmp_path / "1", sounds)
    many, _ = hits_of(tmp_path / "2", sounds, jobs=3)
    assert set(names) == set(sounds)
    assert one.dtype == HIT
    assert len(one) > 30
    np.testing.assert_array_equal(one, many)
    order = np.lexsort((one["stem"], one["time"]))
    np.testing.assert_array_equal(order, np.arange(len(one)))
    quiet, _ = hits_of(tmp_path / "3", {n: 0.01 * s for n, s in sounds.items()}, floor_db=-120)
    np.testing.assert_array_equal(quiet["time"], one["time"])
    np.testing.assert_allclose(quiet["strength"], one["strength"], atol=2e-3)


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_hits_are_in_step_at_every_rate(tmp_path, rate):
    at = [0, 0.41, 1.003, 1.777, 2.5]
    sound = np.zeros(3 * rate)
    for start in at:
        first = round(start * rate)
        time = np.arange(rate // 5) / rate
        sound[first : first + len(time)] += np.sin(400 * time) * np.exp(-time / 0.03)
    np.testing.assert_allclose(times_of(tmp_path, {"a": sound}, rate=rate)["a"], at, atol=0.005)


def test_strength_follows_the_stroke_and_one_slip_does_not_count(tmp_path):
    peaks = [0.4, 0.2, 0.4, 0.1, 0.4, 0.2, 0.4, 0.1]
    at = np.arange(8) * 0.45 + 0.1
    hits, _ = hits_of(tmp_path, {"a": strokes(at, peaks=peaks)})
    np.testing.assert_allclose(hits["time"], at, atol=0.005)
    np.testing.assert_allclose(hits["strength"], np.array(peaks) / 0.4, atol=0.06)
    peaks[4] = 0.79
    slip, _ = hits_of(tmp_path, {"a": strokes(at, peaks=peaks)})
    np.testing.assert_allclose(slip["strength"], hits["strength"], atol=0.02)


def test_a_roll_on_a_ringing_tom_is_all_of_its_strokes(tmp_path):
    at = np.arange(30) * 0.11 + 0.2
    found = times_of(tmp_path, {"a": strokes(at, hz=90, decay=0.5)})["a"]
    assert matched(found, at) == len(at) == len(found)


def test_stems_that_hear_the_same_drum_are_hit_alike(tmp_path):
    kick, snare = strokes([0.2, 1.2, 2.2]), strokes([0.7, 1.7, 2.7], hz=300)
    sounds = {"in": kick + 0.1 * snare, "out": 0.3 * kick + 0.03 * snare, "snare": snare}
    found = times_of(tmp_path, sounds)
    np.testing.assert_allclose(found["in"], [0.2, 1.2, 2.2], atol=0.005)
    np.testing.assert_array_equal(found["in"], found["out"])
    np.testing.assert_allclose(found["snare"], [0.7, 1.7, 2.7], atol=0.005)


def test_two_drums_at_once_are_both_hit(tmp_path):
    at = np.arange(7) * 0.5 + 0.2
    kick, clap = strokes(at, hz=60), strokes(at[1::2], hz=900, decay=0.03)
    found = times_of(tmp_path, {"kick": kick + 0.05 * clap, "clap": clap + 0.05 * kick})
    np.testing.assert_allclose(found["kick"], at, atol=0.005)
    np.testing.assert_allclose(found["clap"], at[1::2], atol=0.005)


def test_what_does_not_begin_anew_is_no_hit(tmp_path):
    swell = np.sin(np.linspace(0, np.pi, 4 * RATE)) ** 2
    noise = np.random.default_rng(1).normal(0, 0.1, 4 * RATE)
    sounds = {"pad": swell * sine(4, hz=330), "breath": swell * noise, "none": np.zeros(4 * RATE)}
    for name, sound in sounds.items():
        assert not len(times_of(tmp_path / name, {name: sound})[name]), name


@pytest.mark.parametrize("sound", [0.05 * np.ones(RATE), sine(1, hz=50)], ids=["DC", "hum"])
def test_what_is_there_from_the_first_sample_begins_there_once(tmp_path, sound):
    np.testing.assert_allclose(times_of(tmp_path, {"a": sound})["a"], [0], atol=0.005)


def test_under_the_gate_and_the_floor_there_are_no_hits(tmp_path):
    peaks = [0.5, 0.05, 0.5, 0.05]
    sounds = {"a": strokes([0.5, 1.2, 2, 3], peaks=peaks), "b": 1e-5 * strokes([0.5, 1.5])}
    assert len(times_of(tmp_path, sounds)["a"]) == 4
    gated = {"a": StemSettings(gate_db=-26)}
    found = times_of(tmp_path, sounds, gated)
    np.testing.assert_allclose(found["a"], [0.5, 2], atol=0.005)
    assert not len(found["b"])
