import cairo
import numpy as np
import pytest

from manim_drumkit.scene.shading import paint_ball, paint_bands, rod_bands

SIZE = 200


def canvas():
    pixels = np.zeros((SIZE, SIZE, 4), np.uint8)
    surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, SIZE, SIZE)
    ctx = cairo.Context(surface)
    ctx.set_matrix(cairo.Matrix(1, 0, 0, -1, SIZE / 2, SIZE / 2))
    return ctx, pixels


def rod(start, end, *, radius=10.0, color=(1, 0, 0), opacity=1.0, bands=20, axis=None):
    """Paint one rod; return the red and the opacity of its pixels."""
    ctx, pixels = canvas()
    along = np.array([*np.subtract(end, start), 0.0])
    axis = along / np.linalg.norm(along) if axis is None else np.array(axis, dtype=float)
    outlines, colors = rod_bands(
        np.array([[start, end]], dtype=float),
        np.full((1, 2), radius),
        axis[None],
        np.array([[0.0, 0.0, 1.0]]),
        np.array([color], dtype=float),
        bands=bands,
    )
    paint_bands(ctx, (outlines[0].tolist(), colors[0].tolist()), opacity)
    return pixels[..., 0].astype(int), pixels[..., 3].astype(int)


def test_a_rod_covers_its_strip_and_nothing_else():
    _, alpha = rod((-60, 0), (60, 0))
    inside = np.zeros((SIZE, SIZE), bool)
    inside[90:110, 40:160] = True
    assert (alpha[inside] == 255).all()
    assert not alpha[~inside].any()


def test_the_side_toward_the_light_is_brighter():
    red, _ = rod((-60, 0), (60, 0))
    column = red[90:110, 100]
    assert column[:10].mean() > 1.3 * column[10:].mean()
    assert column.argmax() < 10


@pytest.mark.parametrize("bands", [3, 12, 48])
def test_more_bands_change_the_shading_only_a_little(bands):
    fine, _ = rod((-60, 0), (60, 0), bands=200)
    coarse, _ = rod((-60, 0), (60, 0), bands=bands)
    assert np.abs(coarse - fine)[91:109].mean() < 100 / bands


def test_a_rod_that_turns_changes_its_light_smoothly():
    means = []
    for angle in np.linspace(0, 2 * np.pi, 120):
        end = 60 * np.array([np.cos(angle), np.sin(angle)])
        red, alpha = rod(-end, end)
        means.append(255 * red.sum() / alpha.sum())
    assert np.abs(np.diff(means)).max() < 0.1 * np.ptp(means) + 2


def test_a_translucent_rod_is_the_opaque_one_let_through():
    whole, _ = rod((-60, 5), (60, -20))
    half, alpha = rod((-60, 5), (60, -20), opacity=0.5)
    assert alpha.max() == pytest.approx(128, abs=1)
    np.testing.assert_allclose(half, whole / 2, atol=2)
    assert not rod((-60, 5), (60, -20), opacity=0)[1].any()


def test_a_rod_that_comes_toward_the_viewer_is_rounded_at_its_ends():
    _, flat = rod((-40, 0), (40, 0))
    _, slanting = rod((-40, 0), (40, 0), axis=(0.6, 0, 0.8))
    assert slanting[100].astype(bool).sum() == pytest.approx(
        flat[100].astype(bool).sum() + 16, abs=2
    )


@pytest.mark.parametrize("radius", [5.3, 63.0, 80.0])
def test_a_ball_is_where_it_belongs_small_or_large(radius):
    ctx, pixels = canvas()
    paint_ball(ctx, 3.25, -7.5, radius, (0.2, 0.4, 0.9, 1.0))
    y, x = np.indices((SIZE, SIZE)) + 0.5
    weight = pixels[..., 3] / 255
    assert weight.sum() == pytest.approx(np.pi * radius**2, rel=0.02)
    assert (weight * (x - SIZE / 2)).sum() / weight.sum() == pytest.approx(3.25, abs=0.1)
    assert (weight * (SIZE / 2 - y)).sum() / weight.sum() == pytest.approx(-7.5, abs=0.1)


@pytest.mark.parametrize("radius", [0.0, 0.01, 0.032, float("nan"), float("inf"), 1e9])
def test_a_ball_of_no_size_or_no_end_is_hardly_painted(radius):
    ctx, pixels = canvas()
    paint_ball(ctx, 0, 0, radius, (1, 1, 1, 1))
    assert pixels.max() < 4
