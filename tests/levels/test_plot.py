import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from manim_drumkit.levels.plot import BACKGROUND, highest, plot_levels


@pytest.mark.parametrize("seconds", [0.05, 10, 600])
def test_every_stem_is_drawn_in_its_colour(tmp_path, seconds):
    frames = max(round(60 * seconds), 1)
    levels = np.zeros((frames, 3), np.float32)
    levels[frames // 2] = 1
    path = tmp_path / "levels.png"
    colors = ("#FF0000", "#00FF00", "#0000FF")
    labels = ("Kick $x$", "Tr\N{REPLACEMENT CHARACTER}ngel", "\\frac{")
    plot_levels(path, levels, labels=labels, colors=colors, fps=Fraction(60), borders=[0, frames])
    picture = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert picture.shape[1] == 1800
    for channel in range(3):  # a hit of one frame is seen, however long the piece
        others = [c for c in range(3) if c != channel]
        assert (picture[..., channel] - picture[..., others].max(axis=-1) > 100).any()
    assert tuple(picture[2, 2]) == tuple(bytes.fromhex(BACKGROUND[1:]))


def test_borders_of_chunks_are_marked_unless_there_are_too_many(tmp_path):
    levels = np.zeros((600, 1), np.float32)
    pictures = []
    for borders in ([0, 600], [0, 300, 600], list(range(601))):
        plot_levels(
            tmp_path / "levels.png",
            levels,
            labels=["a"],
            colors=["#FFFFFF"],
            fps=Fraction(60),
            borders=borders,
        )
        pictures.append(np.asarray(Image.open(tmp_path / "levels.png")))
    assert (pictures[0] != pictures[1]).any()
    np.testing.assert_array_equal(pictures[0], pictures[2])


def plotted(path, stems):
    """Plot so many stems, each at full height; return the picture and the CPU seconds it took."""
    start = time.process_time()
    plot_levels(
        path,
        np.ones((600, stems), np.float32),
        labels=[f"Stem {i}" for i in range(stems)],
        colors=["#FF0000", "#0000FF"] * (stems // 2),
        fps=Fraction(60),
        borders=[0, 300, 600],
    )
    return np.asarray(Image.open(path).convert("RGB")).astype(int), time.process_time() - start


def test_many_stems_fit_into_a_picture_and_take_no_more_time_each(tmp_path):
    plotted(tmp_path / "first.png", 2)
    _, some = plotted(tmp_path / "levels.png", 30)
    picture, many = plotted(tmp_path / "levels.png", 120)
    assert many < 6 * some
    assert len(picture) < 13_000
    red = picture[:, 1000, 0] > 150
    assert np.count_nonzero(red[1:] & ~red[:-1]) == 60


@given(st.integers(1, 500), st.integers(1, 100))
def test_reducing_a_curve_loses_no_hit(frames, columns):
    levels = np.random.default_rng(frames).random(frames).astype(np.float32)
    reduced = highest(levels, columns)
    assert len(reduced) == min(frames, columns)
    assert reduced.max() == levels.max()
