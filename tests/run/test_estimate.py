import time

import numpy as np
import pytest

from films import TINY, run
from manim_drumkit.run.estimate import Estimate, Stretch, quietest_and_loudest
from plans import PLAN
from sounds import sine, write_sound, write_stems

SCENE = """
import time
from manim import *
from manim_drumkit import DrumScene
class Video(DrumScene):
    def build(self):
        FAULT
    def draw(self, levels, seconds):
        time.sleep(0.02 + 0.1 * float(levels[0]))
"""


@pytest.fixture
def project(tmp_path):
    loud_at_the_end = sine(8) * (np.arange(8 * 48000) > 6 * 48000)
    write_sound(tmp_path / "stems" / "Kick.wav", loud_at_the_end)
    (tmp_path / "own.py").write_text(SCENE.replace("FAULT", "pass"))
    return tmp_path


def split(project, *options):
    return run(
        *("drumkit-split", "stems", "--scene", "own.py:Video", "--fps", "10", *options),
        *("--", *TINY),
        cwd=project,
        check=False,
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_estimate_comes_near_the_run_and_leaves_nothing(project, jobs):
    done = split(project, "--jobs", jobs, "--estimate", "--cores", "8", "--price", "3600")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in project.iterdir()} == {"stems", "own.py"}
    rows = [line.split() for line in done.stdout.splitlines()]
    here, there = (float(row[-1]) for row in rows[-2:])  # at one per second
    assert f"on this machine, {jobs} at a time" in done.stdout
    split(project, "--jobs", jobs)
    start = time.monotonic()
    run("./tmp/run_all.sh", cwd=project)
    taken = time.monotonic() - start
    assert 0.5 * taken < here < 2 * taken
    assert there < here


def test_the_quietest_and_the_loudest_stretch_are_found_and_do_not_overlap():
    loudness = np.concatenate([np.full(50, 0.5), np.zeros(10), np.full(10, 1.0), np.full(30, 0.6)])
    assert quietest_and_loudest(loudness, 10) == (50, 60)
    assert quietest_and_loudest(np.full(10, 0.3), 5) == (0, 5)
    assert quietest_and_loudest(np.array([0.3]), 1) == (0, 0)


def test_a_film_of_mean_level_costs_between_its_stretches_and_more_cores_take_less():
    quiet, loud = Stretch(0.0, 1.5, 0.02), Stretch(0.8, 1.5, 0.06)
    found = Estimate(PLAN, 2, 0.4, quiet, loud)
    assert found.frame_seconds == pytest.approx(0.04)
    times = [found.seconds(jobs) for jobs in (1, 2, 8)]
    assert times == sorted(times, reverse=True)


def test_a_scene_that_cannot_be_drawn_says_why(project):
    (project / "own.py").write_text(SCENE.replace("FAULT", "raise RuntimeError('cursed')"))
    done = split(project, "--estimate")
    assert done.returncode == 1
    assert "RuntimeError: cursed" in done.stderr
    assert "the scene cannot be drawn" in done.stderr


def test_a_film_of_one_frame_is_estimated(tmp_path):
    write_stems(tmp_path / "stems", 0.05)
    (tmp_path / "own.py").write_text(SCENE.replace("FAULT", "pass"))
    assert "Frames: 1." in split(tmp_path, "--estimate").stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--cores", "8"), "pass --estimate"),
        (("--price", "2"), "pass --estimate"),
        (("--estimate", "--csv", "levels.csv"), "--estimate writes nothing"),
        (("--estimate", "--dry-run"), "--estimate writes nothing"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(project, options, words):
    done = split(project, *options)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_still_picture_is_not_taken_for_a_slow_one(project):
    (project / "own.py").write_text(
        "import numpy as np\nfrom manim import *\n"
        "class Video(Scene):\n"
        "    def construct(self):\n"
        "        self.wait((len(np.load(config.chunk_file)) + 0.5) / config.frame_rate)\n"
    )
    done = split(project, "--estimate", "--price", "3600")
    assert float(done.stdout.splitlines()[-1].split()[-1]) < 10
