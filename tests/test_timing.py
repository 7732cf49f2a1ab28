from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import PlanError
from manim_drumkit.timing import frame_count, parse_frame_rate, sample_at, sample_edges

frame_rates = st.sampled_from([*map(Fraction, (15, 24, 25, 50, 60)), Fraction(30000, 1001)])
sampling_rates = st.sampled_from([8000, 44100, 48000, 96000, 192000])


@given(st.integers(1, 10**10), sampling_rates, frame_rates)
def test_frames_are_the_ceiling_of_duration_times_rate(samples, rate, fps):
    assert frame_count(samples, rate, fps) == ceil(Fraction(samples, rate) * fps)


@given(st.integers(0, 10**7), sampling_rates, frame_rates)
def test_edges_of_many_frames_are_those_of_each(start, rate, fps):
    edges = sample_edges(start, start + 50, rate, fps)
    assert edges.tolist() == [round(k * rate / fps) for k in range(start, start + 51)]
    assert edges.tolist() == [sample_at(k, rate, fps) for k in range(start, start + 51)]


def test_frame_edges_do_not_drift_in_three_hours():
    fps, rate = Fraction(30000, 1001), 44100
    frames = frame_count(3 * 3600 * rate, rate, fps)
    last = sample_edges(frames - 1, frames, rate, fps)
    assert last[0] <= 3 * 3600 * rate <= last[1] + 1
    assert abs(Fraction(int(last[1]), rate) - frames / fps) <= Fraction(1, 2 * rate)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("60", Fraction(60)),
        (60, Fraction(60)),
        ("29.97", Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        (30000 / 1001, Fraction(30000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_frame_rates_stay_exact(text, rate):
    assert parse_frame_rate(text) == rate


def test_frame_rates_are_read_as_manim_reads_them():
    from manim._config.video_encoder import to_av_frame_rate

    for text in ("24", "29.97", "59.94", "12.5", "23.976", "29.99", "30000/1001"):
        assert parse_frame_rate(text) == to_av_frame_rate(float(parse_frame_rate(text)))


@pytest.mark.parametrize("text", ["", "fast", "0", "-30", "1e9", "1/0", "nan", "100/7"])
def test_other_frame_rates_are_refused_by_name(text):
    with pytest.raises(PlanError, match="frame rate"):
        parse_frame_rate(text)
