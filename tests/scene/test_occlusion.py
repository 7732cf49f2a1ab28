import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from manim_drumkit.scene.occlusion import Strokes, paint_order


def strokes(*each):
    """Make strokes from (x, y, nearness) of both ends, all of radius 0.1."""
    ends = np.array(each, dtype=float).reshape(-1, 2, 3)
    return Strokes(ends[..., :2], np.full(ends.shape[:2], 0.1), ends[..., 2])


def order(seen, *, start=None):
    order = np.array(start or range(len(seen.ends)))
    return paint_order(seen, order, seen.touching()).tolist()


def test_a_ball_before_the_far_half_of_a_rod_is_painted_over_it():
    rod, ball = (-3, 0, 2.0, 3, 0, 1.0), (2, 0, 1.3, 2, 0, 1.3)  # the rod's middle is nearer
    seen = strokes(ball, rod)
    assert order(seen) == [1, 0]


def test_a_ball_behind_the_near_half_of_a_rod_is_painted_before_it():
    rod, ball = (-3, 0, 2.0, 3, 0, 1.0), (-2, 0, 1.7, -2, 0, 1.7)  # the rod's middle is farther
    seen = strokes(rod, ball)
    assert order(seen) == [1, 0]


def test_crossing_rods_are_painted_as_they_are_where_they_cross():
    seen = strokes((-1, 0, 1.0, 1, 0, 5.0), (0.8, -1, 4.0, 0.8, 1, 4.0))  # 4.6 against 4
    assert order(seen) == [1, 0]


def test_strokes_that_do_not_overlap_keep_their_order():
    seen = strokes((0, 0, 9, 1, 0, 9), (0, 1, 1, 1, 1, 1), (0, 2, 5, 1, 2, 5))
    assert order(seen, start=[2, 0, 1]) == [2, 0, 1]


def test_a_ring_of_rods_is_painted_all_the_same():
    one, two, three = (0, 0, 1, 2.3, 0, 2), (2, 0, 1, 1, 2, 2), (1, 1.7, 1, -0.2, -0.3, 2)
    seen = strokes(one, two, three)  # each lies over the next one
    assert sorted(order(seen)) == [0, 1, 2]


many = st.integers(1, 12).flatmap(
    lambda n: arrays(float, (n, 2, 3), elements=st.floats(0.125, 4, width=16))
)


@given(many)
def test_every_stroke_is_painted_once(ends):
    assert sorted(order(strokes(*ends.reshape(-1, 6)))) == list(range(len(ends)))


@given(many, st.randoms())
def test_balls_are_painted_from_far_to_near_whatever_was_added_first(ends, random):
    ends[:, 1] = ends[:, 0]
    seen = strokes(*ends.reshape(-1, 6))
    start = list(range(len(ends)))
    random.shuffle(start)
    ranks = {stroke: rank for rank, stroke in enumerate(order(seen, start=start))}
    for i, j in zip(*seen.touching(), strict=True):
        apart = np.linalg.norm(seen.ends[i, 0] - seen.ends[j, 0])
        far, near = seen.nearness[i, 0], seen.nearness[j, 0]
        if apart < 0.19 and abs(far - near) > 1e-3:
            assert (ranks[i] < ranks[j]) == (far < near)
