from fractions import Fraction

import numpy as np
import pytest

from films import pictures
from manim_drumkit.palette import default_color
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from plans import plan_with
from programs import LOSSLESS, PYRAMIDS, manim

pytestmark = pytest.mark.film


def render(folder, levels, labels, *, intro=0.0, size=(480, 270)):
    """Render levels with the stock scene; return the luma of its frames."""
    levels = np.asarray(levels, np.float32)
    plan_with(
        fps=Fraction(15),
        stems=labels,
        labels=labels,
        colors=tuple(default_color(i, len(labels)) for i in range(len(labels))),
        chunks=(ChunkPlace(0, len(levels), levels_digest(levels)),),
        intro_seconds=intro,
    ).save(folder / "plan.json")
    np.save(folder / "0.npy", levels)
    chunk = ("--chunk-file", "0.npy", "--segment-dir", "seg")
    manim(PYRAMIDS, "Video", *chunk, "-r", f"{size[0]},{size[1]}", *LOSSLESS, cwd=folder)
    return pictures(folder / "seg" / "Video.mp4")[:, : size[1]].astype(int)


def names(count, text="Overhead"):
    return tuple(f"{text} {i}" for i in range(count))


@pytest.mark.parametrize("size", [(480, 120), (270, 480), (360, 360)])
@pytest.mark.parametrize("count", [1, 7])
def test_pyramids_fill_a_picture_of_any_shape_and_stay_in_it(tmp_path, count, size):
    width, height = size
    (frame,) = render(tmp_path, np.ones((1, count)), names(count, "A"), size=size)
    lit = frame > 40
    columns, rows = np.flatnonzero(lit.any(axis=0)), np.flatnonzero(lit.any(axis=1))
    assert columns[0] >= 3
    assert rows[0] >= 3
    assert columns[-1] < width - 3
    assert rows[-1] < height - 3
    assert max(np.ptp(columns) / width, np.ptp(rows) / height) > 0.5


def test_a_long_name_of_one_stem_leaves_the_picture_to_its_pyramid(tmp_path):
    (frame,) = render(tmp_path, np.ones((1, 1)), ("Full mix master v3 FINAL.wav",))
    rows, columns = (np.flatnonzero((frame > 40).any(axis=axis)) for axis in (1, 0))
    assert np.ptp(columns) > np.ptp(rows)  # the name does not stand on end
    below = (frame > 40).sum(axis=1)[-int(0.3 * len(frame)) :]
    assert below.max() > 60  # it is there, in the lowest third


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_all_pyramids_and_labels_are_in_the_picture(tmp_path, count):
    frames = render(tmp_path, np.ones((6, count)), names(count), intro=0.3)
    inside = np.zeros((270, 480), bool)
    inside[8:-8, 8:-8] = True
    for frame in frames:  # from above, on the way, and in place
        assert (frame[~inside] <= 17).all()
    lit = frames[-1] > 40
    columns = np.flatnonzero(lit.any(axis=0))
    rows = np.flatnonzero(lit.any(axis=1))
    assert np.ptp(columns) > 400 or np.ptp(rows) > 200  # and they fill it


def test_a_label_of_any_text_is_drawn(tmp_path):
    labels = (
        "",
        " ",
        "\\frac{1}{2} $x$",
        "<b>bold",
        "\N{REPLACEMENT CHARACTER}",
        "語" * 30,
        "x" * 99,
    )
    assert (render(tmp_path, np.ones((1, 7)), labels) > 40).any()


def test_the_height_goes_with_the_level(tmp_path):
    frames = render(tmp_path, [[0], [0.25], [0.5], [0.75], [1]], ("a",))
    tops = np.array([np.flatnonzero((frame > 40).any(axis=1))[0] for frame in frames])
    # Of its two points, the higher: at the level of 0 that is the farthest corner.
    steps = -np.diff(tops[1:])
    assert (steps > 20).all()
    assert np.ptp(steps) < 12  # alike, but for the perspective
