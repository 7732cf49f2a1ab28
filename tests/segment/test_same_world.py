"""Every chunk begins in the same world, whatever the scene's file, manim.cfg or chance says."""

import sys

import numpy as np
import pytest

from films import pictures
from programs import LOSSLESS, manim, run
from sounds import sine, write_sound

pytestmark = pytest.mark.film

STARS = """
import random
from manim import *
from manim_drumkit import DrumScene

config.background_color = WHITE
config.pixel_width, config.pixel_height = 90, 160
config.frame_width, config.frame_height = 4.5, 8
config.output_file = "MyFilm"
config.preview = True
config.frame_rate = 7
SKY = [random.uniform(-2, 2) for _ in range(9)]

class Video(DrumScene):
    def build(self):
        print("world", config.seed, config.frame_rate, config.background_color, len(globals()))
        self.ball = Dot(radius=0.5, color=BLACK)
        for x in SKY:
            self.add(Dot([x, random.uniform(-3, 3), 0], color=RED))
            self.add(Dot([np.random.uniform(-2, 2), x, 0], color=BLUE))
        self.add(self.ball)
    def draw(self, levels, time):
        self.ball.move_to([0, 6 * levels[0] - 3, 0])
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "stars.py").write_text(STARS)
    for number in range(3):
        np.save(tmp_path / f"{number}.npy", np.full((2, 1), 0.2 + 0.3 * number, np.float32))
    return tmp_path


def render(folder, *numbers, options=(), place="seg/{}", scene="stars.py"):
    chunks = [f"--chunk-file={number}.npy" for number in numbers]
    command = (scene, "Video", *chunks, "--segment-dir", place, "--fps", "10", *LOSSLESS, *options)
    return manim(*command, cwd=folder)


def sky(path):
    """Return the picture without its moving dot, which is in the middle column."""
    picture = pictures(path)[0, :160].astype(int)
    picture[:, 30:60] = 0
    return picture


def test_a_scene_that_sets_everything_and_draws_by_chance_is_alike_in_every_chunk(folder):
    render(folder, 0, 1, 2)
    render(folder, 2, place="alone")
    first, second, third = (folder / f"seg/{n}/Video.mp4" for n in range(3))
    np.testing.assert_array_equal(sky(first), sky(second))
    np.testing.assert_array_equal(pictures(third), pictures(folder / "alone/Video.mp4"))
    assert (pictures(first) != pictures(second)).any()
    assert pictures(first).shape == (2, 240, 90)
    assert pictures(first)[0, 0, 0] > 200  # white


def test_another_seed_is_another_sky(folder):
    render(folder, 0)
    render(folder, 0, place="other", options=("--seed", "5"))
    assert (sky(folder / "seg/0/Video.mp4") != sky(folder / "other/Video.mp4")).any()


def test_a_manim_cfg_changes_neither_the_name_nor_the_number_of_videos(folder):
    (folder / "manim.cfg").write_text(
        "[CLI]\noutput_file = Other\npreview = True\nmedia_dir = away\nbackground_color = RED\n"
    )
    render(folder, 0, 1)
    assert {path.name for path in (folder / "seg/0").glob("*.mp4")} == {"Video.mp4"}
    assert not (folder / "away").exists()


PLAIN = """
from manim import *
from manim_drumkit import DrumScene
class Video(DrumScene):
    def build(self):
        self.ball = Dot(radius=0.5)
        self.add(self.ball)
    def draw(self, levels, time):
        self.ball.move_to([0, SPREAD * levels[0] - 3, 0])
"""


@pytest.mark.parametrize("change", ["another chunk", "an edited draw", "an edited constant"])
def test_manims_cache_gives_no_picture_of_something_else(folder, change):
    scene, options = folder / "plain.py", ("--fps", "10", *LOSSLESS)
    scene.write_text(PLAIN.replace("SPREAD", "6"))
    plain = ["manim", "render", "--silent", "-r", "160,90", "plain.py", "Video", *options]
    run(*plain, "--chunk-file", "0.npy", cwd=folder)
    (video,) = folder.glob("media/videos/plain/*/Video.mp4")
    before = pictures(video)
    number = 1 if change == "another chunk" else 0
    if change == "an edited draw":  # and of another length, lest Python take its .pyc
        scene.write_text(PLAIN.replace("SPREAD", "3.0"))
    if change == "an edited constant":
        scene.write_text(PLAIN.replace("SPREAD", "6").replace("radius=0.5", "radius=0.95"))
    run(*plain, "--chunk-file", f"{number}.npy", cwd=folder)
    assert (pictures(video) != before).any()


def test_only_what_manim_wrote_is_removed_from_a_folder_for_segments(folder):
    notes = folder / "seg" / "partial" / "notes.txt"
    notes.parent.mkdir(parents=True)
    notes.write_text("mine")
    render(folder, 0, place="seg")
    assert notes.read_text() == "mine"
    assert [path.name for path in notes.parent.iterdir()] == ["notes.txt"]
    render(folder, 1, place="other")
    assert not (folder / "other" / "partial").exists()


def test_a_chunk_is_drawn_in_python_too(folder):
    code = (
        "from manim import *\n"
        "from manim_drumkit import DrumScene, use_chunk\n"
        "config.media_dir, config.pixel_width, config.pixel_height = 'out', 160, 90\n"
        "class Video(DrumScene):\n"
        "    def build(self):\n"
        "        print('rows', self.chunk.frame_count, config.chunk_file.name, config.seed)\n"
        "before = dict(config)\n"
        "for number in (0, 1):\n"
        "    with use_chunk(f'{number}.npy') as chunk:\n"
        "        Video().render()\n"
        "assert config.chunk_file is None\n"
        "assert dict(config) == before\n"
    )
    done = run(sys.executable, "-c", code, cwd=folder)
    assert [line for line in done.stdout.splitlines() if line.startswith("rows")] == [
        "rows 2 0.npy 0",
        "rows 2 1.npy 0",
    ]


def test_every_manim_of_a_run_computes_with_one_thread(folder):
    from manim_drumkit.workspace.protocol import ONE_THREAD

    code = (
        "import os, numpy, scipy.linalg, manim\n"
        "numpy.ones((600, 600)) @ numpy.ones((600, 600))\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    if not (folder.parent / "/proc/self/task").exists():
        pytest.skip("this system does not list threads in /proc")
    done = run(sys.executable, "-c", code, cwd=folder, **ONE_THREAD)
    assert int(done.stdout) == 1


TIMED = """
from manim import *
from manim_drumkit import DrumMixin
class Video(DrumMixin, ThreeDScene):
    def build(self):
        self.add(Square().add_updater(lambda mobject, dt: mobject.rotate(dt)))
        SOUND
"""


def test_what_a_film_of_chunks_cannot_show_is_noted_with_the_way_that_works(folder):
    (folder / "timed.py").write_text(TIMED.replace("SOUND", "self.add_sound('click.wav')"))
    write_sound(folder / "click.wav", sine(0.1))
    noted = render(folder, 0, scene="timed.py").stderr
    assert "Note: Square has an updater that adds up dt" in noted
    assert "set it in draw() from its `time`" in noted
    assert "Note: the film leaves out what add_sound() plays; pass --audio" in noted


def test_an_ambient_camera_rotation_is_noted(folder):
    (folder / "timed.py").write_text(
        TIMED.replace("SOUND", "self.begin_ambient_camera_rotation()").replace(
            "self.add(Square().add_updater(lambda mobject, dt: mobject.rotate(dt)))", "pass"
        )
    )
    assert "ambient camera rotation" in render(folder, 0, scene="timed.py").stderr


def test_an_updater_of_the_scene_is_noted(folder):
    (folder / "timed.py").write_text(
        TIMED.replace("SOUND", "self.add_updater(lambda dt: None)").replace(
            "self.add(Square().add_updater(lambda mobject, dt: mobject.rotate(dt)))", "pass"
        )
    )
    noted = render(folder, 0, scene="timed.py").stderr
    assert "Note: Video has an updater that adds up dt" in noted


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("build", "self.play(Write(Text('Title')))"),
        ("build", "self.wait(1)"),
        ("draw", "self.play(self.ball.animate.shift(UP))"),
    ],
)
def test_a_title_that_is_played_is_refused_with_the_way_that_works(folder, method, code):
    place = "self.ball = Dot(radius=0.5)" if method == "build" else "self.ball.move_to("
    scene = PLAIN.replace("SPREAD", "6").replace(place, f"{code}\n        {place}")
    (folder / "title.py").write_text(scene)
    command = ("title.py", "Video", "--chunk-file=0.npy", "--segment-dir=seg")
    done = manim(*command, cwd=folder, check=False)
    assert done.returncode == 1
    assert f"{method}() plays or waits" in done.stdout + done.stderr
    assert "show, move or hide it in draw()" in " ".join((done.stdout + done.stderr).split())


FRAME = """
from manim import *
from manim_drumkit import DrumScene

AT_IMPORT = config.frame_height

class Video(DrumScene):
    def build(self):
        width, height = self.frame
        assert abs(height / width - config.pixel_height / config.pixel_width) < 1e-9
        assert (config.frame_width, config.frame_height) == (width, height) == self.frame
        assert AT_IMPORT == height or width == 5
        assert self.frame.upright == (config.pixel_height > config.pixel_width)
        self.edge = Square(0.4, color=WHITE, fill_opacity=1).to_edge(UP, buff=0)
        self.add(self.edge)
"""


@pytest.mark.parametrize("size", ["90,160", "160,90", "100,100"])
@pytest.mark.parametrize("sets", ["", "config.frame_width = 5"])
def test_the_edges_of_the_configuration_are_those_of_the_picture(folder, size, sets):
    (folder / "edges.py").write_text(FRAME + sets)
    render(folder, 0, 1, scene="edges.py", options=("-r", size))
    width, height = map(int, size.split(","))
    for number in range(2):
        luma = pictures(folder / f"seg/{number}/Video.mp4")[0, :height]
        assert luma[0, width // 2] > 200
        assert luma[-1, width // 2] < 50
