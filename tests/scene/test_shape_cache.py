import numpy as np
import pytest
from manim import Circle, Square, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.shape_cache import MOST_PIXELS


class CountingCamera(SolidCamera):
    """Counts how often it fills a shape; one from the cache is not filled again."""

    filled = 0

    def apply_fill(self, ctx, vmobject):
        self.filled += 1
        return super().apply_fill(ctx, vmobject)


@pytest.fixture
def camera():
    with tempconfig({"pixel_width": 640, "pixel_height": 360, "frame_rate": 15}):
        yield CountingCamera()


def plain(side=1.0):
    return Square(side, fill_color="#FF0000", fill_opacity=1, stroke_width=0)


def picture(camera, *mobjects):
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array.copy()


def fills(camera, *mobjects):
    """Draw a frame; return how many shapes were filled for it."""
    before = camera.filled
    picture(camera, *mobjects)
    return camera.filled - before


def test_a_shape_is_painted_once_for_as_long_as_it_stays_as_it_is(camera):
    shape = plain()
    assert [fills(camera, shape) for frame in range(5)] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        lambda camera, shape: shape.shift([0.001, 0, 0]),
        lambda camera, shape: shape.set_color("#00FF00"),
        lambda camera, shape: shape.set_opacity(0.5),
        lambda camera, shape: camera.set_zoom(1.1),
        lambda camera, shape: camera.set_theta(1),
        lambda camera, shape: camera.add_fixed_in_frame_mobjects(shape),
    ],
)
def test_a_shape_is_painted_again_when_it_or_the_view_has_changed(camera, change):
    shape = plain()
    fills(camera, shape)
    change(camera, shape)
    assert [fills(camera, shape) for frame in range(2)] == [1, 0]


@pytest.mark.parametrize(
    "shape",
    [
        plain().set_stroke("#00FF00", width=2),
        plain().set_fill(["#FF0000", "#0000FF"]),
        plain().set_shade_in_3d(True),
        plain(side=6),  # 270 of 360 pixels
    ],
)
def test_what_is_not_plain_or_not_small_is_painted_in_every_frame(camera, shape):
    assert MOST_PIXELS < 6 * 360 / 8
    assert all(fills(camera, shape) for frame in range(3))


@pytest.mark.parametrize(
    "change",
    [
        lambda shape: shape.shift([0.1, 0, 0]),
        lambda shape: shape.set_color("#00FF00"),
        lambda shape: shape.set_opacity(0.5),
        lambda shape: shape.scale(0.5),
    ],
)
def test_a_large_shape_is_drawn_as_it_is_now(camera, change):
    shape = plain(side=6).rotate(0.3)
    before = [picture(camera, shape) for frame in range(3)]
    np.testing.assert_array_equal(before, [picture(CountingCamera(), shape)] * 3)
    change(shape)
    after = picture(camera, shape)
    assert (after != before[0]).any()
    np.testing.assert_array_equal(after, picture(CountingCamera(), shape))


def test_a_frame_does_not_show_whether_its_shapes_were_kept(camera):
    shapes = [Circle(0.4, fill_opacity=0.7, stroke_width=0).shift([x, 0, 0]) for x in (0, 0.33)]
    first = picture(camera, *shapes)
    assert first.any()
    np.testing.assert_array_equal(picture(camera, *shapes), first)
    np.testing.assert_array_equal(picture(CountingCamera(), *shapes), first)


def test_a_shape_that_was_away_for_a_frame_is_forgotten(camera):
    shape = plain()
    fills(camera, shape)
    fills(camera)
    assert fills(camera, shape) == 1


def test_a_new_shape_is_not_taken_for_one_that_is_gone(camera):
    for color in ("#FF0000", "#00FF00", "#0000FF") * 5:
        seen = picture(camera, plain().set_fill(color))
        expected = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        assert seen[180, 320, :3].tolist() == expected
