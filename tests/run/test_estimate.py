import time

import numpy as np
import pytest

from films import split
from manim_drumkit.run.estimate import Estimate, Stretch, quietest_and_loudest
from plans import PLAN
from programs import TINY, run
from sounds import sine, write_sound, write_stems

SCENE = """
import time
from manim import *
from manim_drumkit import DrumScene
class Video(DrumScene):
    def build(self):
        FAULT
    def draw(self, levels, seconds):
        time.sleep(0.01 + 0.05 * float(levels[0]))
"""

SPLIT = ("stems", "--scene", "own.py:Video", "--fps", "10")


@pytest.fixture
def project(tmp_path):
    loud_at_the_end = sine(8) * (np.arange(8 * 48000) > 6 * 48000)
    write_sound(tmp_path / "stems" / "Kick.wav", loud_at_the_end)
    (tmp_path / "own.py").write_text(SCENE.replace("FAULT", "pass"))
    return tmp_path


def estimate(project, *options, code=0):
    return split(project, *SPLIT, "--estimate", *options, "--", *TINY, code=code)


@pytest.mark.film
def test_an_estimate_comes_near_the_run_and_leaves_nothing(project):
    here = []
    for jobs in ("1", "2"):
        done = estimate(project, "--jobs", jobs, "--cores", "8", "--price", "3600")
        assert {path.name for path in project.iterdir()} == {"stems", "own.py"}
        assert f"on this machine, {jobs} at a time" in done.stdout
        mine, there = (float(line.split()[-1]) for line in done.stdout.splitlines()[-2:])
        assert there < mine  # at a price of one per second
        here.append(mine)
    split(project, *SPLIT, "--jobs", "2", "--", *TINY)
    start = time.monotonic()
    run("./tmp/run_all.sh", cwd=project)
    taken = time.monotonic() - start
    assert taken / 5 < min(here) <= max(here) < 5 * taken  # on a quiet machine within a third


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


@pytest.mark.film
def test_a_scene_that_cannot_be_drawn_says_why(project):
    (project / "own.py").write_text(SCENE.replace("FAULT", "raise RuntimeError('cursed')"))
    done = estimate(project, code=1)
    assert "RuntimeError: cursed" in done.stderr
    assert "the scene cannot be drawn" in done.stderr


@pytest.mark.film
def test_a_film_of_one_frame_is_estimated(tmp_path):
    write_stems(tmp_path / "stems", 0.05)
    (tmp_path / "own.py").write_text(SCENE.replace("FAULT", "pass"))
    assert "Frames: 1." in estimate(tmp_path).stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--cores", "8"), "need --estimate"),
        (("--price", "2"), "need --estimate"),
        (("--estimate", "--csv", "levels.csv"), "--estimate stands alone"),
        (("--estimate", "--dry-run"), "--estimate stands alone"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(project, options, words):
    done = split(project, *SPLIT, *options, code=2)
    assert words in done.stderr


@pytest.mark.film
def test_a_still_picture_is_not_taken_for_a_slow_one(project):
    (project / "own.py").write_text(
        "import numpy as np\nfrom manim import *\n"
        "class Video(Scene):\n"
        "    def construct(self):\n"
        "        self.wait((len(np.load(config.chunk_file)) + 0.5) / config.frame_rate)\n"
    )
    done = estimate(project, "--price", "3600")
    assert float(done.stdout.splitlines()[-1].split()[-1]) < 15  # on a quiet machine 3
