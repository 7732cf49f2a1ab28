"""The recipes: every command line of drumkit-split and every listing in them runs."""

import re
import shlex
import tomllib

import numpy as np
import pytest
from PIL import Image

from films import split
from manim_drumkit.workspace.plan import Plan
from programs import ROOT, TINY, run
from sounds import sine, write_sound, write_stems

RECIPES = (ROOT / "docs" / "recipes.md").read_text()
COMMANDS = dict.fromkeys(re.findall(r"^\$ drumkit-split (.*)$", RECIPES, re.M))
RENDERING = ("--preview", "--still", "--estimate")
CONFIGS = {"drums": 0, "session": 1, "take": 2, "band": 3}
"""Which of the TOML listings is which file."""
LISTINGS = {
    re.search(r"class (\w+)|use_chunk", text)[0]: text
    for text in re.findall(r"```python\n(.*?)```", RECIPES, re.S)
}


def commands(*, rendering):
    """Return the command lines that render something, or the others."""
    marks = [pytest.mark.film] if rendering else []
    chosen = [each for each in COMMANDS if any(look in each for look in RENDERING) == rendering]
    return [pytest.param(each, marks=marks, id=each[:60]) for each in chosen]


@pytest.fixture
def project(tmp_path):
    """Make all that the recipes name: stems, a song, a poly file, settings, a scene, a logo."""
    write_stems(tmp_path / "stems", 10, names=("Kick", "Snare", "OH_L", "OH_R"))
    write_stems(tmp_path / "session", 0.2, names=[f"Stem {i}" for i in range(38)])
    write_stems(tmp_path / "session", 0.2, names=["Click track", "Lead Vox"])
    separated = tmp_path / "separated" / "htdemucs" / "song"
    write_stems(separated, names=("drums", "bass", "other", "vocals"))
    stereo = np.stack([sine(1), 0.5 * sine(1, hz=200)], axis=1)
    write_sound(tmp_path / "song.mp3", stereo, format="WAV")  # its content decides, not its ending
    write_sound(tmp_path / "take.wav", np.stack([sine(1, hz=90 * i) for i in (1, 2, 3, 4)], axis=1))
    for name, number in CONFIGS.items():
        text = re.findall(r"```toml\n(.*?)```", RECIPES, re.S)[number]
        (tmp_path / f"{name}.toml").write_text(text)
    (tmp_path / "branded.py").write_text(LISTINGS["class Branded"])
    Image.new("RGB", (40, 20), (255, 0, 0)).save(tmp_path / "logo.png")
    return tmp_path


@pytest.mark.parametrize("command", [*commands(rendering=False), *commands(rendering=True)])
def test_every_command_line_runs(project, command):
    split(project, *shlex.split(command.partition("&&")[0]), "--fps", "10", "--", *TINY)


@pytest.mark.film
def test_the_logo_is_in_the_corner(project):
    options = ("--scene", "branded.py", "--fps", "10", "--quality", "l", "--still", "0.5")
    split(project, "stems", *options)
    picture = np.array(Image.open(project / "tmp" / "still-0.500.png").convert("RGB"))
    corner = picture[-120:, -200:]
    assert (corner[..., 0] > corner[..., 1] + 150).sum() > 1000


@pytest.mark.film
def test_a_notebook_draws_a_chunk(project):
    tutorial = (ROOT / "docs" / "tutorial.md").read_text()
    (project / "bounce.py").write_text(re.findall(r"```python\n(.*?)```", tutorial, re.S)[0])
    split(project, "stems", "--scene", "bounce.py", "--fps", "10")
    (project / "cell.py").write_text(LISTINGS["use_chunk"])
    run("python", "cell.py", cwd=project)
    assert list(project.rglob("Bounce.mp4"))


@pytest.mark.film
def test_an_overlay_is_a_film_with_alpha(project):
    (command,) = (each for each in COMMANDS if "--transparent" in each)
    split(project, *shlex.split(command.partition("&&")[0]), "--fps", "10", "--", *TINY)
    run("./tmp/run_all.sh", cwd=project)
    probe = ("ffprobe", "-v", "error", "-show_entries", "stream=pix_fmt", "-of", "csv=p=0")
    assert run(*probe, "tmp/Video.mov", cwd=project).stdout.strip().startswith("yuva444p")


def test_every_set_of_levels_is_accepted(project):
    table = RECIPES.partition("## Lively and calm levels")[2].partition("##")[0]
    sets = re.findall(r"`(--[^`]+)`", table)
    assert len(sets) >= 6
    for options in sets:
        split(project, "stems", *options.split(), "--dry-run")


def test_an_upright_film_has_the_size_that_is_named(project):
    split(project, "stems", "--aspect", "9:16", "--scene", "mixer", "--end", "1")
    plan = Plan.load(project / "tmp" / "plan.json")
    assert "1080,1920" in plan.manim_options


def test_all_toml_listings_are_toml():
    for text in re.findall(r"```toml\n(.*?)```", RECIPES, re.S):
        assert tomllib.loads(text)


def test_a_poly_file_without_the_mix_keeps_the_other_channels(project):
    done = split(project, "take.wav", "--split-channels", "--config", "take.toml")
    assert "take 3" in done.stdout
    assert "take 1" not in done.stdout
