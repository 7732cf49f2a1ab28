import numpy as np
import pytest
from manim import OUT, PI, RED, RIGHT, Scene, Transform, VGroup, tempconfig

from manim_drumkit.scene.solids import Ball, Pyramid, Rod


def test_a_rod_keeps_its_thickness_when_its_ends_move():
    rod = Rod([0, 0, 0], [1, 0, 0], radius=0.2)
    for end in ([0, 5, 0], [0, 0, 3], [0, 0, 0], [1, 2, 3]):
        rod.put_start_and_end_on([0, 0, 0], end)
        assert rod.radius == pytest.approx(0.2)
        np.testing.assert_array_equal(rod.points[[0, -1]], [[0, 0, 0], end])


def test_groups_scale_turn_and_colour_solids():
    group = VGroup(Ball([1, 0, 0], radius=0.5), Rod([0, 0, 0], [1, 0, 0], radius=0.1))
    group.scale(3, about_point=[0, 0, 0]).rotate(PI / 2, about_point=[0, 0, 0])
    ball, rod = group
    np.testing.assert_allclose(ball.middle, [0, 3, 0], atol=1e-9)
    np.testing.assert_allclose(rod.get_end(), [0, 3, 0], atol=1e-9)
    assert rod.radius == pytest.approx(0.3)
    assert np.linalg.norm(ball.points[0] - ball.middle) == pytest.approx(1.5)
    group.set_color(RED).set_opacity(0.25)
    assert {str(member.get_color()) for member in group} == {str(RED)}
    assert (ball.fill_rgbas[0, 3], rod.stroke_rgbas[0, 3]) == (0.25, 0.25)


def test_the_top_of_a_pyramid_stands_at_the_level_times_the_normal_of_its_base():
    pyramid = Pyramid([1, 2, 3], side=2, level=0.5)
    np.testing.assert_allclose(pyramid.top.middle, [1, 2, 3 + 0.5 * 4])
    for edge, corner in zip(pyramid.edges, pyramid.corners, strict=True):
        np.testing.assert_allclose(edge.get_start(), corner.middle)
        np.testing.assert_allclose(edge.get_end(), pyramid.top.middle)
    assert len(pyramid.get_family()) == 1 + 3 + 8 + 5


def test_a_pyramid_rises_wherever_it_was_moved_turned_and_scaled():
    pyramid = Pyramid(side=2).shift(RIGHT).rotate(PI / 2, axis=RIGHT, about_point=RIGHT).scale(2)
    pyramid.set_level(0.25)
    np.testing.assert_allclose(pyramid.top.middle, [1, -0.25 * 4**2, 0], atol=1e-9)


def test_a_level_does_not_depend_on_the_levels_before():
    moved, fresh = Pyramid(side=1.3), Pyramid(side=1.3, level=0.7)
    for level in (1, 0.1, 0.9, 0.7):
        moved.set_level(level)
    for one, other in zip(
        moved.family_members_with_points(), fresh.family_members_with_points(), strict=True
    ):
        np.testing.assert_allclose(one.points, other.points, atol=1e-12)


def test_solids_are_animated_as_mobjects_are():
    with tempconfig({"dry_run": True, "frame_rate": 10}):
        scene = Scene()
        pyramid, rod = Pyramid(side=2), Rod([0, 0, 0], [1, 0, 0], radius=0.1)
        scene.add(pyramid, rod)
        scene.play(pyramid.animate.set_level(1), rod.animate.scale(2), run_time=0.3)
        np.testing.assert_allclose(pyramid.top.middle, 4 * OUT, atol=1e-9)
        assert rod.radius == pytest.approx(0.2)
        scene.play(Transform(rod, Rod([0, 0, 0], [0, 1, 0], radius=0.5)), run_time=0.3)
        assert rod.radius == pytest.approx(0.5)
