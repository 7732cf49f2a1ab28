import json
from fractions import Fraction

import pytest

from manim_drumkit.errors import ChunkError, PlanError
from manim_drumkit.workspace.plan import Plan
from plans import PLAN, plan_with


def test_a_plan_is_read_as_it_was_written(tmp_path):
    PLAN.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == PLAN
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_knows_its_length():
    assert PLAN.film.total_frames == 42
    assert PLAN.seconds == Fraction(42 * 1001, 30000)


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"chunks": []},
        {"chunks": [{"start_frame": 5, "frame_count": 3, "sha256": ""}]},
        {"chunks": [{"start_frame": 0, "frame_count": 0, "sha256": ""}]},
        {"chunks": 3},
        {"film": None},
        {"film": {"stems": []}},
        {"film": {"labels": ["one"]}},
        {"film": {"kinds": ["kick"]}},
        {"film": {"colors": ["red", "green", "blue"]}},
        {"film": {"colors": ["#FC6255\n", "#FFFFFF", "#00FF00"]}},
        {"film": {"fps": "0"}},
        {"film": {"fps": "1/0"}},
        {"film": {"fps": 60}},
        {"film": {"total_frames": 41}},
        {"film": {"intro_seconds": -1}},
        {"settings": {"pixel_width": 160}},
        {"scene": "../../etc/passwd"},
        {"scene": "Video; rm -rf ~"},
        {"scene_file": None},
        {"manim_options": [1]},
    ],
)
def test_a_damaged_plan_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "plan.json"
    PLAN.save(path)
    content = json.loads(path.read_text())
    if isinstance(damage.get("film"), dict):
        damage = {"film": content["film"] | damage["film"]}
    path.write_text(json.dumps(content | damage))
    with pytest.raises(PlanError, match=r"plan\.json.*drumkit-split"):
        Plan.load(path)


def test_a_plan_of_another_version_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "plan.json").write_text('{"version": 2, "stems": ["Kick"], "fps": "60"}')
    with pytest.raises(PlanError, match=r"version 2, .* reads version 4; run drumkit-split again"):
        Plan.load(tmp_path / "plan.json")


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


def test_a_silent_plan_stays_silent(tmp_path):
    plan_with(mix_sha256="").save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json").audio is False
