import numpy as np
import pytest
from manim import PI, ManimColor, Square, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.floor import Floor, Pool
from manim_drumkit.scene.solids import Ball, Pyramid, Rod


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": 320, "pixel_height": 180, "frame_rate": 15}):
        yield


def picture(*mobjects, phi=0.45 * PI, background="#000000"):
    """Draw mobjects; return ``int[180, 320, 3]``, red, green and blue."""
    camera = SolidCamera(background_color=background)
    camera.set_phi(phi)
    camera.set_theta(-PI / 2)
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array[..., :3].astype(int)


def test_a_floor_shows_what_stands_on_it_upside_down_and_dimmer():
    pyramid = Pyramid(side=2, level=0.6, color="#FF0000")
    alone, mirrored = picture(pyramid), picture(Floor(reflect=0.5), pyramid)
    inside = alone.max(axis=2) > 120
    assert (np.abs(mirrored - alone)[inside] > 2).mean() < 0.02
    added = (mirrored.any(axis=2)) & ~alone.any(axis=2)
    rows = np.flatnonzero(added.any(axis=1))
    assert rows.max() > np.flatnonzero(alone.any(axis=(1, 2))).max() + 10
    assert 0 < mirrored[added].max() < 0.6 * alone.max()


@pytest.mark.parametrize("strength", [0.4, 0.8])
def test_a_reflection_is_as_bright_as_asked_for_and_fades_with_the_height(strength):
    red = []
    for height in (0.5, 1.5, 2.5):
        ball = Ball([0, 0, height], radius=0.3, color="#FF0000")
        added = picture(Floor(reflect=strength, fade=2), ball) - picture(ball)
        red.append(added[..., 0].max())
    assert red[0] > 1.5 * red[1] > 0
    assert red[2] == 0
    assert red[0] == pytest.approx(255 * strength * (1 - 0.25) ** 1.5, rel=0.45)


def test_reflections_fade_into_the_background_whatever_its_colour():
    rod = Rod([0, 0, 0.1], [0, 0, 1.9], radius=0.2, color="#FF0000")
    image = picture(Floor(reflect=0.9, fade=2), rod, background="#FFFFFF")
    column = image[:, 160]
    low = np.flatnonzero((column != 255).any(axis=1)).max()
    assert column[low - 6].min() > 200  # faint at its end, not black


def test_in_a_clear_picture_reflections_fade_into_nothing():
    solids = [
        Rod([-1, 0, 0.1], [1, 0, 1.9], radius=0.2, color="#FF0000"),
        Ball([0, -0.4, 1], radius=0.3, color="#00FF00"),
        Ball([1.2, 0, 0.8], radius=0.7, color="#4040FF").set_opacity(0.5),
    ]
    camera = SolidCamera(background_opacity=0)
    camera.set_phi(0.45 * PI)
    camera.set_theta(-PI / 2)
    camera.reset()
    camera.capture_mobjects([Floor(reflect=0.9, fade=2), *solids])
    clear = camera.pixel_array.astype(int)
    for grey in (0, 128, 255):
        background = ManimColor([grey] * 3)
        there = picture(Floor(reflect=0.9, fade=2), *solids, background=background)
        off = np.abs(clear[..., :3] + (255 - clear[..., 3:]) * grey / 255 - there)
        assert off.mean() < 0.1
        assert (off > 16).mean() < 0.005  # at the edges, where cairo adds up an opaque rod's pieces
    assert not clear[0, 0].any()


def test_a_floor_mirrors_nothing_seen_from_below_nor_what_is_under_it():
    above, below = Ball([0, 0, 1], radius=0.3), Ball([0, 0, -1], radius=0.3)
    np.testing.assert_array_equal(
        picture(Floor(), above, phi=0.6 * PI), picture(above, phi=0.6 * PI)
    )
    np.testing.assert_array_equal(picture(Floor(), below), picture(below))


def test_a_filled_floor_hides_what_is_under_it_and_shows_reflections():
    ball, under = Ball([0, 0, 1], radius=0.3, color="#FF0000"), Ball([0, 0, -1], radius=0.3)
    floor = Floor(size=9, reflect=0.8, color="#000044", fill_opacity=1)
    image = picture(floor, ball, under, phi=0.3 * PI)
    np.testing.assert_array_equal(image, picture(floor, ball, phi=0.3 * PI))
    assert (image != picture(floor, phi=0.3 * PI)).any(axis=2).sum() > 1.5 * (
        picture(ball, phi=0.3 * PI).any(axis=2).sum()
    )


def test_a_pool_is_brightest_in_its_middle_and_lies_behind_solids():
    pool = Pool(radius=2, color="#00FF00").set_opacity(1)
    image = picture(pool, phi=0)
    green = image[90, :, 1]
    assert green[160] == green.max() > 100
    assert (np.diff(green[160:]) <= 0).all()
    assert green[160 + int(2 * 180 / 8) + 2] == 0
    ball = Ball([0, 0, 0.3], radius=0.3, color="#FF0000")
    both, alone = picture(pool, ball, phi=0), picture(ball, phi=0)
    inside = alone[..., 0] > 200
    np.testing.assert_array_equal(both[inside], alone[inside])


def test_a_pool_lies_flat_and_may_be_dark():
    pool = Pool(radius=2).set_opacity(0.5)
    flat = picture(pool, phi=0.45 * PI).any(axis=2)
    assert np.ptp(np.flatnonzero(flat.any(axis=0))) > 3 * np.ptp(np.flatnonzero(flat.any(axis=1)))
    assert not picture(pool.set_opacity(0)).any()


def test_a_pool_shows_on_a_floor_from_every_side():
    floor = Floor(size=9, color="#222222", fill_opacity=1)
    for spot in ([-3, -3, 0], [3, 3, 0], [3, -3, 0]):
        pool = Pool(spot, radius=1.5, color="#00FF00").set_opacity(1)
        assert picture(floor, pool, phi=0.3 * PI)[..., 1].max() > 120


def test_a_glow_shines_behind_solids_and_as_bright_as_it_says():
    brightness = []
    for glow in (0.0, 0.3, 0.9):
        image = picture(Ball(radius=0.4, color="#FF0000", glow=glow), phi=0)
        brightness.append(image[90, 160 + int(0.8 * 180 / 8), 0])
    assert brightness[0] == 0 < brightness[1] < brightness[2]
    rod = Rod([-2, 0.7, -1], [2, 0.7, -1], radius=0.1, color="#0000FF")
    lit, unlit = (picture(Ball(radius=0.4, glow=glow), rod, phi=0) for glow in (1, 0))
    middle = np.argmax(unlit[:, 120, 2])
    np.testing.assert_array_equal(lit[middle, 120], unlit[middle, 120])


def test_floors_and_pools_are_mobjects_for_other_cameras_too():
    assert isinstance(Floor(), Square)
    assert len(Pool(radius=1).points) > 8
