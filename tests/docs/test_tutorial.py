"""The tutorial: every listing draws, and what it calls wrong or right is so."""

import re

import numpy as np
import pytest
from PIL import Image

from films import pictures, render_film, split
from programs import ROOT, TINY
from sounds import write_stems

DOCS = ROOT / "docs"
TUTORIAL = (DOCS / "tutorial.md").read_text()
STEPS = re.split(r"^## \d+\. ", TUTORIAL, flags=re.M)[1:]
LISTINGS = re.findall(r"```python\n(.*?)```", TUTORIAL, re.S)
WRONG, RIGHT = (text for text in LISTINGS if "class Wrong" in text or "class Right" in text)


@pytest.fixture
def project(tmp_path):
    write_stems(tmp_path / "stems", 2, names=("Kick", "Snare", "H_Tom", "OH_L"))
    return tmp_path


def test_it_has_ten_steps_and_a_picture_in_each():
    assert len(STEPS) == 10
    assert all("![" in step for step in STEPS)


@pytest.mark.parametrize("path", sorted(DOCS.glob("tutorial-*.jpg")), ids=lambda path: path.stem)
def test_every_picture_is_used_small_and_not_wide(path):
    with Image.open(path) as picture:
        assert picture.width <= 800
    assert path.stat().st_size < 60_000
    assert f"]({path.name})" in TUTORIAL


@pytest.mark.film
@pytest.mark.parametrize("code", LISTINGS, ids=[str(i) for i in range(len(LISTINGS))])
def test_every_listing_draws(project, code):
    (project / "bounce.py").write_text(code)
    split(project, "stems", "--scene", "bounce.py", "--fps", "10", "--still", "1", "--", *TINY)
    still = np.array(Image.open(project / "tmp" / "still-1.000.png").convert("RGB"))
    assert (still.max(axis=2) > 60).sum() > 100


@pytest.mark.film
def test_options_and_upright_pictures_of_the_last_listing(project):
    (project / "bounce.py").write_text(LISTINGS[-1])
    chosen = ("--scene", "bounce.py", "--title", "One take", "--set", "turn=20", "--fps", "10")
    split(project, "stems", *chosen, "--aspect", "9:16", "--quality", "l", "--still", "1")
    still = Image.open(project / "tmp" / "still-1.000.png")
    assert still.height > still.width


@pytest.mark.film
@pytest.mark.parametrize("name", ["Wrong", "Right"])
def test_only_the_right_scene_is_the_same_however_the_film_is_cut(project, name):
    (project / "scene.py").write_text(WRONG if name == "Wrong" else RIGHT)
    options = ("--scene", "scene.py", "--fps", "10", "--chunk-seconds")
    whole, cut = (
        pictures(
            render_film(
                project, *options, seconds, manim_options=("--encoder-option", "crf=0")
            ).with_name(f"{name}.mp4")
        )
        for seconds in ("2", "0.5")
    )
    assert np.array_equal(whole, cut) == (name == "Right")
