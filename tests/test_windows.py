"""Windows, as far as taking away what it lacks can show it."""

import sys

import numpy as np
import pytest

from programs import run
from sounds import write_stems

WINDOWS = """
import os, signal, sys
sys.modules["fcntl"] = None
for name in ("SIGHUP", "SIGQUIT"):
    delattr(signal, name)
for name in ("O_NOFOLLOW", "O_NONBLOCK", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
"""
COMMAND = "from importlib import import_module\nimport_module(NAME).main(sys.argv[1:])"
SCENE = """
from manim import *
from manim_drumkit import *
from manim_drumkit import DrumScene
class Video(DrumScene):
    def build(self):
        self.ball = Ball()
        self.add(self.ball)
    def draw(self, levels, time):
        self.ball.move_to([levels[0], 0, 0])
"""
RENDER = """
from manim.__main__ import main
main("render own.py Video --chunk-file 0.npy --silent -r 160,90".split(), standalone_mode=False)
"""


@pytest.mark.parametrize(
    ("name", "words"), [("split_command", ("stems",)), ("status", ("tmp",)), ("stems", ("new",))]
)
def test_the_commands_say_in_one_sentence_what_they_need(tmp_path, name, words):
    write_stems(tmp_path / "stems", 0.2)
    code = WINDOWS + COMMAND.replace("NAME", f"'manim_drumkit.cli.{name}'")
    done = run(sys.executable, "-c", code, *words, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "need Linux, macOS or Windows' WSL" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"stems"}


@pytest.mark.film
def test_manim_renders_scenes_and_chunks_as_before(tmp_path):
    (tmp_path / "own.py").write_text(SCENE)
    np.save(tmp_path / "0.npy", np.zeros((3, 1), np.float32))
    run(sys.executable, "-c", WINDOWS + RENDER, cwd=tmp_path)
    assert list((tmp_path / "media").rglob("Video.mp4"))
