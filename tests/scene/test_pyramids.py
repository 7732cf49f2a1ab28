from fractions import Fraction

import numpy as np
import pytest

from films import pictures
from manim_drumkit.palette import default_color
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from pictures import COUNTS, SIZES, box, lit, loud, staged, touches_the_edge, used
from plans import plan_with
from programs import LOSSLESS, PYRAMIDS, manim


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("size", SIZES)
def test_all_is_in_the_picture_and_fills_it(count, size):
    with staged("pyramids", loud(count), size=size) as stage:
        picture = stage.draw(0)
    assert not touches_the_edge(picture)
    assert max(used(picture)) > 0.8


@pytest.mark.parametrize("count", COUNTS)
def test_all_is_in_the_picture_on_its_way_into_place(count):
    with staged("pyramids", loud(count, frames=6), intro=0.4) as stage:
        assert not any(touches_the_edge(stage.draw(frame)) for frame in range(6))


def test_a_level_raises_its_own_pyramid_only():
    levels = np.zeros((2, 3), np.float32)
    levels[1, 1] = 0.8
    with staged("pyramids", levels, size=(320, 180), drift=0.0) as stage:
        quiet, loud_one = stage.draw(0), stage.draw(1)
    columns = np.flatnonzero((quiet != loud_one).any(axis=(0, 2)))
    assert columns[0] > 320 / 4
    assert columns[-1] < 320 * 3 / 4
    assert box(loud_one)[2] < box(quiet)[2] - 20


def test_the_floor_mirrors_what_rises():
    with staged("pyramids", [[0], [1]], size=(320, 180), labels=("",), drift=0.0) as stage:
        (*_, base), (*_, mirrored) = box(stage.draw(0)), box(stage.draw(1))
    assert mirrored > base + 10


@pytest.mark.parametrize(("size", "rows"), [((320, 180), 1), ((180, 320), 3)])
def test_an_upright_picture_has_rows(size, rows):
    with staged("pyramids", loud(7, level=0.0), size=size, labels=("",) * 7) as stage:
        seen = lit(stage.draw(0)).any(axis=1)
    assert np.count_nonzero(np.diff(seen.astype(int)) == 1) == rows


def test_silence_drifts_slowly_and_stands_still_without_drift():
    silence = loud(3, frames=91, level=0.0)
    with staged("pyramids", silence) as stage:
        assert (stage.draw(0) != stage.draw(90)).any()
    with staged("pyramids", silence, drift=0.0) as stage:
        assert (stage.draw(0) == stage.draw(90)).all()


def test_a_frame_is_the_same_alone_and_after_others():
    levels = np.random.default_rng(1).random((9, 7))
    with staged("pyramids", levels, intro=0.3) as stage:
        alone = stage.draw(5)
    with staged("pyramids", levels, intro=0.3) as stage:
        for frame in (0, 8, 3):
            stage.draw(frame)
        assert (stage.draw(5) == alone).all()


def render(folder, levels, labels, *, intro=0.0):
    """Render levels with the stock scene; return the luma of its frames."""
    levels = np.asarray(levels, np.float32)
    plan_with(
        fps=Fraction(15),
        stems=labels,
        labels=labels,
        colors=tuple(default_color(i, len(labels)) for i in range(len(labels))),
        chunks=(ChunkPlace(0, len(levels), levels_digest(levels)),),
        intro_seconds=intro,
        options={"fade": 0.0},
    ).save(folder / "plan.json")
    np.save(folder / "0.npy", levels)
    chunk = ("--chunk-file", "0.npy", "--segment-dir", "seg")
    manim(PYRAMIDS, "Video", *chunk, "-r", "480,270", *LOSSLESS, cwd=folder)
    return pictures(folder / "seg" / "Video.mp4")[:, :270].astype(int)


def names(count):
    return tuple(f"Overhead {i}" for i in range(count))


def test_a_long_name_of_one_stem_leaves_the_picture_to_its_pyramid():
    name = "Full mix master v3 FINAL.wav"
    with staged("pyramids", loud(1), size=(480, 270), labels=(name,)) as stage:
        seen = lit(stage.draw(0), threshold=40)
    assert not seen[:, :3].any()
    below = seen.sum(axis=1)[-int(0.3 * len(seen)) :]
    assert below.max() > 60  # it is there, in the lowest third


@pytest.mark.film
@pytest.mark.parametrize("count", [1, 7, 40])
def test_all_pyramids_and_labels_are_in_the_picture(tmp_path, count):
    frames = render(tmp_path, np.ones((6, count)), names(count), intro=0.3)
    inside = np.zeros((270, 480), bool)
    inside[8:-8, 8:-8] = True
    for frame in frames:  # from above, on the way, and in place
        assert (frame[~inside] <= 20).all()
    seen = frames[-1] > 22
    columns = np.flatnonzero(seen.any(axis=0))
    rows = np.flatnonzero(seen.any(axis=1))
    assert np.ptp(columns) > 400 or np.ptp(rows) > 200  # and they fill it


def test_a_label_of_any_text_is_drawn():
    labels = (
        "",
        " ",
        "\\frac{1}{2} $x$",
        "<b>bold",
        "\N{REPLACEMENT CHARACTER}",
        "語" * 30,
        "x" * 99,
    )
    with staged("pyramids", loud(7), labels=labels) as stage:
        assert lit(stage.draw(0)).any()


def test_the_height_goes_with_the_level():
    levels = [[0], [0.25], [0.5], [0.75], [1]]
    with staged("pyramids", levels, size=(480, 270), drift=0.0) as stage:
        tops = np.array([box(stage.draw(frame), threshold=100)[2] for frame in range(5)])
    # Of its two points, the higher: at the level of 0 that is the farthest corner.
    steps = -np.diff(tops[1:])
    assert (steps > 20).all()
    assert np.ptp(steps) < 12  # alike, but for the perspective
