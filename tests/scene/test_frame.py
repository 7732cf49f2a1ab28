"""Titles, backgrounds, fades, and the room that they leave."""

import numpy as np
import pytest
from manim import PI, config, tempconfig
from PIL import Image

from manim_drumkit.errors import ConfigError, SceneError
from manim_drumkit.palette import THEMES
from manim_drumkit.scene.drum_scene import DrumScene
from manim_drumkit.scene.frame import Frame, fade_opacity, image_background
from manim_drumkit.scene.solids import Ball
from manim_drumkit.segment import context
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.film_levels import FilmLevels
from plans import plan_with

SIZES = [(320, 180), (180, 320), (200, 200)]


class Corners(DrumScene):
    """Two balls, as far apart as there is room."""

    options = {"ball": 0.3, "name": "x"}

    def build(self):
        self.add(Ball([-3, -2, 0], radius=0.1), Ball([3, 2, 0], radius=0.1))

    def draw(self, levels, time):
        self.look_at([[-3.1, -2.1, 0], [3.1, 2.1, 0]], phi=0, theta=-PI / 2)


def drawn(frame=5, *, size=(320, 180), frames=10, scene=Corners, **options):
    """Draw a frame of a film; return ``int[height, width, 3]`` and the scene."""
    levels = np.zeros((frames, 3), np.float32)
    film = plan_with(options=options).film
    film = type(film)(**{**vars(film), "total_frames": frames})
    width, height = size
    with tempconfig({"pixel_width": width, "pixel_height": height, "dry_run": True}):
        made = scene()
        made._prepare(Chunk(levels, film, 0))
        made._draw_frame(frame)
        camera = made.renderer.camera
        camera.reset()
        camera.capture_mobjects(made.mobjects)
        return camera.pixel_array[..., :3].astype(int), made


@pytest.mark.parametrize("size", SIZES)
def test_a_title_stands_in_the_upper_left_and_what_is_looked_at_below_it(size):
    plain, _ = drawn(size=size)
    titled, scene = drawn(size=size, title="One take", subtitle="seven microphones")
    added = (titled != plain).any(axis=2)
    unit = size[1] / scene.frame.height
    top = round((scene.frame.height / 2 - scene.room.top) * unit)
    rows, columns = np.flatnonzero(added[:top].any(axis=1)), np.flatnonzero(added[:top].any(axis=0))
    margin = scene.frame.margin * unit
    assert rows[0] == pytest.approx(margin, abs=4)
    assert columns[0] == pytest.approx(margin, abs=2)
    assert columns[-1] < size[0] - 0.9 * margin
    balls = (titled > 60).any(axis=2)
    assert balls[top:].any()
    assert not balls[rows[-1] + 1 : top].any()


@pytest.mark.parametrize("size", SIZES)
def test_a_long_title_is_made_smaller_and_an_empty_one_takes_no_room(size):
    picture, scene = drawn(size=size, title="A very long title " * 5)
    assert not picture[:, -3:].any()
    assert scene.room.top < scene.frame.height / 2 - scene.frame.margin
    _, scene = drawn(size=size, title=" ", subtitle="")
    assert scene.room.top == scene.frame.height / 2 - scene.frame.margin


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_sets_the_background_and_the_colour_of_titles(theme):
    picture, scene = drawn(theme=theme, title="HHH")
    colors = {tuple(pixel) for pixel in picture.reshape(-1, 3).tolist()}
    for wanted in (scene.theme.background, scene.theme.text):
        assert tuple(bytes.fromhex(wanted[1:])) in colors
    assert "#{:02X}{:02X}{:02X}".format(*picture[0, 0]) == THEMES[theme].background


def test_a_background_goes_before_the_theme_and_before_manims():
    picture, _ = drawn(theme="light", background="#123456")
    assert picture[0, 0].tolist() == [0x12, 0x34, 0x56]
    with tempconfig({"background_color": "#654321"}):
        assert drawn()[0][0, 0].tolist() == [0x65, 0x43, 0x21]


@pytest.mark.parametrize("size", SIZES)
def test_an_image_fills_the_picture_and_keeps_its_shape(tmp_path, size):
    image = np.zeros((100, 300, 3), np.uint8)
    image[:, 150:] = 255
    image[:10, :10] = image[-10:, -10:] = 128  # corners that are cut, or not
    Image.fromarray(image).save(tmp_path / "wide.png")
    width, height = size
    filled = image_background(tmp_path / "wide.png", width, height)
    assert filled.shape == (height, width, 4)
    assert filled.dtype == np.uint8
    assert (filled[height // 2, : width // 2 - 8, :3] == 0).all()
    assert (filled[height // 2, width // 2 + 8 :, :3] == 255).all()


def test_a_fade_begins_and_ends_in_the_background():
    lit = [drawn(frame, frames=10, fade=0.1, background="#102030")[0] for frame in range(10)]
    behind = np.array([0x10, 0x20, 0x30])
    differing = [np.abs(picture - behind).max() for picture in lit]
    assert differing[0] < differing[1] < differing[2] == max(differing)
    assert differing[9] < differing[8] < differing[7] == max(differing)


def test_a_film_of_any_length_is_covered_by_a_share_from_0_to_1():
    for total in (1, 2, 10):
        shares = [fade_opacity(frame, total, 10.0, 0.5) for frame in range(total)]
        assert all(0 <= share < 1 for share in shares)
        assert shares == shares[::-1]
    assert fade_opacity(0, 10, 10.0, 0) == 0


def test_an_option_has_its_default_or_what_the_user_says():
    _, scene = drawn(ball=2, name="7")
    assert scene.options["ball"] == 2.0
    assert type(scene.options["ball"]) is float
    assert scene.options["name"] == "7"
    assert drawn()[1].options["ball"] == 0.3


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"bal": 1.0}, SceneError, "no option bal; it has background, ball, fade, name"),
        ({"ball": "big"}, ConfigError, "ball is 'big'; give a number"),
        ({"theme": "neon"}, ConfigError, "choose dark or light or okabe-ito"),
        ({"fade": -1.0}, ConfigError, "give seconds from 0"),
    ],
)
def test_an_option_that_cannot_be_is_named(options, error, words):
    with pytest.raises(error, match=words):
        drawn(**options)


@pytest.mark.parametrize("size", SIZES)
def test_an_orbit_keeps_its_points_in_the_picture_at_one_size(size):
    class Round(DrumScene):
        def build(self):
            self.spots = [[3, 0, 0], [-3, 0, 0], [0, 3, 0], [0, -3, 0], [0, 0, 2]]

        def draw(self, levels, time):
            self.orbit(self.spots, 2.0, phi=1.1)

    zooms, angles = [], []
    for frame in range(0, 60, 7):
        _, scene = drawn(frame, frames=60, size=size, scene=Round)
        camera = scene.renderer.camera
        zooms.append(camera.get_zoom())
        angles.append(camera.get_theta())
        seen = np.abs(camera.project_points(np.array(scene.spots, float)))
        assert (seen[:, 0] <= scene.frame.width / 2).all()
        assert (seen[:, 1] <= scene.frame.height / 2).all()
    assert len(set(zooms)) == 1
    fps = float(scene.chunk.fps)
    assert np.diff(angles) == pytest.approx(2 * PI * 7 / fps / 2.0)


def test_the_frame_is_the_real_one():
    for width, height in SIZES:
        _, scene = drawn(size=(width, height))
        expected = Frame(config.frame_width, config.frame_width * height / width)
        assert tuple(scene.frame) == pytest.approx(tuple(expected))


def test_a_title_can_be_read_on_any_background():
    for background in ("#FFFFFF", "#000000", "#808080", "#FFFF00", "#000080"):
        picture, _ = drawn(title="HHH", background=background)
        luma = picture @ [0.2126, 0.7152, 0.0722]
        assert np.abs(luma[:40] - luma[0, 0]).max() > 0.3 * 255


def test_in_build_the_film_is_at_its_first_frame_in_every_chunk():
    class Builder(Corners):
        def build(self):
            self.seen = self.film.frame
            super().build()

    levels = np.zeros((10, 3), np.float32)
    film = plan_with(options={}).film
    for start in (0, 5):
        context._context.chunk = Chunk(levels[start:], film, start)
        context._context.film = FilmLevels(levels, [], film.fps)
        try:
            with tempconfig({"dry_run": True}):
                scene = Builder()
                scene._prepare(context._context.chunk)
                assert scene.seen == 0
                scene._draw_frame(2)
                assert scene.film.frame == start + 2
        finally:
            context._context = context.RenderContext()


def test_an_orbit_of_no_seconds_stands_still():
    class Still(DrumScene):
        def draw(self, levels, time):
            self.orbit([[1, 0, 0], [-1, 0, 1]], 0, phi=1.1)

    angles = {drawn(frame, scene=Still)[1].renderer.camera.get_theta() for frame in (0, 9)}
    assert len(angles) == 1


def test_a_fade_longer_than_the_film_leaves_its_middle():
    assert fade_opacity(4, 10, 10.0, 30) == pytest.approx(0)
