import os
from pathlib import Path

import numpy as np
import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.levels.peaks import find_peaks
from manim_drumkit.split.helper import Helper
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.settings import SplitSettings
from programs import PYRAMIDS
from sounds import write_stems

ONSET = np.abs(np.sin(np.arange(3000) ** 1.5)).astype(np.float32)


@pytest.fixture
def inputs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 1)
    return check_inputs(Path("stems"), SplitSettings(scene=f"{PYRAMIDS}:Video"))


def test_a_helper_finds_the_same_peaks(inputs):
    with Helper() as helper:
        helper.settings(inputs)
        for onset in (ONSET, ONSET[:1], ONSET[:0]):
            np.testing.assert_array_equal(helper.find_peaks(onset), find_peaks(onset))
    assert len(find_peaks(ONSET))


def test_peaks_are_found_without_the_helper_when_it_is_gone(inputs):
    with Helper() as helper:
        helper.settings(inputs)
        helper._process.kill()
        np.testing.assert_array_equal(helper.find_peaks(ONSET), find_peaks(ONSET))


def test_a_helper_that_dies_is_told_with_its_last_words(inputs, monkeypatch):
    site = Path("site")
    site.mkdir()
    (site / "sitecustomize.py").write_text("import os; os.write(2, b'no memory'); os._exit(1)")
    monkeypatch.setenv("PYTHONPATH", str(site.absolute()))
    with Helper() as helper, pytest.raises(PlanError, match="for the film: no memory"):
        helper.settings(inputs)


def test_a_helper_that_is_not_asked_ends_at_once(tmp_path):
    with Helper() as helper:
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(helper._process.pid, 0)


def test_a_configuration_that_manim_cannot_use_is_named(inputs):
    Path("manim.cfg").write_text("[CLI")
    with Helper() as helper, pytest.raises(PlanError, match=r"manim\.cfg .* be used"):
        helper.settings(inputs)
