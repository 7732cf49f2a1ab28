import numpy as np
import pytest
from manim import PI, WHITE, Dot, ImageMobject, Square, Text, ThreeDCamera, VGroup, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.solids import Ball, Rod


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": 320, "pixel_height": 180, "frame_rate": 15}):
        yield


def camera(*, phi=0.0, theta=-PI / 2, center=(0, 0, 0)):
    seeing = SolidCamera()
    seeing.set_phi(phi)
    seeing.set_theta(theta)
    seeing.frame_center = np.array(center, dtype=float)
    return seeing


def picture(*mobjects, seeing=None):
    """Draw mobjects; return ``int[height, width, 3]``, red, green and blue."""
    seeing = seeing or camera()
    seeing.reset()
    seeing.capture_mobjects(mobjects)
    return seeing.pixel_array[..., :3].astype(int)


def at(image, x, y):
    """Give the colour at a place in frame units."""
    return image[round(90 - y * 180 / 8), round(160 + x * 320 / (8 * 16 / 9))]


def test_a_ball_is_round_and_lit_from_the_upper_left():
    image = picture(Ball(radius=2, color=WHITE))
    lit = image.sum(axis=2) > 0
    assert lit.sum() == pytest.approx(PI * (2 * 180 / 8) ** 2, rel=0.03)
    assert at(image, -0.9, 0.9).sum() > at(image, 0, 0).sum() > at(image, 1.2, -1.2).sum()


def test_a_rod_is_as_thick_as_its_radius_says_and_brightest_inside():
    image = picture(Rod([-3, 0, 0], [3, 0, 0], radius=0.5, color=WHITE))
    column = image[:, 160].sum(axis=1)
    assert (column > 0).sum() == pytest.approx(180 / 8, abs=2)
    assert column[column > 0][[0, -1]].max() < column.max() / 1.5


def test_colours_are_those_asked_for():
    image = picture(Ball(radius=2, color="#FF0000"))
    red, green, blue = at(image, 0.2, 0)
    assert red > 100
    assert max(green, blue) < red / 2


def test_opacity_lets_the_background_through():
    whole, half = Ball(radius=2), Ball(radius=2).set_opacity(0.5)
    assert at(picture(half), 0, 0).sum() == pytest.approx(
        at(picture(whole), 0, 0).sum() / 2, rel=0.1
    )


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_nearer_hides_what_is_behind_whatever_was_added_first(order):
    near, far = Ball([0, 0, 2], radius=1, color="#FF0000"), Ball([0, 0, -2], radius=1)
    rod = Rod([-3, 0, 0], [3, 0, 0], radius=0.3, color="#0000FF")
    red, green, blue = at(picture(*[near, rod, far][::order]), 0, 0)
    assert red > 2 * max(green, blue)


def test_other_mobjects_are_sorted_among_solids():
    plate = Square(2, fill_opacity=1, color="#0000FF").set_shade_in_3d(True)
    behind, before = Ball([0, 0, -1], radius=0.5), Ball([0, 0, 1], radius=0.5, color="#FF0000")
    hidden = at(picture(behind, plate), 0, 0)
    assert hidden[2] > 2 * hidden[0]
    seen = at(picture(before, plate), 0, 0)
    assert seen[0] > 2 * seen[2]


def test_a_rod_seen_from_its_end_is_a_disc():
    lit = picture(Rod([0, 0, -1], [0, 0, 0], radius=2)).sum(axis=2) > 0
    assert lit.sum() == pytest.approx(PI * (2 * 180 / 8) ** 2, rel=0.05)


def test_a_picture_does_not_show_what_was_drawn_before():
    seeing = camera(phi=1.2, theta=0.3)
    ball = Ball([0.1, 0.2, 0.3], radius=0.7)
    first = picture(ball, seeing=seeing)
    for i in range(50):
        ball.move_to([0.1 * i, 0.3, -0.7 * i])
        picture(ball, seeing=seeing)
    ball.move_to([0.1, 0.2, 0.3])
    np.testing.assert_array_equal(picture(ball, seeing=seeing), first)


def test_a_picture_does_not_depend_on_where_the_camera_looked_first():
    start = camera(center=(3, 1, 0))
    picture(Ball(), Dot(), seeing=start)
    start.frame_center = np.array([1.0, 0, 0])
    direct = camera(center=(1, 0, 0))
    solids = Ball([1, 1, 0]), Dot([2, 0, 0])
    np.testing.assert_array_equal(picture(*solids, seeing=start), picture(*solids, seeing=direct))


@pytest.mark.parametrize("fix", ["add_fixed_in_frame_mobjects", "add_fixed_orientation_mobjects"])
def test_a_fixed_solid_looks_the_same_however_the_camera_turns(fix):
    solids = VGroup(Ball(radius=0.7, color="#FF0000"), Rod([-1, 0, 0], [1, 0.5, 0], radius=0.1))
    upright, turned = camera(), camera(phi=PI / 2, theta=2.0)
    for seeing in (upright, turned):
        getattr(seeing, fix)(solids)
    np.testing.assert_array_equal(picture(solids, seeing=turned), picture(solids, seeing=upright))


def test_nearer_solids_look_larger():
    image = picture(Ball([-3, 0, 8], radius=0.5), Ball([3, 0, -8], radius=0.5), seeing=camera())
    lit = image.sum(axis=2) > 0
    assert lit[:, :160].sum() > 2 * lit[:, 160:].sum()


def test_a_ball_in_front_of_one_half_of_a_rod_hides_it_and_behind_the_other_is_hidden():
    rod = Rod([-3, 0, 4], [3, 0, -4], radius=0.3, color="#0000FF")
    before = Ball([2, 0, -1.2], radius=0.5, color="#FF0000")  # behind the rod's middle
    behind = Ball([-2, 0, 1.2], radius=0.5, color="#FF0000")  # before the rod's middle
    image = picture(rod, before, behind)
    x_before, x_behind = 2 * 20 / 21.2, -2 * 20 / 18.8
    red, _, blue = at(image, x_before, 0)
    assert red > 2 * blue
    red, _, blue = at(image, x_behind * 1.05, 0)
    assert blue > 2 * red


def test_a_rod_leaves_a_ball_where_it_comes_out_of_it():
    ball = Ball(radius=1, color="#FF0000")
    toward = Rod([0, 0, 0], [3, 0, 3], radius=0.2, color="#0000FF")
    image = picture(ball, toward)
    bare, covered = at(image, 0.2, 0), at(image, 1.2, 0)
    assert bare[0] > 2 * bare[2]
    assert covered[2] > 2 * covered[0]
    within = picture(ball, Rod([0, 0, 0], [0.3, 0, 0.3], radius=0.2, color="#0000FF"))
    np.testing.assert_array_equal(within, picture(ball))


def test_a_rod_shows_within_a_ball_that_does_not_hide_it():
    rod = Rod([-2, 0, 0], [0, 0, 0], radius=0.2, color="#0000FF")
    ball = Ball(radius=1).set_opacity(0)
    np.testing.assert_array_equal(picture(rod, ball), picture(rod))


def test_a_plate_between_solids_stays_between_them():
    plate = Square(6, fill_opacity=1, color="#00FF00").set_shade_in_3d(True)
    behind = Ball([0.5, 0, -1], radius=0.4, color="#FF0000")
    long = Rod([0.5, 0, -3], [3, 0, 5], radius=0.1, color="#0000FF")  # its middle is before it
    red, green, _ = at(picture(behind, plate, long), 0.3, 0.1)
    assert green > 2 * red


@pytest.mark.parametrize(
    "solid",
    [
        Rod([0, 0, 0], [1, 0, 20]),  # as far as the eye
        Rod([0, 0, 0], [1, 0, 50]),  # behind it
        Rod([1, 1, 0], [1, 1, 0]),
        Rod([0, 0, 0], [1, 0, 0], radius=0),
        Ball(radius=0),
        Ball(radius=1e-5),
        Ball([0, 0, 20]),
    ],
)
def test_what_cannot_be_seen_harms_nothing(solid):
    other = Ball([-3, 0, 0], color="#FF0000")
    image = picture(solid, other)
    assert at(image, -3, 0)[0] > 100
    fixed = camera()
    fixed.add_fixed_in_frame_mobjects(solid, within := Ball(solid.get_center(), radius=3))
    picture(solid, other, within, seeing=fixed)


def test_what_is_fixed_in_frame_is_on_top_of_all():
    near = Ball([0, 0, 5], radius=1)
    fixed = Ball([0, 0, -5], radius=0.5, color="#FF0000")
    seeing = camera()
    seeing.add_fixed_in_frame_mobjects(fixed)
    red, green, _ = at(picture(fixed, near, seeing=seeing), 0, 0)
    assert red > 2 * green


def test_pictures_are_transparent_where_nothing_is_drawn():
    with tempconfig({"background_opacity": 0}):
        seeing = camera()
        picture(Ball(radius=1).set_opacity(0.5), Rod([-3, 0, 0], [3, 0, 0]), seeing=seeing)
    alpha = seeing.pixel_array[..., 3]
    assert alpha[0, 0] == 0
    assert alpha[90, 100] == 255
    assert 120 < alpha[90 - 15, 160] < 136


def test_still_shapes_look_the_same_in_every_frame_and_new_when_they_change():
    seeing, text = camera(), Text("Snare")
    first = picture(text, seeing=seeing)
    assert first.any()
    np.testing.assert_array_equal(picture(text, seeing=seeing), first)
    for change in (
        lambda: text.shift([0.01, 0, 0]),
        lambda: text.set_color("#00FF00"),
        lambda: text.set_opacity(0.5),
        lambda: text.set_stroke("#FF0000", width=2),
        lambda: seeing.set_zoom(1.1),
        lambda: seeing.add_fixed_in_frame_mobjects(text),
    ):
        change()
        changed = picture(text, seeing=seeing)
        assert (changed != first).any()
        fresh = camera()
        fresh.set_zoom(seeing.get_zoom())
        fresh.add_fixed_in_frame_mobjects(*seeing.fixed_in_frame_mobjects)
        np.testing.assert_array_equal(picture(text, seeing=fresh), changed)
        first = changed


def test_plain_shapes_look_as_manim_draws_them():
    shapes = [Dot([1, 1, 0]), Text("Kick").shift([-2, 0, 0]), Square(7, fill_opacity=0.3)]
    theirs = ThreeDCamera()
    theirs.capture_mobjects(shapes)
    ours = picture(*shapes)
    assert np.abs(ours - theirs.pixel_array[..., :3]).max() <= 2  # rounding


def test_the_background_is_that_of_manim_plain_or_not():
    seeing = camera()
    seeing.background_color = "#123456"
    assert picture(seeing=seeing)[3, 4].tolist() == [0x12, 0x34, 0x56]
    noise = np.random.default_rng(1).integers(0, 255, seeing.pixel_array.shape, np.uint8)
    seeing.set_background(noise)
    np.testing.assert_array_equal(picture(seeing=seeing), noise[..., :3])
    seeing.background_color = "#FF0000"
    assert picture(seeing=seeing)[3, 4].tolist() == [255, 0, 0]


@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("center", [(0, 0, 0), (3, -2, 1)])
def test_an_image_stands_where_a_square_of_its_size_stands(fixed, center):
    white = np.full((9, 9, 4), 255, np.uint8)

    def lit(shape):
        shape.scale_to_fit_height(1).move_to([4, 2, 0] if fixed else np.add(center, [1, 1, 0]))
        seeing = camera(center=center)
        if fixed:
            seeing.add_fixed_in_frame_mobjects(shape)
        rows, columns = np.nonzero(picture(shape, seeing=seeing)[..., 0] > 128)
        return rows.min(), rows.max(), columns.min(), columns.max()

    square = Square(fill_color=WHITE, fill_opacity=1, stroke_width=0)
    np.testing.assert_allclose(lit(ImageMobject(white)), lit(square), atol=1)


def seen_from(phi, theta, *mobjects):
    return picture(*mobjects, seeing=camera(phi=phi, theta=theta))


@pytest.mark.parametrize("theta", [-PI / 2, 0.3, 2.0, 4.0])
@pytest.mark.parametrize("order", [1, -1])
def test_a_floor_lies_under_what_stands_on_it_at_every_place(theta, order):
    floor = Square(7, fill_opacity=1, color="#0000FF", stroke_width=0).set_shade_in_3d(True)
    for x, y in [(0, 0), (-3, -3), (-3, 3), (3, -3), (3, 3)]:
        ball = Ball([x, y, 0.3], radius=0.5, color="#FF0000")
        image = seen_from(0.4 * PI, theta, *[floor, ball][::order])
        alone = seen_from(0.4 * PI, theta, ball)
        np.testing.assert_array_equal(image[..., 0], np.maximum(image[..., 0], alone[..., 0]))


def test_a_floor_hides_what_is_under_it_and_is_seen_from_below_too():
    floor = Square(7, fill_opacity=1, color="#0000FF", stroke_width=0).set_shade_in_3d(True)
    ball = Ball([-2, 2, -0.6], radius=0.5, color="#FF0000")
    red, _, blue = np.moveaxis(seen_from(0.3 * PI, 0.3, floor, ball), 2, 0)
    assert (red <= blue).all()
    red, _, blue = np.moveaxis(seen_from(0.8 * PI, 0.3, floor, ball), 2, 0)
    assert (red > blue + 100).any()


def test_what_lies_in_a_floor_is_painted_in_the_order_in_which_it_was_added():
    floor = Square(8, fill_opacity=1, color="#0000FF", stroke_width=0).set_shade_in_3d(True)
    for x in (-3, 3):
        light = Dot([x, 0, 0], radius=0.8, color="#00FF00").set_shade_in_3d(True)
        for theta in (0.0, PI):
            _, green, blue = np.moveaxis(seen_from(0.3 * PI, theta, floor, light), 2, 0)
            assert (green > blue + 100).any()
            _, green, blue = np.moveaxis(seen_from(0.3 * PI, theta, light, floor), 2, 0)
            assert (green <= blue).all()


def test_walls_part_what_is_before_them_from_what_is_behind():
    wall = Square(6, fill_opacity=1, color="#0000FF", stroke_width=0).set_shade_in_3d(True)
    wall.rotate(PI / 2, axis=[1, 0, 0])
    before, behind = Ball([2.5, -0.6, 0], radius=0.5), Ball([-2.5, 0.6, 0], radius=0.5)
    image = seen_from(0.5 * PI, -0.25 * PI, wall, before, behind)
    alone = seen_from(0.5 * PI, -0.25 * PI, before)
    assert (image[..., 0] > 60).sum() == pytest.approx((alone[..., 0] > 60).sum(), rel=0.05)
