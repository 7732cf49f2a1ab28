import json
from dataclasses import replace

import pytest

from manim_drumkit.workspace.receipt import (
    Receipt,
    Recipe,
    Video,
    forget_segment,
    frames_rendered,
    has_receipt,
    receipt_names,
    whole_segment,
)

RECIPE = Recipe(
    chunk="c" * 64,
    film=None,
    scene_file="s" * 64,
    modules={"colors.py": "m"},
    scene="Video",
    settings={"fps": "60"},
    versions={"manim": "0.22"},
)


@pytest.fixture
def segment(tmp_path):
    (tmp_path / "Video.mp4").write_bytes(b"pictures")
    Receipt(RECIPE, Video.of(tmp_path / "Video.mp4", 5), "command").save(tmp_path)
    return tmp_path


def test_a_receipt_is_read_as_it_was_written(segment):
    receipt = Receipt.load(segment)
    assert (receipt.made_from, receipt.command) == (RECIPE, "command")
    assert (receipt.video.file, receipt.video.frames, receipt.video.size) == ("Video.mp4", 5, 8)
    assert whole_segment(segment, "Video.mp4", 5) == receipt


def test_a_video_that_is_not_the_receipts_is_not_whole(segment):
    assert whole_segment(segment, "Video.mp4", 4) is None
    for content in (b"pictureS", b"picture", b""):
        (segment / "Video.mp4").write_bytes(content)
        assert whole_segment(segment, "Video.mp4", 5) is None
    (segment / "Video.mp4").unlink()
    assert whole_segment(segment, "Video.mp4", 5) is None


@pytest.mark.parametrize("part", ["chunk", "film", "scene_file", "modules", "settings", "versions"])
def test_a_receipt_that_lacks_something_is_none(segment, part):
    path = segment / "receipt.json"
    content = json.loads(path.read_text())
    del content["made_from"][part]
    path.write_text(json.dumps(content))
    assert Receipt.load(segment) is None
    assert has_receipt(segment)


def test_a_receipt_is_found_by_its_chunk_without_reading_all_of_it(segment):
    assert receipt_names(segment, RECIPE.chunk, "f" * 64)  # whatever the film, if it is not read
    assert not receipt_names(segment, "d" * 64, "f" * 64)


def test_a_receipt_of_a_scene_that_read_the_film_is_found_by_both(segment):
    video = Video.of(segment / "Video.mp4", 5)
    Receipt(replace(RECIPE, film="f" * 64), video, "command").save(segment)
    assert receipt_names(segment, RECIPE.chunk, "f" * 64)
    assert not receipt_names(segment, RECIPE.chunk, "e" * 64)


def test_a_forgotten_segment_has_neither_receipt_nor_progress(segment):
    (segment / "progress").write_text("3\n")
    assert frames_rendered(segment) == 3
    forget_segment(segment)
    assert (Receipt.load(segment), frames_rendered(segment)) == (None, 0)
    assert (segment / "Video.mp4").exists()


def test_recipes_differ_by_all_that_shows(segment):
    changes = {
        "chunk": None,
        "film": "f",
        "scene_file": None,
        "modules": {},
        "scene": "A",
        "settings": {},
    }
    for name, value in changes.items():
        assert replace(RECIPE, **{name: value}) != RECIPE
