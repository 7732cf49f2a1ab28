import os
from pathlib import Path

import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.manim_settings import SettingsProcess, manim_settings
from manim_drumkit.split.settings import SplitSettings
from programs import PYRAMIDS
from sounds import write_stems


@pytest.fixture
def inputs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 1)
    settings = SplitSettings(scene=f"{PYRAMIDS}:Video", manim_options=("--seed", "7"))
    return check_inputs(Path("stems"), settings)


def test_a_process_that_was_started_before_gives_the_settings_that_manim_has_here(inputs):
    with SettingsProcess() as process:
        found = process.ask(inputs)
    assert found == manim_settings(inputs)
    assert found["seed"] == "7"


def test_a_process_that_is_not_asked_ends_at_once(tmp_path):
    with SettingsProcess() as process:
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(process._process.pid, 0)


def test_a_configuration_that_manim_cannot_use_is_named(inputs):
    Path("manim.cfg").write_text("[CLI")
    with SettingsProcess() as process, pytest.raises(PlanError, match=r"manim\.cfg .* be used"):
        process.ask(inputs)
