import numpy as np
import pytest
from manim import LEFT, PI, RIGHT, UP, Polygon, ThreeDCamera, VGroup, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.polygons import Polygons

SIZE = (320, 180)
SHAPES = np.array([[[-5, -2], [-3, 1], [-4, 3]], [[0, -3], [2, 2.5], [1, 0]]])


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": SIZE[0], "pixel_height": SIZE[1], "frame_rate": 15}):
        yield


def picture(mobject, *, camera_class=SolidCamera, phi=0.0):
    """Draw a mobject; return ``int[180, 320, 3]``, red, green and blue."""
    camera = camera_class(phi=phi)
    camera.reset()
    camera.capture_mobjects([mobject])
    return camera.pixel_array[..., :3].astype(int)


@pytest.mark.parametrize("camera_class", [SolidCamera, ThreeDCamera])
@pytest.mark.parametrize("phi", [0.0, 0.3 * PI])
def test_they_look_like_as_many_polygons_of_manim(camera_class, phi):
    corners = np.pad(SHAPES, [(0, 0), (0, 0), (0, 1)])
    single = [Polygon(*each, stroke_width=0, fill_opacity=0.7, color="#80C040") for each in corners]
    ours = Polygons(SHAPES, color="#80C040", fill_opacity=0.7)
    seen = picture(ours, camera_class=camera_class, phi=phi)
    assert seen.max() > 100
    assert np.abs(seen - picture(VGroup(*single), phi=phi)).max() <= 4


@pytest.mark.parametrize("direction", [RIGHT, LEFT, UP, UP + RIGHT])
def test_a_gradient_looks_like_that_of_manim(direction):
    ours = Polygons(SHAPES, color="#80C040", fill_opacity=[0, 1], sheen_direction=direction)
    seen = picture(ours)
    assert np.abs(seen - picture(ours, camera_class=ThreeDCamera)).max() <= 4
    assert len(np.unique(seen[seen.any(axis=2)], axis=0)) > 20


def test_they_move_like_other_mobjects():
    ours = Polygons(SHAPES).scale(0.5).rotate(0.3).shift(RIGHT)
    single = VGroup(*(Polygon(*np.pad(each, [(0, 0), (0, 1)])) for each in SHAPES))
    single.set_stroke(width=0).set_fill("#FFFFFF", 1).scale(0.5).rotate(0.3).shift(RIGHT)
    assert np.abs(picture(ours) - picture(single)).max() <= 4


def test_corners_are_replaced_by_more_by_fewer_and_by_none():
    squares = np.array([[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1]] for x in (-4, -2, 0)])
    ours = Polygons(SHAPES[:1])
    for corners in (squares, squares[1:2], [], SHAPES):
        ours.set_corners(corners)
        assert np.array_equal(picture(ours), picture(Polygons(corners)))
    assert not picture(ours.set_corners([])).any()


def test_polygons_that_touch_at_a_corner_are_both_drawn():
    first = [[-3, -2], [-1, -2], [-1, 0], [-3, 0]]
    second = [[-3, -2], [-3, -3], [-5, -3], [-5, -2]]  # begins where the first one ends
    apart = picture(Polygons([first])) + picture(Polygons([second]))
    assert np.abs(picture(Polygons([first, second])) - apart).max() <= 4
