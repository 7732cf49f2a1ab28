from types import SimpleNamespace

import numpy as np

from manim_drumkit.segment.alpha import StraightPictures, clear_background, straight


def premultiplied():
    """Return every alpha with every colour that it can have, ``uint8[256, 256, 4]``."""
    alpha, color = np.mgrid[:256, :256]
    color = np.minimum(color, alpha)
    return np.dstack([color, color[:, ::-1], color // 2, alpha]).astype(np.uint8)


def plane(frame, number):
    rows = np.frombuffer(frame.planes[number], np.uint16)
    return rows.reshape(frame.height, -1)[:, : frame.width].astype(int)


def test_colours_are_divided_by_alpha_to_the_nearest():
    pixels = premultiplied()
    before, alpha = pixels.copy(), pixels[..., 3:].astype(float)
    found = straight(pixels)
    np.testing.assert_array_equal(pixels, before)
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])
    some = pixels[..., 3] > 0
    wanted = np.minimum(255.0 * pixels[..., :3][some] / alpha[some], 255)
    assert np.abs(found[..., :3][some] - wanted).max() <= 0.5
    assert not found[~some].any()
    again = found[..., :3] * alpha / 255
    assert np.abs(again - np.minimum(pixels[..., :3], alpha)).max() <= 0.5


def test_every_alpha_is_kept_to_the_last_bit():
    pixels = premultiplied()
    frame = StraightPictures().show(pixels)
    np.testing.assert_array_equal(plane(frame, 3) >> 2, pixels[..., 3])
    assert (plane(frame, 3)[0] == 0).all()
    assert (plane(frame, 3)[255] == 1023).all()


def test_red_is_that_of_bt_709():
    half = np.full((16, 16, 4), (128, 0, 0, 128), np.uint8)
    luma, blue, red = (plane(StraightPictures().show(half), i)[8, 8] for i in range(3))
    # ITU-R BT.709-6, 3.2 to 3.4, in 10 bits: Y = 0.2126, Pb = -0.1146, Pr = 0.5.
    wanted = 64 + 876 * 0.2126, 512 - 896 * 0.1146, 512 + 896 * 0.5
    assert np.abs(np.subtract((luma, blue, red), wanted)).max() <= 1.5


def test_the_colour_that_manim_leaves_in_a_clear_background_is_taken_out():
    background = np.full((2, 3, 4), (255, 100, 0, 51), np.uint8)
    camera = SimpleNamespace(background_opacity=0.2, background=background)
    clear_background(camera)
    assert camera.background[1, 2].tolist() == [51, 20, 0, 51]
    kept = camera.background
    clear_background(camera)
    assert camera.background is kept
