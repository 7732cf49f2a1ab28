import numpy as np
import pytest

from manim_drumkit import Label
from pictures import (
    COUNTS,
    SIZES,
    assert_frames_stand_alone,
    lit,
    loud,
    ramp,
    staged,
    touches_the_edge,
    used,
)

WIDE = (640, 360)


def colors_up(picture, column):
    """Return the different colours of a column of pixels above the labels."""
    return np.unique(picture[: int(0.7 * len(picture)), column], axis=0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", COUNTS)
def test_the_meters_fill_a_picture_of_any_shape_and_stay_in_it(count, size):
    with staged("mixer", loud(count), size=size, progress=False) as stage:
        picture = stage.draw(0)
    assert not touches_the_edge(picture)
    assert max(used(picture)) >= 0.8


@pytest.mark.parametrize("count", [3, 40])
def test_a_frame_does_not_depend_on_those_before_it(count):
    assert_frames_stand_alone("mixer", ramp(count), (29, 11))


@pytest.mark.parametrize("stem", range(3))
def test_a_level_lights_its_own_column(stem):
    levels = np.full((2, 3), 0.5)
    levels[1, stem] = 1
    with staged("mixer", levels, size=WIDE, progress=False) as stage:
        changed = (stage.draw(0) != stage.draw(1)).any(axis=2)
    columns = np.flatnonzero(changed.any(axis=0))
    with staged("mixer", loud(3), size=WIDE, progress=False) as stage:
        meters = np.flatnonzero(lit(stage.draw(0))[: WIDE[1] // 2].any(axis=0))
    of_stem = np.split(meters, np.flatnonzero(np.diff(meters) > 1) + 1)[stem]
    assert columns.tolist() == of_stem.tolist()


def test_edges_are_on_whole_pixels():
    with staged("mixer", loud(7), size=WIDE, progress=False) as stage:
        picture = stage.draw(0)
    row = next(row for row in lit(picture) if row.any())
    edges = np.flatnonzero(np.diff(row.astype(int))) + 1
    assert len(edges) == 14
    assert (edges % 2 == 0).all()
    shades = colors_up(picture, edges[:2].sum() // 2)
    assert len(shades) <= 5  # the background, three shades and the peak, but nothing between them


def test_the_lights_go_with_the_level():
    levels = np.linspace(0, 1, 5)[:, None]
    with staged("mixer", levels, size=WIDE, progress=False, hold=0) as stage:
        heights = [lit(stage.draw(frame), threshold=60).any(axis=1).sum() for frame in range(5)]
    steps = np.diff(heights)
    assert (steps > 30).all()
    assert np.ptp(steps) <= 20  # a light or so


def test_a_peak_is_held_for_as_long_as_the_option_says():
    levels = np.zeros((60, 1))
    levels[3] = 0.9
    with staged("mixer", levels, progress=False, fps=15, hold=1.2) as stage:
        shown = [bool(lit(stage.draw(k), threshold=120)[:40].any()) for k in (2, 3, 10, 21, 22)]
    assert shown == [False, True, True, True, False]


def test_the_progress_line_grows_from_the_left_to_the_right():
    with staged("mixer", np.zeros((101, 1)), size=WIDE) as stage:
        rows = [lit(stage.draw(frame), threshold=120)[-30:] for frame in (0, 50, 100)]
    lengths = [each.any(axis=0).sum() for each in rows]
    assert lengths[0] < 0.02 * WIDE[0]
    assert lengths[2] == pytest.approx(WIDE[0] - 0.15 * WIDE[1], abs=4)
    assert lengths[1] == pytest.approx(lengths[2] / 2, abs=6)


def test_labels_are_turned_where_there_is_little_room_and_left_out_where_there_is_none():
    def high_and_wide(count, size):
        with staged("mixer", loud(count), size=size) as stage:
            labels = [name for name in stage.scene.mobjects if isinstance(name, Label)]
            return [(name.height, name.width) for name in labels if name.has_points()]

    assert all(high < wide for high, wide in high_and_wide(3, WIDE))
    turned = high_and_wide(40, (1920, 1080))
    assert len(turned) == 40
    assert all(high > wide for high, wide in turned)
    assert high_and_wide(40, (160, 90)) == []
