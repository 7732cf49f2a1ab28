import numpy as np
import pytest

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

WIDE = (320, 180)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", COUNTS)
def test_the_ring_fills_a_picture_of_any_shape_and_stays_in_it(count, size):
    with staged("ring", loud(count, frames=90), size=size, turn=6.0) as stage:
        pictures = [stage.draw(frame) for frame in range(0, 90, 9)]
    # The soft light of the balls and pools may reach the edge.
    assert not any(touches_the_edge(picture, threshold=48) for picture in pictures)
    assert max(max(used(picture, threshold=48)) for picture in pictures) >= 0.8


@pytest.mark.parametrize("count", [3, 40])
def test_a_frame_does_not_depend_on_those_before_it(count):
    hits = [(0.4, 0, 1.0), (0.9, 2, 0.5)]
    assert_frames_stand_alone("ring", ramp(count), (29, 11), hits=hits)


@pytest.mark.parametrize("stem", range(7))
def test_a_level_raises_its_own_pyramid(stem):
    levels = loud(7, level=0.1, frames=2)
    levels[1, stem] = 0.9
    with staged("ring", levels, size=WIDE, turn=3600.0) as stage:
        before, after = stage.draw(0), stage.draw(1)
        spot = stage.scene.camera.project_point(stage.scene.spots[stem])
        width = stage.scene.frame.width
    column = WIDE[0] * (spot[0] / width + 0.5)
    changed = np.flatnonzero((np.abs(after.astype(int) - before).max(axis=2) > 60).any(axis=0))
    assert abs(np.median(changed) - column) < 0.06 * WIDE[0]


def test_a_hit_lights_the_pool_of_its_stem_and_fades():
    with staged(
        "ring", loud(7, frames=30, level=0), size=WIDE, hits=[(1, 0, 1.0)], fps=15
    ) as stage:
        brightness = [stage.draw(frame).sum(dtype=int) for frame in (14, 15, 18, 29)]
    before, at, soon, later = brightness
    assert at > soon > later > before


def test_the_camera_goes_round_in_the_seconds_of_the_option():
    with staged("ring", loud(5, frames=61), size=WIDE, turn=4.0) as stage:
        first, half, whole = stage.draw(0), stage.draw(30), stage.draw(60)
    assert np.abs(first.astype(int) - whole).max() <= 1
    assert (lit(first) != lit(half)).mean() > 0.01


@pytest.mark.parametrize("count", range(1, 41))
def test_the_pyramids_stand_in_rings_and_do_not_touch(count):
    with staged("ring", loud(count)) as stage:
        spots, side = stage.scene.spots, stage.scene.side
    assert len(spots) == count
    gaps = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    assert (gaps[~np.eye(count, dtype=bool)] > 2 * side).all()
