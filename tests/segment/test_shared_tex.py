"""TeX is compiled once per run; small programs stand for latex and dvisvgm, which are large."""

import os
from subprocess import DEVNULL, Popen

import numpy as np
import pytest

from manim_drumkit.workspace.protocol import COMMAND_VARIABLE, manim_command
from programs import TINY

pytestmark = pytest.mark.film

LATEX = """#!/bin/sh
for word; do case $word in -output-directory=*) folder=${word#*=} ;; *.tex) tex=$word ;; esac; done
echo "$(basename "$tex")" >>"$COMPILED"
sleep 0.5
touch "$folder/$(basename "$tex" .tex).dvi"
"""
DVISVGM = """#!/bin/sh
for word; do case $word in --output=*) svg=${word#*=} ;; esac; done
echo '<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0L9 0L9 9Z"/></g></svg>' >"$svg"
"""
SCENE = """
from manim import *
from manim_drumkit import DrumScene
class Video(DrumScene):
    def build(self):
        self.add(MathTex("a^2"), MathTex("b^2"))
"""


@pytest.fixture
def folder(tmp_path):
    for name, code in {"latex": LATEX, "dvisvgm": DVISVGM}.items():
        (tmp_path / name).write_text(code)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "own.py").write_text(SCENE)
    for number in range(4):
        np.save(tmp_path / f"{number}.npy", np.zeros((1, 1), np.float32))
    return tmp_path


def start(folder, *numbers, **env):
    chunks = [f"--chunk-file={number}.npy" for number in numbers]
    command = manim_command("own.py", "Video", [*TINY, *chunks, "--segment-dir", "media/{}"])
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "COMPILED": str(folder / "compiled"), **env}
    return Popen(command, cwd=folder, env=env, stdout=DEVNULL, stderr=DEVNULL)


def test_two_processes_of_a_run_compile_each_formula_once(folder):
    both = [start(folder, *numbers, **{COMMAND_VARIABLE: "run"}) for numbers in ((0, 1), (2, 3))]
    assert [process.wait() for process in both] == [0, 0]
    compiled = (folder / "compiled").read_text().split()
    assert len(compiled) == len(set(compiled)) == 2
    assert len(list((folder / "media").glob("*/receipt.json"))) == 4
    names = {path.suffix for path in (folder / "media" / "tex").iterdir() if path.suffix}
    assert names == {".svg"}


def test_outside_a_run_nothing_is_shared(folder):
    assert start(folder, 0).wait() == 0
    assert {path.name for path in (folder / "media").iterdir()} == {"0"}
