import csv
from fractions import Fraction

import numpy as np
import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.levels.csv_file import write_csv, write_hits_csv
from manim_drumkit.workspace.film_levels import HIT


def written(path, levels, *, stems, fps=60):
    write_csv(path, np.asarray(levels, np.float32), stems=stems, fps=Fraction(fps))
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_every_frame_is_a_row_with_its_number_its_second_and_all_levels(tmp_path):
    rows = written(tmp_path / "a.csv", [[0, 1], [0.5, 0.25]], stems=("Kick", "Snare"), fps=10)
    assert rows == [
        ["frame", "seconds", "Kick", "Snare"],
        ["0", "0.000000", "0.000000", "1.000000"],
        ["1", "0.100000", "0.500000", "0.250000"],
    ]


def test_seconds_do_not_drift_at_a_rational_rate(tmp_path):
    frames, fps = 10_000, Fraction(30000, 1001)
    rows = written(tmp_path / "a.csv", np.zeros((frames, 1)), stems=("Kick",), fps=fps)
    assert float(rows[-1][1]) == pytest.approx(float((frames - 1) / fps), abs=5e-7)


def test_a_stem_of_any_name_is_one_column(tmp_path):
    stems = ('a,"b"', "two\nlines", "'; DROP TABLE", "Trängel 🥁", "")
    header, row = written(tmp_path / "a.csv", np.zeros((1, 5)), stems=stems)
    assert tuple(header[2:]) == stems
    assert len(row) == 7


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path):
    (tmp_path / "a.csv").mkdir()
    for path in (tmp_path / "a.csv", tmp_path / "nowhere" / "a.csv"):
        reason = r"a\.csv (cannot be written \(.+\)|is not a regular file); name another"
        with pytest.raises(PlanError, match=reason):
            write_csv(path, np.zeros((1, 1), np.float32), stems=("Kick",), fps=Fraction(60))
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_every_hit_is_a_row_beside_the_levels(tmp_path):
    hits = np.array([(0.25, 1, 0.5), (0.3, 0, 1), (0.3, 1, 0.125)], HIT)
    stems, fps = ('Kick "in"', "Snare"), Fraction(20)
    path = write_hits_csv(tmp_path / "a.csv", hits, stems=stems, fps=fps)
    assert path == tmp_path / "a.hits.csv"
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["frame", "seconds", "stem", "strength"],
            ["5", "0.250000", "Snare", "0.500000"],
            ["6", "0.300000", 'Kick "in"', "1.000000"],
            ["6", "0.300000", "Snare", "0.125000"],
        ]
