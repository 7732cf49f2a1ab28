import time

import pytest

from manim_drumkit.run.speed import WINDOW_S, FrameRateMeter


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(time, "monotonic", lambda: Clock.now)
    return Clock


def test_now_is_the_last_seconds_and_what_is_left_goes_by_all(clock):
    meter = FrameRateMeter()
    for second in range(1, 21):  # ten frames a second, then twenty
        clock.now = 100.0 + second
        meter.note(10 * min(second, 10) + 20 * max(second - 10, 0))
    assert meter.now == pytest.approx(20)
    assert (meter.drawn, meter.seconds) == (300, 20.0)
    assert meter.seconds_left(150) == pytest.approx(10)


def test_nothing_is_said_of_the_future_before_there_is_a_frame(clock):
    meter = FrameRateMeter()
    assert (meter.now, meter.seconds_left(10)) == (0.0, None)
    clock.now += WINDOW_S * 3
    meter.note(0)
    assert (meter.now, meter.seconds_left(10)) == (0.0, None)


def test_frames_that_are_lost_are_no_negative_speed(clock):
    meter = FrameRateMeter()
    clock.now += 1
    meter.note(10)
    clock.now += 1
    meter.note(4)
    clock.now += WINDOW_S
    meter.note(4)
    assert meter.now == 0.0
