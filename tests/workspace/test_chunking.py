from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.chunking import STARTUP_SECONDS, STARTUP_SHARE, chunk_borders


@given(
    frames=st.integers(1, 10**6),
    jobs=st.integers(1, 200),
    chunk_seconds=st.none() | st.floats(0.1, 100),
)
def test_chunks_cover_the_film_without_gaps(frames, jobs, chunk_seconds):
    borders = chunk_borders(frames, jobs=jobs, fps=Fraction(60), chunk_seconds=chunk_seconds)
    assert (borders[0], borders[-1]) == (0, frames)
    assert all(a < b for a, b in pairwise(borders))


@given(frames=st.integers(1000, 10**6), jobs=st.integers(1, 64))
def test_chosen_chunks_keep_all_jobs_busy_to_the_end(frames, jobs):
    lengths = [b - a for a, b in pairwise(chunk_borders(frames, jobs=jobs, fps=Fraction(60)))]
    assert len(lengths) % jobs == 0
    assert max(lengths) - min(lengths) <= 1


@given(frames=st.integers(1000, 10**6), jobs=st.integers(1, 64))
def test_starting_manim_is_a_small_part_of_chosen_chunks(frames, jobs):
    borders = chunk_borders(frames, jobs=jobs, fps=Fraction(60), frame_seconds=0.05)
    if len(borders) - 1 > jobs:  # fewer would leave a job idle
        assert STARTUP_SHARE * 0.05 * (borders[1] + 1) >= STARTUP_SECONDS


def test_one_second_chunks_are_possible():
    borders = chunk_borders(5340, jobs=2, fps=Fraction(60), chunk_seconds=1)
    assert borders == list(range(0, 5341, 60))


def test_chunks_at_a_rational_rate_have_whole_frames():
    borders = chunk_borders(100, jobs=2, fps=Fraction(30000, 1001), chunk_seconds=1)
    assert borders == [0, 30, 60, 90, 100]


def test_chunks_of_less_than_a_frame_are_refused():
    with pytest.raises(PlanError, match="shorter than one frame"):
        chunk_borders(100, jobs=2, fps=Fraction(15), chunk_seconds=0.01)
