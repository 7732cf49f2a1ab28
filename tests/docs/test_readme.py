"""The README: its command lines run, and print what it says."""

import re
import shlex

import pytest

from films import split
from programs import ROOT, TINY, run
from sounds import sine, write_sound, write_stems

README = (ROOT / "README.md").read_text()
RENDERING = ("--preview", "--still", "--estimate")
COMMANDS = sorted(
    {
        text.partition("&&")[0].partition("  #")[0].strip()
        for text in re.findall(r"(?:`|^\$ )drumkit-split ([^`\n]+)", README, re.M)
    }
)
SCENE = re.findall(r"```python\n(.*?)```", README, re.S)[0].replace("class Bounce", "class MyScene")


def marked(command):
    renders = any(look in command for look in RENDERING)
    return pytest.param(command, marks=[pytest.mark.film] if renders else [], id=command)


@pytest.mark.parametrize("command", [marked(command) for command in COMMANDS])
def test_every_command_line_runs(tmp_path, command):
    write_stems(tmp_path / "stems")
    for name in ("mix.wav", "song.mp3", "take.wav"):
        write_sound(tmp_path / name, sine(1), format="WAV")
    (tmp_path / "drumkit.toml").write_text("[levels]\nrelease = 300\n")
    (tmp_path / "my_scene.py").write_text(SCENE)
    split(tmp_path, *shlex.split(command), "--fps", "10", "--", *TINY)


def test_it_prints_what_the_readme_says(tmp_path):
    (shown,) = re.findall(r"&& \./tmp/run_all\.sh\n(Stem .*?)Rendering", README, re.S)
    run("drumkit-stems", "stems/", cwd=tmp_path)
    printed = split(tmp_path, "stems/", "--jobs", "2").stdout.splitlines()
    assert [line for line in shown.splitlines() if line not in (*printed, "…")] == []
