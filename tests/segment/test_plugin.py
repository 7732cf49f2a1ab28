import importlib.util
import json
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from films import frame_times, pictures
from manim_drumkit.atomic import sha256
from programs import PYRAMIDS, TINY, manim, run

pytestmark = pytest.mark.film

LEVELS = np.linspace(0, 1, 18, dtype=np.float32).reshape(9, 2)

SCENES = """
import numpy as np
from manim import *
from manim_drumkit import DrumMixin, DrumScene, current_chunk

class Stock(Scene):  # knows nothing of the package
    def construct(self):
        dot = Dot()
        for level in np.load(config.chunk_file)[:, 0]:
            self.play(dot.animate.set_x(level), run_time=0.5 / config.frame_rate)

class Video(DrumScene):
    def build(self):
        self.dot = Dot()
        self.add(self.dot)
    def draw(self, levels, time):
        self.dot.move_to([levels[0], levels[1], 0])

class Flat(DrumMixin, MovingCameraScene):
    def build(self):
        self.camera.frame.scale(0.5)
        self.add(Square())
    def draw(self, levels, time):
        print("drawing", self.chunk.start_frame, len(levels), f"{time:.3f}")

class Reads(Scene):
    def construct(self):
        chunk = current_chunk()
        print("levels", chunk.levels.shape, np.load(config.chunk_file).shape)
        self.wait(1 / config.frame_rate)

class Short(DrumScene):
    def construct(self):
        self.wait(3.5 / config.frame_rate, frozen_frame=False)
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "my.py").write_text(SCENES)
    np.save(tmp_path / "a.npy", LEVELS)
    return tmp_path


def receipt(folder):
    return json.loads((folder / "receipt.json").read_text())


def test_help_shows_the_options_in_a_section_of_their_own(tmp_path):
    text = run(sys.executable, "-m", "manim", "render", "--help", cwd=tmp_path).stdout
    section = text[text.index("Drumkit options:") :]
    assert "--chunk-file FILE" in section
    assert "--segment-dir DIR" in section


def test_a_stock_scene_reads_its_chunk_and_many_plays_make_one_segment(project):
    manim("my.py", "Stock", "--chunk-file", "a.npy", "--segment-dir", "seg", "-ql", cwd=project)
    assert frame_times(project / "seg" / "Stock.mp4") == [Fraction(k, 15) for k in range(9)]
    assert receipt(project / "seg")["video"]["frames"] == 9
    assert not (project / "media").exists()


def test_a_drum_scene_draws_a_frame_for_each_row_of_levels(project):
    manim("my.py", "Video", "--chunk-file", "a.npy", "--segment-dir", "seg", cwd=project)
    frames = pictures(project / "seg" / "Video.mp4")
    assert len(frames) == 9
    assert all((a != b).any() for a, b in pairwise(frames))


def test_the_mixin_works_with_other_scene_classes(project):
    done = manim("my.py", "Flat", "--chunk-file", "a.npy", "-ql", cwd=project)
    drawn = [line for line in done.stdout.splitlines() if line.startswith("drawing")]
    assert drawn == [f"drawing 0 2 {k / 15:.3f}" for k in range(9)]


def test_a_segment_counts_only_with_its_receipt_which_names_its_sources(project):
    folder = project / "seg"
    folder.mkdir()
    (folder / "receipt.json").write_text("{}")
    done = manim(
        "my.py", "Short", "--chunk-file", "a.npy", "--segment-dir", "seg", cwd=project, check=False
    )
    assert done.returncode == 1
    assert "Short played 4 frames, its chunk has 9" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (folder / "receipt.json").exists()

    manim("my.py", "Video", "--chunk-file", "a.npy", "--segment-dir", "seg", cwd=project)
    made_from = receipt(folder)["made_from"]
    assert made_from["scene"] == "Video"
    assert made_from["settings"]["pixel_width"] == "160"
    assert {"manim", "manim-drumkit"} <= made_from["versions"].keys()


def test_it_works_with_a_config_file_and_without_the_word_render(project):
    (project / "my.cfg").write_text("[CLI]\nvideo_dir = elsewhere\nframe_rate = 12\n")
    run(
        *(sys.executable, "-m", "manim", "my.py", "Video", "-c", "my.cfg", *TINY, "--silent"),
        *("--chunk-file", "a.npy", "--segment-dir", "seg", "--progress_bar", "none"),
        cwd=project,
    )
    assert frame_times(project / "seg" / "Video.mp4") == [Fraction(k, 12) for k in range(9)]
    assert not (project / "seg" / "partial").exists()
    assert not (project / "elsewhere").exists()


def test_it_works_with_opengl(project):
    chunk = ("--chunk-file", "a.npy", "--segment-dir", "seg")
    manim(PYRAMIDS, "Video", *chunk, "-ql", "--renderer=opengl", cwd=project)
    frames = pictures(project / "seg" / "Video.mp4")
    assert len(frames) == 9
    assert (frames[0] != frames[-1]).any()


def test_several_scenes_read_the_same_chunk(project):
    done = manim("my.py", "Reads", "Flat", "--chunk-file", "a.npy", "-ql", cwd=project)
    assert "levels (9, 2) (9, 2)" in done.stdout
    assert "drawing 0 2 0.533" in done.stdout


@pytest.mark.parametrize("scenes", [("Video", "Flat"), ("-a",)])
def test_several_scenes_for_one_segment_are_wrong_usage(project, scenes):
    chunk = ("--chunk-file", "a.npy", "--segment-dir", "seg")
    done = manim("my.py", *scenes, *chunk, cwd=project, check=False)
    assert done.returncode == 2
    assert "--segment-dir is for one scene" in done.stderr
    assert not (project / "seg").exists()


@pytest.mark.parametrize("option", ["-s", "--dry_run"])
def test_a_segment_without_a_video_is_an_error(project, option):
    chunk = ("--chunk-file", "a.npy", "--segment-dir", "seg")
    done = manim("my.py", "Video", *chunk, option, cwd=project, check=False)
    assert done.returncode == 1
    assert f"Video wrote no video into {project / 'seg'}" in done.stderr
    assert not (project / "seg" / "receipt.json").exists()


def test_a_chunk_that_cannot_be_used_is_one_line(project):
    (project / "text.npy").write_text("no array")
    for name in ("missing.npy", "text.npy"):
        done = manim("my.py", "Video", "--chunk-file", name, cwd=project, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert len(done.stderr.splitlines()) == 1
        assert name in done.stderr


def test_a_drum_scene_without_a_chunk_says_what_to_do(project):
    done = manim("my.py", "Video", cwd=project, check=False)
    assert done.returncode == 1
    assert "--chunk-file tmp/0.npy" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_frame_rate_other_than_the_plans_is_wrong_usage(project):
    run("drumkit-stems", "stems", "--seconds", "1", cwd=project)
    run("drumkit-split", "stems", "--fps", "15", cwd=project)
    chunk = ("--chunk-file", "tmp/0.npy")
    done = manim("my.py", "Video", *chunk, "--fps", "30", cwd=project, check=False)
    assert done.returncode == 2
    assert "--fps 30 contradicts the plan.json beside 0.npy, which is for 15 fps" in done.stderr
    manim("my.py", "Video", *chunk, "--segment-dir", "seg", "-qh", cwd=project)
    assert receipt(project / "seg")["made_from"]["settings"]["frame_rate"] == "15.0"


def test_manim_is_as_before_without_the_options(project):
    (project / "plain.py").write_text(
        "from manim import *\n"
        "class Plain(Scene):\n"
        "    def construct(self):\n"
        "        assert config.chunk_file is None\n"
        "        self.wait(2)\n"
    )
    manim("plain.py", "Plain", "-ql", cwd=project)
    assert (project / "media" / "videos" / "plain" / "90p15" / "Plain.mp4").exists()


def test_one_call_leaves_nothing_to_the_next_in_the_same_process(project):
    code = (
        "from manim import config\n"
        "from manim.__main__ import main\n"
        "more = '-r 160,90 -ql --silent --progress_bar none'.split()\n"
        "ours = '--chunk-file a.npy --segment-dir seg'.split()\n"
        "main(['render', 'my.py', 'Video', *ours, *more], standalone_mode=False)\n"
        "main(['render', 'my.py', 'Flat', '--chunk-file', 'a.npy', *more], standalone_mode=False)\n"
        "try:\n"
        "    main(['render', 'my.py', 'Stock', *more], standalone_mode=False)\n"
        "except SystemExit:\n"
        "    assert config.chunk_file is None\n"
    )
    done = run(sys.executable, "-c", code, cwd=project)
    assert {p.name for p in (project / "seg").glob("*.mp4")} == {"Video.mp4"}
    assert (project / "media" / "videos" / "my" / "90p15" / "Flat.mp4").exists()
    assert "not NoneType" in done.stderr  # Stock has no chunk to load


def test_it_works_in_a_notebook(project):
    code = (
        "from IPython.testing.globalipapp import start_ipython\n"
        "shell = start_ipython()\n"
        "shell.run_cell('from manim import *')\n"
        f"shell.run_cell({SCENES!r})\n"
        "line = '-ql -r 160,90 --progress_bar none --chunk-file a.npy --segment-dir seg Video'\n"
        "shell.run_cell_magic('manim', line, 'pass')\n"
    )
    run(sys.executable, "-c", code, cwd=project)
    assert receipt(project / "seg")["video"]["frames"] == 9


def test_a_plugin_that_does_not_fit_this_manim_warns_and_breaks_nothing(project):
    code = (
        "import sys, types, importlib\n"
        "import manim.scene.scene as scene\n"
        "from manim.cli.render.commands import render\n"
        "names = ('chunk_file', 'segment_dir')\n"
        "render.params[:] = [p for p in render.params if p.name not in names]\n"
        "before = len(render.params), len(render.option_groups)\n"
        "kept, scene_class = scene.Scene.render, scene.Scene\n"
        "del scene_class.render\n"
        "import manim_drumkit.plugin\n"
        "importlib.reload(manim_drumkit.plugin)\n"
        "assert (len(render.params), len(render.option_groups)) == before\n"
    )
    done = run(sys.executable, "-c", code, cwd=project)
    assert done.stderr.count("RuntimeWarning: manim-drumkit could not add its options") == 1


def files_of_manim():
    """Give the checksums of manim's files, without the compiled ones, which Python may write."""
    (folder,) = importlib.util.find_spec("manim").submodule_search_locations
    files = (path for path in Path(folder).rglob("*") if path.is_file())
    return {path: sha256(path) for path in files if path.suffix != ".pyc"}


def test_manims_files_are_not_touched(project):
    before = files_of_manim()
    assert len(before) > 100
    manim("my.py", "Video", "--chunk-file", "a.npy", "--segment-dir", "seg", cwd=project)
    assert files_of_manim() == before
