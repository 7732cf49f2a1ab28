from dataclasses import replace
from fractions import Fraction

from manim_drumkit.run.film import film_problems
from manim_drumkit.video import VideoTimes
from plans import PLAN


def test_the_check_of_a_film_sees_every_fault():
    good = VideoTimes(
        42, Fraction(0), frozenset({1 / PLAN.film.fps}), True, PLAN.film.fps, 42 / PLAN.film.fps
    )
    assert film_problems(good, PLAN) == []
    faults = {
        "41 frames": {"frames": 41},
        "first frame": {"start": Fraction(1, 60)},
        "frames last": {"durations": frozenset({1 / PLAN.film.fps, Fraction(1, 30)})},
        "out of order": {"decodes_in_order": False},
        "sound is missing": {"audio_seconds": None},
        "sound is 0.030 s longer": {"audio_seconds": good.audio_seconds + Fraction(3, 100)},
    }
    for message, fault in faults.items():
        (problem,) = film_problems(replace(good, **fault), PLAN)
        assert message.replace("\\", "") in problem
