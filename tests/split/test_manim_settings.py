from pathlib import Path

import pytest

from manim_drumkit.split.helper import Helper
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.manim_settings import manim_settings
from manim_drumkit.split.settings import SplitSettings
from programs import PYRAMIDS
from sounds import write_stems


@pytest.fixture
def inputs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 1)
    settings = SplitSettings(scene=f"{PYRAMIDS}:Video", manim_options=("--seed", "7"))
    return check_inputs(Path("stems"), settings)


def test_a_helper_gives_the_settings_that_manim_has_here(inputs):
    with Helper() as helper:
        found = helper.settings(inputs)
    assert found == manim_settings(inputs)
    assert found["seed"] == "7"
