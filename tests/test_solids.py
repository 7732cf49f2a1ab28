import numpy as np
import pytest
from manim import PI, RED, RIGHT, WHITE, Dot, Square, VGroup, tempconfig

from manim_drumkit.camera import SolidCamera
from manim_drumkit.solids import Ball, Rod


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


def test_solids_behave_as_mobjects():
    ball = Ball(radius=0.5).shift(RIGHT).scale(2)
    assert at(picture(ball), 1.8, 0).sum() > 0
    rod = Rod([0, 0, 0], [2, 0, 0], radius=0.1).rotate(PI / 2, about_point=[0, 0, 0]).scale(3)
    image = picture(rod)
    assert at(image, 0, 3).sum() > 0
    assert (image[60].sum(axis=1) > 0).sum() == pytest.approx(2 * 0.3 * 180 / 8, abs=2)
    group = VGroup(Ball(), Rod([0, 0, 0], [1, 0, 0])).set_color(RED)
    assert {str(member.get_color()) for member in group} == {str(RED)}


def test_a_rod_keeps_its_thickness_when_its_ends_move():
    rod = Rod([0, 0, 0], [1, 0, 0], radius=0.2)
    rod.put_start_and_end_on([0, 0, 0], [0, 5, 0])
    assert rod.radius == 0.2
    np.testing.assert_array_equal(rod.points[[0, -1]], [[0, 0, 0], [0, 5, 0]])


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


def test_a_fixed_solid_stays_where_it_is_when_the_camera_turns():
    ball = Ball([2, 1, 0], radius=0.5)
    turned = camera(phi=1.0, theta=2.0)
    turned.add_fixed_in_frame_mobjects(ball)
    lit = picture(ball, seeing=turned).sum(axis=2) > 0
    assert lit[round(90 - 180 / 8), round(160 + 2 * 180 / 8)]


def test_nearer_solids_look_larger():
    image = picture(Ball([-3, 0, 8], radius=0.5), Ball([3, 0, -8], radius=0.5), seeing=camera())
    lit = image.sum(axis=2) > 0
    assert lit[:, :160].sum() > 2 * lit[:, 160:].sum()
