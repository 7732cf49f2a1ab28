import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ChunkError, PlanError
from manim_drumkit.workspace.plan import (
    STARTUP_SECONDS,
    STARTUP_SHARE,
    Plan,
    chunk_borders,
)
from plans import PLAN


def test_a_plan_is_read_as_it_was_written(tmp_path):
    PLAN.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == PLAN
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_knows_its_length():
    assert PLAN.total_frames == 42
    assert PLAN.seconds == Fraction(42 * 1001, 30000)


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"chunks": []},
        {"chunks": [{"start_frame": 5, "frame_count": 3, "sha256": ""}]},
        {"chunks": [{"start_frame": 0, "frame_count": 0, "sha256": ""}]},
        {"chunks": 3},
        {"stems": []},
        {"labels": ["one"]},
        {"colors": ["red", "green", "blue"]},
        {"colors": ["#FC6255\n", "#FFFFFF", "#00FF00"]},
        {"fps": "0"},
        {"fps": "1/0"},
        {"fps": 60},
        {"scene": "../../etc/passwd"},
        {"scene": "Video; rm -rf ~"},
        {"scene_file": None},
        {"manim_options": [1]},
    ],
)
def test_a_damaged_plan_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "plan.json"
    PLAN.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(PlanError, match=r"plan\.json.*drumkit-split"):
        Plan.load(path)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\0", "[" * 100_000])
def test_a_file_that_is_no_plan_is_refused_by_name(tmp_path, content):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(PlanError, match=r"plan\.json.*drumkit-split"):
        Plan.load(tmp_path / "plan.json")


def test_a_chunk_is_known_by_its_number(tmp_path):
    assert PLAN.number_of(tmp_path / "1.npy") == 1
    for name in ("2.npy", "01.npy", "-1.npy", "1.txt", "x.npy"):
        with pytest.raises(ChunkError, match=r"0\.npy to 1\.npy"):
            PLAN.number_of(tmp_path / name)


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


def test_a_silent_plan_stays_silent(tmp_path):
    replace(PLAN, audio=False).save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json").audio is False
