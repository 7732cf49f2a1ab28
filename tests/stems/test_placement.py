from dataclasses import replace
from pathlib import Path

import pytest

from manim_drumkit.stems.placement import place_by_time_reference
from manim_drumkit.stems.stem import Stem

RATE = 48000


def stem(name, reference, *, rate=RATE, seconds=10):
    return Stem(name, Path(f"{name}.wav"), seconds * rate, rate, 1, time_reference=reference)


def delays(stems):
    return [(each.delay, each.samples) for each in stems]


def test_the_earliest_starts_at_0_and_the_others_later():
    start = 13 * 3600 * RATE
    stems = [stem("Kick", start + 24000), stem("Snare", start), stem("Tom", start + 96001)]
    placed, notes = place_by_time_reference(stems)
    assert delays(placed) == [(24000, 504000), (0, 480000), (96001, 576001)]
    assert notes == [
        "stems are placed by the time references of their files; Tom.wav starts last, at 2.000 s"
    ]


def test_rates_may_differ():
    stems = [stem("A", 44100 * 60, rate=44100), stem("B", 96000 * 61, rate=96000)]
    placed, _ = place_by_time_reference(stems)
    assert delays(placed) == [(0, 441000), (96000, 1056000)]


def test_a_recording_may_go_on_over_midnight():
    stems = [stem("A", 24 * 3600 * RATE - RATE), stem("B", 2 * RATE)]
    placed, _ = place_by_time_reference(stems)
    assert delays(placed) == [(0, 480000), (3 * RATE, 480000 + 3 * RATE)]


def test_silence_that_is_there_already_stays():
    stems = [replace(stem("A", 100), delay=7, samples=487), stem("B", 0)]
    assert delays(place_by_time_reference(stems)[0]) == [(107, 587), (0, 480000)]


@pytest.mark.parametrize("references", [(None, None), (0, 0), (0, None), (777, 777)])
def test_references_that_say_nothing_change_nothing(references):
    stems = [stem(name, each) for name, each in zip("AB", references)]
    assert place_by_time_reference(stems) == (stems, [])


def test_recordings_of_other_days_are_not_placed():
    stems = [stem("A", 0), stem("B", 3601 * RATE), stem("C", 5 * 3600 * RATE)]
    found, (note,) = place_by_time_reference(stems)
    assert found == stems
    assert "lie 5.0 h apart: they were not recorded together" in note


@pytest.mark.parametrize("references", [(777, None), (None, 5, 777)])
def test_references_of_some_stems_only_are_noted(references):
    stems = [stem(name, each) for name, each in zip("ABC", references)]
    found, (note,) = place_by_time_reference(stems)
    assert found == stems
    without = "B" if references[1] is None else "A"
    assert note.startswith("only some stems have a time reference")
    assert note.endswith(f"without one: {without}.wav")
