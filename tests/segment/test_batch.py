import json
import sys

import numpy as np
import pytest

from programs import PYRAMIDS, manim, run

pytestmark = pytest.mark.film

SCENE = """
from manim import *
from manim_drumkit import current_chunk
print("the scene is read")
class Video(Scene):
    def construct(self):
        level = current_chunk().levels[0, 0]
        print("drawing", level)
        if level == 0.5:
            raise ValueError("a fault")
        if level == 0.75:
            raise SystemExit(0)
        self.wait(current_chunk().frame_count / config.frame_rate, frozen_frame=False)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.py").write_text(SCENE)
    for number, level in enumerate((0.25, 0.5, 0.75, 1)):
        np.save(tmp_path / f"{number}.npy", np.full((2, 1), level, np.float32))
    (tmp_path / "logs").mkdir()
    return tmp_path


def chunks(*numbers):
    return [f"--chunk-file={number}.npy" for number in numbers]


def test_one_manim_draws_several_chunks_each_into_its_place(folder):
    places = ("--segment-dir", "media/{}", "--log-file", "logs/{}.log")
    done = manim("own.py", "Video", *chunks(0, 3), *places, cwd=folder)
    assert "drawing" not in done.stdout
    for number, level in ((0, 0.25), (3, 1.0)):
        receipt = json.loads((folder / f"media/{number}/receipt.json").read_text())
        assert receipt["video"]["frames"] == 2
        assert f"drawing {level}" in (folder / f"logs/{number}.log").read_text()


def test_a_chunk_drawn_after_others_is_the_same_as_one_drawn_alone(folder):
    manim("own.py", "Video", *chunks(0, 3), "--segment-dir", "turns/{}", cwd=folder)
    manim("own.py", "Video", *chunks(3), "--segment-dir", "alone", cwd=folder)
    turn, alone = (
        json.loads((folder / place / "receipt.json").read_text()) for place in ("turns/3", "alone")
    )
    assert turn == alone


def test_a_chunk_that_fails_does_not_keep_the_others_from_being_drawn(folder):
    places = ("--segment-dir", "media/{}", "--log-file", "logs/{}.log")
    done = manim("own.py", "Video", *chunks(0, 1, 2, 3), *places, cwd=folder, check=False)
    assert done.returncode == 1
    whole = [n for n in range(4) if (folder / f"media/{n}/receipt.json").exists()]
    assert whole == [0, 3]
    assert "a fault" in (folder / "logs/1.log").read_text()
    assert "a fault" not in (folder / "logs/3.log").read_text()


def test_what_a_scene_imports_from_beside_it_is_new_for_every_chunk(folder):
    (folder / "parts.py").write_text("count = [0]")
    (folder / "counting.py").write_text(
        "from manim import *\nfrom parts import count\n"
        "class Video(Scene):\n"
        "    def construct(self):\n"
        "        count[0] += 1\n"
        "        print('drawn', count[0])\n"
        "        self.wait(2 / config.frame_rate, frozen_frame=False)\n"
    )
    done = manim("counting.py", "Video", *chunks(0, 3), "--segment-dir", "media/{}", cwd=folder)
    assert done.stdout.count("drawn 1") == 2


def test_one_chunk_may_fill_in_a_pattern_too(folder):
    manim("own.py", "Video", *chunks(3), "--segment-dir", "media/{}", cwd=folder)
    assert (folder / "media/3/receipt.json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (chunks(0, 3), "several chunks need {} in --segment-dir"),
        ((*chunks(0, 3), "--segment-dir=media"), "several chunks need {} in --segment-dir"),
        (
            (*chunks(0, 3), "--segment-dir=media/{}", "--log-file=run.log"),
            "several chunks need {} in --log-file",
        ),
        ((*chunks(0, 0), "--segment-dir=media/{}"), "2 chunk files are called 0"),
        ((*chunks(0), "--log-file=nowhere/0.log"), "--log-file nowhere/0.log cannot be written"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_drawn(folder, options, message):
    done = manim(PYRAMIDS, "Video", *options, cwd=folder, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (folder / "media").exists()


def test_a_scene_finds_modules_of_the_folder_that_manim_runs_in(folder):
    (folder / "studio" / "scenes").mkdir(parents=True)
    (folder / "studio" / "colors.py").write_text("LEVEL = 1\n")
    scene = folder / "studio" / "scenes" / "x.py"
    scene.write_text("from studio.colors import LEVEL\n" + SCENE)
    command = (sys.executable, "-P", "-m", "manim", "render", "--silent", "-r", "160,90")
    places = ("--segment-dir", "media/{}")
    run(*command, scene, "Video", *chunks(0, 3), *places, cwd=folder)
    receipt = json.loads((folder / "media/3/receipt.json").read_text())
    assert set(receipt["made_from"]["modules"]) == {"../colors.py"}
