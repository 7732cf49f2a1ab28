import numpy as np
import pytest

from pictures import (
    COUNTS,
    SIZES,
    assert_frames_stand_alone,
    lit,
    loud,
    staged,
    touches_the_edge,
    used,
)

WIDE = (640, 360)


def hit_at(frame, *, frames=90, count=1, stem=0):
    """Return the levels of a film in which one stem sounds for four frames."""
    levels = np.zeros((frames, count))
    levels[frame : frame + 4, stem] = 0.7
    return levels


def waves(picture):
    """Return where anything is lit beside the labels, ``bool[height, width]``."""
    seen = lit(picture, threshold=6)
    seen[:, : int(0.26 * seen.shape[1])] = False
    return seen


def now(picture):
    """Return the columns of pixels on which the line of now is."""
    return np.flatnonzero(waves(picture).sum(axis=0) > 0.8 * len(picture))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", COUNTS)
def test_the_waves_fill_a_picture_of_any_shape_and_stay_in_it(count, size):
    with staged("waves", loud(count, frames=200), size=size) as stage:
        picture = stage.draw(100)
    assert not touches_the_edge(picture)
    assert max(used(picture)) >= 0.8


@pytest.mark.parametrize("count", [3, 40])
def test_a_frame_does_not_depend_on_those_before_it(count):
    levels = np.abs(np.sin(np.arange(60)[:, None] * (1 + np.arange(count)) / 9))
    assert_frames_stand_alone("waves", levels, (39, 11))


@pytest.mark.parametrize("stem", range(3))
def test_a_level_shows_in_the_lane_of_its_stem(stem):
    with staged("waves", np.zeros((90, 3)), size=WIDE) as stage:
        silent = stage.draw(40)
    with staged("waves", hit_at(40, count=3, stem=stem), size=WIDE) as stage:
        changed = (stage.draw(40) != silent).any(axis=2)
    rows = np.flatnonzero(changed.any(axis=1))
    assert rows.mean() == pytest.approx(WIDE[1] * (0.075 + 0.85 * (stem + 0.5) / 3), abs=5)


def test_a_wave_moves_by_whole_pixels_and_keeps_its_shape():
    frames = np.array([30, 31, 35, 55, 56])  # it comes, and is gone by
    with staged("waves", hit_at(45), size=WIDE) as stage:
        outlines = [waves(stage.draw(frame)).sum(axis=0) for frame in frames]
        step = stage.scene.step / stage.scene.pixel
    for outline in outlines:
        outline[outline > 0.8 * WIDE[1]] = 0  # the line of now
    tall = [np.flatnonzero(outline > 0.4 * WIDE[1]) for outline in outlines]
    assert step == pytest.approx(round(step))
    for columns, frame, outline in zip(tall, frames, outlines, strict=True):
        assert columns.tolist() == (tall[0] - round(step) * (frame - 30)).tolist()
        # The soft edges of a dimmer wave may be too dark to count.
        assert np.abs(outline[columns] - outlines[0][tall[0]]).max() <= 4


def test_about_as_many_seconds_are_seen_as_the_option_says():
    with staged("waves", loud(1), size=WIDE, fps=30, seconds=3) as stage:
        frames = stage.scene.before + stage.scene.after
    assert 2.5 < frames / 30 < 3.5


def test_there_is_nothing_before_the_film_and_after_it():
    with staged("waves", np.zeros((4, 1)), size=WIDE) as stage:
        first, last = stage.draw(0), stage.draw(3)
        step = round(stage.scene.step / stage.scene.pixel)
    line = now(first)
    assert now(last).tolist() == line.tolist()
    left, right = line[0] - step, line[-1] + 1 + step
    assert not waves(first)[:, :left].any()
    assert waves(first)[:, right:].any()
    assert waves(last)[:, :left].any()
    assert not waves(last)[:, right:].any()


def test_the_level_of_now_lights_up():
    levels = np.zeros((90, 1))
    levels[40:] = 0.6
    with staged("waves", levels, size=WIDE) as stage:
        before, after = stage.draw(39), stage.draw(40)
    line = now(before)
    bright = [(each[:, line].min(axis=(1, 2)) > 200).sum() for each in (before, after)]
    assert bright[0] <= 6
    assert bright[1] == pytest.approx(0.6 * 0.85 * WIDE[1], abs=3)
