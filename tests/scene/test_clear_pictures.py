"""Pictures without a background: over any, they look as if drawn on it."""

import numpy as np
import pytest
from manim import Dot, ImageMobject, ManimColor, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.frame import Fade, Frame


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": 320, "pixel_height": 180, "frame_rate": 15}):
        yield


def picture(*mobjects, **background):
    """Draw mobjects; return ``int[180, 320, 4]``: red, green and blue times alpha, and alpha."""
    camera = SolidCamera(**background)
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array.astype(int)


def image():
    half = ImageMobject(np.full((10, 10, 4), (200, 100, 0, 128), np.uint8))
    half.height = 3
    return half.rotate(0.3)


def fade(color):
    return Fade(Frame(128 / 9, 8), color).set_fill(opacity=0.4)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_translucent_shapes_images_and_the_fade_look_as_over_a_background(grey):
    color, dot = ManimColor([grey] * 3), Dot(radius=2, fill_opacity=0.5)
    clear = picture(dot, image(), fade(color), background_opacity=0)
    there = picture(dot, image(), fade(color), background_color=color)
    over = clear[..., :3] + (255 - clear[..., 3:]) * grey / 255
    assert np.abs(over - there[..., :3]).max() <= 3
    assert not clear[0, 0].any()
