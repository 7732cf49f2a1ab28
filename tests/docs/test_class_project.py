"""The page for those who come from the class project: both of its scenes make a film."""

import re

import pytest

from films import assert_exact, render_film
from programs import ROOT
from sounds import write_stems

PAGE = (ROOT / "docs" / "class-project.md").read_text()
LISTINGS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.mark.film
@pytest.mark.parametrize("code", LISTINGS, ids=["unchanged", "better"])
def test_both_scenes_make_an_exact_film(tmp_path, code):
    write_stems(tmp_path / "stems", 0.5)
    (tmp_path / "manim_music.py").write_text(code)
    scene = ("--scene", "manim_music.py:Pyramids", "--fps", "10", "--chunk-seconds", "0.2")
    render_film(tmp_path, *scene)
    assert_exact(tmp_path)
