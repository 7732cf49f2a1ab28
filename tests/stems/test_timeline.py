from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import StemError
from manim_drumkit.stems.timeline import Clock, Timeline

RATE = 48000
MILLISECONDS = Clock(unit=Fraction(1, 1000))
SAMPLES = Clock(unit=Fraction(1, RATE))


def place_all(clock, frames, rate=RATE):
    """Place frames of (time, samples); return where each begins, and how much is left of it."""
    timeline, placed = Timeline(clock, rate, Path("a.mkv")), []
    for time, samples in frames:
        before = max(timeline.position, 0)
        silence, left_out = timeline.place(time, samples)
        placed.append((before + silence, samples - left_out))
    return placed, timeline


@given(st.lists(st.integers(64, 5000), min_size=1), st.sampled_from([44100, 48000, 192000]))
def test_times_that_are_rounded_leave_no_gaps_and_do_not_drift(lengths, rate):
    starts = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    frames = [(round(1000 * start / rate), n) for start, n in zip(starts, lengths, strict=False)]
    placed, _ = place_all(MILLISECONDS, frames, rate)
    assert placed == list(zip(starts, lengths, strict=False))


@given(st.integers(241, 10**7), st.integers(2, 10**6))
def test_a_gap_is_as_long_as_the_times_say(gap, start):
    placed, timeline = place_all(SAMPLES, [(start, 1000), (start + 1000 + gap, 500)])
    assert placed == [(start, 1000), (start + 1000 + gap, 500)]
    assert timeline.position == start + gap + 1500


def test_what_is_before_the_beginning_is_left_out():
    placed, _ = place_all(SAMPLES, [(-2112, 1024), (-1088, 1024), (-64, 1024), (960, 1024)])
    assert placed == [(0, 0), (0, 0), (0, 960), (960, 1024)]


def test_what_overlaps_is_heard_once():
    placed, _ = place_all(SAMPLES, [(0, 4800), (2400, 4800), (7200, 4800)])
    assert placed == [(0, 4800), (4800, 2400), (7200, 4800)]


def test_a_clock_that_runs_differently_is_followed():
    """A recorder's clock is 0.1 % slow: the sound is stretched by gaps, and stays in step."""
    frames = [(i * 1025, 1024) for i in range(2000)]
    placed, _ = place_all(SAMPLES, frames)
    assert all(
        abs(begin - time) <= 240 for (begin, _), (time, _) in zip(placed, frames, strict=True)
    )


def test_without_times_one_follows_the_other():
    placed, _ = place_all(Clock(timed=False, priming=1500), [(None, 1000), (5, 1000), (None, 9)])
    assert placed == [(0, 0), (0, 500), (500, 9)]


def test_a_delay_that_is_known_is_cut_off():
    clock = Clock(unit=Fraction(1, RATE), origin=Fraction(2), priming=1024)
    placed, _ = place_all(clock, [(2 * RATE, 1024), (2 * RATE + 1024, 1024)])
    assert placed == [(0, 0), (0, 1024)]


def test_a_clock_that_is_set_anew_is_no_gap():
    frames = [(10**9, 4800), (5, 4800), (4805, 4800)]
    clock = Clock(unit=Fraction(1, RATE), free=True, origin=Fraction(10**9, RATE))
    placed, timeline = place_all(clock, frames)
    assert placed == [(0, 4800), (4800, 4800), (9600, 4800)]
    assert timeline.jumps == [4800]


def test_a_gap_of_hours_is_refused():
    with pytest.raises(StemError, match=r"a\.mkv has a gap of 28 hours at 0\.100 s"):
        place_all(MILLISECONDS, [(0, 4800), (10**8, 4800)])
