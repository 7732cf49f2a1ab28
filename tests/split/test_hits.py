"""Hits of the film that ``drumkit-split`` lays out."""

import csv
from pathlib import Path

import numpy as np
import pytest

from manim_drumkit.workspace.film_levels import HIT
from manim_drumkit.workspace.layout import HITS_NAME
from sounds import RATE, write_sound
from splits import split


@pytest.fixture
def stems(tmp_path, monkeypatch):
    """Write two drums that are struck in turn, twice a second, for four seconds."""
    monkeypatch.chdir(tmp_path)
    for name, hz, first in (("Kick", 90, 0.1), ("Snare", 400, 0.35)):
        sound, time = np.zeros(4 * RATE), np.arange(RATE // 4) / RATE
        stroke = np.sin(2 * np.pi * hz * time) * np.exp(-time / 0.03)
        for start in np.arange(first, 4 - 0.25, 0.5):
            sound[round(start * RATE) :][: len(stroke)] += 0.5 * stroke
        write_sound(tmp_path / "stems" / f"{name}.wav", sound)
    return Path("stems")


def test_hits_of_an_excerpt_count_from_its_first_frame(stems):
    split(stems, "--start", "1", "--end", "2.2", "--csv", "levels.csv")
    hits = np.load(Path("tmp") / HITS_NAME)
    assert hits.dtype == HIT
    assert hits["stem"].tolist() == [0, 1, 0, 1, 0]
    np.testing.assert_allclose(hits["time"], [0.1, 0.35, 0.6, 0.85, 1.1], atol=0.005)
    with Path("levels.hits.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["stem"] for row in rows] == ["Kick", "Snare", "Kick", "Snare", "Kick"]
    np.testing.assert_allclose([float(row["seconds"]) for row in rows], hits["time"], atol=1e-6)
    assert [int(row["frame"]) for row in rows] == [int(60 * hit["time"]) for hit in hits]


def test_a_dry_run_writes_hits_only_with_csv(stems):
    split(stems, "--dry-run", "--csv", "levels.csv")
    assert len(Path("levels.hits.csv").read_text().splitlines()) == 1 + 15
    assert not (Path("tmp") / HITS_NAME).exists()
