"""What is kept of the last frame: it must not show."""

import numpy as np
import pytest
from manim import BLUE, PI, RED, WHITE, Square, VGroup, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.solids import Ball, Pyramid, Rod


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": 320, "pixel_height": 180, "frame_rate": 15}):
        yield


class Stage:
    """A pyramid, a ball that floats before it, and a rod behind, before a camera."""

    def __init__(self):
        self.pyramid = Pyramid(side=3, level=0.5, color=BLUE)
        self.ball = Ball([1, -2, 0.5], radius=0.4, color=RED)
        self.rod = Rod([-4, 2, 1], [4, 2, 1], radius=0.1, color=WHITE)
        self.plate = Square(2, fill_opacity=1).shift([-3, -1, 0.5]).set_shade_in_3d(True)
        self.mobjects = [self.pyramid, self.ball, self.rod, self.plate]
        self.look()

    def look(self):
        """See the stage with a new camera, which has kept nothing."""
        self.camera = SolidCamera()
        self.camera.set_phi(0.35 * PI)

    def picture(self):
        self.camera.reset()
        self.camera.capture_mobjects(self.mobjects)
        return self.camera.pixel_array.copy()


CHANGES = {
    "a still ball begins to move": lambda stage: stage.ball.shift([0.1, 0, 0]),
    "a still rod begins to move": lambda stage: stage.pyramid.base[0].shift([0, 0, 0.1]),
    "the top rises": lambda stage: stage.pyramid.set_level(0.6),
    "the top passes before the rod": lambda stage: stage.pyramid.set_level(1),
    "something passes behind a still pyramid": lambda stage: stage.ball.move_to([0, 2, 0]),
    "a ball changes its colour": lambda stage: stage.pyramid.corners[0].set_color(RED),
    "a rod changes its colour": lambda stage: stage.pyramid.base[1].set_color(RED),
    "a rod becomes translucent": lambda stage: stage.pyramid.base[1].set_opacity(0.5),
    "a ball becomes translucent": lambda stage: stage.pyramid.corners[1].set_opacity(0.5),
    "a ball begins to glow": lambda stage: setattr(stage.pyramid.top, "glow", 0.8),
    "a rod becomes thicker than all": lambda stage: stage.rod.scale(4),
    "a solid goes": lambda stage: stage.mobjects.remove(stage.ball),
    "a solid comes": lambda stage: stage.mobjects.append(Ball([-1, -2, 1], radius=0.5)),
    "a solid takes another's place": lambda stage: stage.mobjects.__setitem__(1, Ball([1, -2, 1])),
    "the order of what is added changes": lambda stage: stage.mobjects.reverse(),
    "a plate parts the solids": lambda stage: stage.plate.move_to([0, 0, 0.7]),
}
VIEWS = {
    "the camera turns": lambda camera: camera.set_theta(-1.5),
    "the camera tilts": lambda camera: camera.set_phi(1.2),
    "the camera rolls": lambda camera: camera.set_gamma(0.1),
    "the camera zooms": lambda camera: camera.set_zoom(1.01),
    "the camera comes nearer": lambda camera: camera.set_focal_distance(15),
    "the camera moves": lambda camera: setattr(camera, "frame_center", [0.1, 0, 0]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_drawn_as_if_nothing_were_kept(change):
    stage = Stage()
    before = [stage.picture() for frame in range(3)][-1]
    change(stage)
    after = [stage.picture() for frame in range(2)]
    stage.look()
    expected = stage.picture()
    assert (expected != before).any() or stage.mobjects[0] is not stage.pyramid
    for picture in after:
        np.testing.assert_array_equal(picture, expected)


@pytest.mark.parametrize("change", VIEWS.values(), ids=VIEWS)
def test_a_camera_that_begins_to_move_sees_all_anew(change):
    stage = Stage()
    before = [stage.picture() for frame in range(3)][-1]
    change(stage.camera)
    after = [stage.picture() for frame in range(2)]
    stage.look()
    change(stage.camera)
    expected = stage.picture()
    assert (expected != before).any()
    for picture in after:
        np.testing.assert_array_equal(picture, expected)


def test_a_solid_that_is_fixed_in_the_frame_later_is_drawn_there():
    stage = Stage()
    before = [stage.picture() for frame in range(3)][-1]
    stage.camera.add_fixed_in_frame_mobjects(stage.rod)
    after = stage.picture()
    stage.look()
    stage.camera.add_fixed_in_frame_mobjects(stage.rod)
    assert (after != before).any()
    np.testing.assert_array_equal(after, stage.picture())


def test_only_what_has_changed_is_laid_out_again():
    stage = Stage()
    solids = [part for part in VGroup(*stage.mobjects[:3]).get_family() if len(part.points)]

    def drawings():
        stage.picture()
        return list(stage.camera._kept.layout._drawings)

    before = drawings()
    stage.pyramid.set_level(0.6)
    changed = [i for i, (a, b) in enumerate(zip(before, drawings(), strict=True)) if a is not b]
    moved = {*stage.pyramid.edges, stage.pyramid.top}
    assert {solids[i] for i in changed} == moved


def test_mobjects_are_drawn_in_the_order_that_manim_has():
    inner, low, high = Ball(), Square().set_z_index(-1), Square().set_z_index(1)
    groups = VGroup(high, VGroup(inner, VGroup()), low), VGroup(inner, Rod([0, 0, 0], [1, 0, 0]))
    camera = SolidCamera()
    ours = camera.get_mobjects_to_display(groups)
    manims = camera.get_mobjects_to_display(groups, excluded_mobjects=[Square()])
    assert ours == manims
    assert camera.get_mobjects_to_display(groups, excluded_mobjects=[groups[1]]) == [low, high]
