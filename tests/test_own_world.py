"""A scene as authors write them: settings at the top, chance, a logo; cut in one and in ten."""

import numpy as np
import pytest
from PIL import Image

from films import assert_exact, pictures, split
from programs import LOSSLESS, run
from sounds import write_stems

pytestmark = pytest.mark.film

SCENE = """
import random
from manim import *
from manim_drumkit import DrumScene

config.background_color = "#202060"
config.pixel_width, config.pixel_height = SIZE
config.frame_height = 8
config.frame_width = 8 * SIZE[0] / SIZE[1]
config.output_file = "MyFilm"

class Video(DrumScene):
    def build(self):
        for _ in range(30):
            self.add(Dot([random.uniform(-4, 4), np.random.uniform(-4, 4), 0], radius=0.05))
        logo = ImageMobject("logo.png").scale_to_fit_height(1).to_corner(UR)
        self.add_fixed_in_frame_mobjects(logo)
        self.ball = Dot(radius=0.6, color=RED)
        self.add(self.ball)
    def draw(self, levels, time):
        self.ball.move_to([0, 6 * levels[0] - 3, 0])
        self.look_at([[-3, -4, 0], [3, 4, 0]], phi=0, theta=-PI / 2)
"""


@pytest.mark.parametrize("size", [(90, 160), (160, 90)])
def test_one_run_makes_the_film_and_ten_chunks_are_as_one(tmp_path, size):
    write_stems(tmp_path / "stems", 1.0)
    (tmp_path / "own.py").write_text(SCENE.replace("SIZE", str(size)))
    Image.fromarray(np.full((20, 20, 4), (255, 255, 0, 255), np.uint8)).save(tmp_path / "logo.png")
    films = []
    for seconds in ("9", "0.1"):
        options = ("stems", "--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", seconds)
        split(tmp_path, *options, "--jobs", "2", "--", *LOSSLESS)
        run("./tmp/run_all.sh", cwd=tmp_path)
        assert_exact(tmp_path)
        films.append(pictures(tmp_path / "tmp" / "Video.mp4"))
    one, ten = films
    assert one.shape[1:] == (size[1] * 3 // 2, size[0])
    np.testing.assert_array_equal(one, ten)
    corner = one[:, : size[1] // 8, -size[0] // 6 :]
    assert (corner > 150).any()  # the logo is bright, and where it was put
