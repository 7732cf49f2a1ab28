from itertools import cycle, islice

import numpy as np
import pytest

from manim_drumkit.stems.kinds import KINDS
from pictures import (
    COUNTS,
    SIZES,
    assert_frames_stand_alone,
    loud,
    ramp,
    staged,
    touches_the_edge,
    used,
)

WIDE = (320, 180)
KITS = {
    "drums": ("kick", "snare", "hat", "tom", "tom", "tom", "cymbal", "cymbal", "room", "other"),
    "all kinds": KINDS,
    "toms": ("tom",),
    "kicks": ("kick",),
    "others": ("other",),
}


def kit(name, count):
    return tuple(islice(cycle(KITS[name]), count))


def seen(stage, point):
    """Return where a point is in a picture of the size ``WIDE``, in pixels from the upper left."""
    x, y, _ = stage.scene.camera.project_point(point)
    frame = stage.scene.frame
    return WIDE[0] * (0.5 + x / frame.width), WIDE[1] * (0.5 - y / frame.height)


@pytest.mark.parametrize("name", KITS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", COUNTS)
def test_any_kit_fills_a_picture_of_any_shape_and_stays_in_it(count, size, name):
    hits = [(0, stem, 1.0) for stem in range(count)]
    with staged(
        "kit", loud(count, frames=9), size=size, kinds=kit(name, count), hits=hits
    ) as stage:
        pictures = [stage.draw(frame) for frame in (0, 4)]  # on the heads, and high above them
    # The soft light of the balls may reach the edge.
    assert not any(touches_the_edge(picture, threshold=90) for picture in pictures)
    assert max(max(used(picture, threshold=90)) for picture in pictures) >= 0.8


@pytest.mark.parametrize("count", [3, 40])
def test_a_frame_does_not_depend_on_those_before_it(count):
    hits = [(0.4, 0, 1.0), (0.9, 2, 0.5)]
    assert_frames_stand_alone("kit", ramp(count), (29, 11), hits=hits)


@pytest.mark.parametrize("stem", range(7))
def test_a_level_lights_its_own_head(stem):
    levels = loud(7, frames=2, level=0)
    levels[1, stem] = 0.5
    with staged("kit", levels, size=WIDE) as stage:
        before, after = stage.draw(0), stage.draw(1)
        x, y = seen(stage, stage.scene.rests[stem])
    rows, columns = np.nonzero(np.abs(after.astype(int) - before).max(axis=2) > 20)
    assert abs(np.median(columns) - x) < 15
    assert abs(np.median(rows) - y) < 15


def test_a_ball_leaps_at_a_hit_and_lands_again():
    levels = loud(1, frames=30, level=0)
    with staged("kit", levels, kinds=("snare",), hits=[(0.4, 0, 1.0)], fps=20) as stage:
        heights = []
        for frame in range(30):
            stage.draw(frame)
            heights.append(stage.scene.balls[0].get_center()[2])
    rest = heights[0]
    assert np.allclose(heights[:9], rest)  # the hit is in frame 8
    assert np.argmax(heights) == 13  # half of its flight
    assert np.allclose(np.diff(heights[8:19], 2), np.diff(heights[8:11], 2))  # a parabola
    assert np.allclose(heights[18:], rest)


def test_a_stronger_hit_makes_a_higher_leap():
    hits = [(0.0, 0, 0.3), (0.0, 1, 0.9)]
    with staged("kit", loud(2, frames=9, level=0), kinds=("tom",) * 2, hits=hits) as stage:
        stage.draw(0)
        low = [ball.get_center() for ball in stage.scene.balls]
        stage.draw(4)
        high = [ball.get_center() for ball in stage.scene.balls]
    first, second = np.linalg.norm(np.subtract(high, low), axis=1)
    assert second == pytest.approx(3 * first)


def test_drums_stand_where_a_drummer_has_them():
    kinds = ("kick", "snare", "hat", "tom", "tom", "tom", "cymbal", "cymbal", "room", "bass")
    with staged("kit", loud(len(kinds)), kinds=kinds) as stage:
        kick, snare, hat, high, middle, low, left, right, room, bass = stage.scene.rests
    assert hat[0] < snare[0] < kick[0] < low[0]  # x is to the right
    assert high[0] < middle[0] < low[0]
    assert left[0] < high[0] < middle[0] < right[0]
    assert max(snare[1], low[1]) < kick[1] < bass[1] < room[1]  # y is away from the drummer
    assert left[2] > high[2] > kick[2]


@pytest.mark.parametrize("name", KITS)
@pytest.mark.parametrize("size", SIZES)
def test_every_stem_of_a_kind_has_its_own_place(name, size):
    with staged("kit", loud(40), size=size, kinds=kit(name, 40)) as stage:
        rests = np.array(stage.scene.rests)
    gaps = np.linalg.norm(rests[:, None] - rests[None], axis=2)
    assert gaps[~np.eye(40, dtype=bool)].min() > 0.6
