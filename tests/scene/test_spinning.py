import numpy as np
import pytest

from pictures import COUNTS, SIZES, loud, staged, touches_the_edge, used


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("size", SIZES)
def test_all_is_in_the_picture_and_fills_it(count, size):
    with staged("spinning", loud(count), size=size) as stage:
        picture = stage.draw(0)
    assert not touches_the_edge(picture)
    assert max(used(picture)) > 0.8


def test_a_pyramid_turns_by_what_its_stem_has_sounded():
    levels = np.zeros((40, 2), np.float32)
    levels[5:20, 0] = 0.3
    with staged("spinning", levels) as stage:
        first, sounding, after, later = (stage.draw(frame) for frame in (0, 12, 25, 35))
    assert (sounding != first)[:, :80].any()  # the left one has turned
    assert (after != first)[:, :80].any()  # and stays turned
    assert (later == after).all()  # in silence nothing moves
    assert (after == first)[:, 80:].all()  # nor does the one that never sounded


def test_neighbours_turn_against_each_other():
    with staged("spinning", loud(2, frames=9, level=0.1)) as stage:
        stage.draw(8)
        turned = [
            pyramid.corners[0].middle - pyramid.top.middle for pyramid in stage.scene.pyramids
        ]
    angles = [np.arctan2(y, x) for x, y, _ in turned]
    rest = np.arctan2(-1, -1) + np.pi / 4
    assert angles[0] - rest == pytest.approx(rest - angles[1], abs=1e-6)
    assert angles[0] != pytest.approx(rest, abs=0.01)


def test_a_frame_is_the_same_alone_and_after_others():
    levels = np.random.default_rng(1).random((9, 7))
    with staged("spinning", levels) as stage:
        alone = stage.draw(5)
    with staged("spinning", levels) as stage:
        for frame in (0, 8, 3):
            stage.draw(frame)
        assert (stage.draw(5) == alone).all()
