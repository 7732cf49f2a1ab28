import re
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ChunkError, PlanError
from manim_drumkit.workspace.chunk import Chunk, levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from plans import PLAN, plan_with

LEVELS = np.random.default_rng(5).random((12, 3)).astype(np.float32)


def write_planned(folder, levels=LEVELS, **changes):
    first = np.zeros((30, 3), np.float32)
    places = (ChunkPlace(0, 30, levels_digest(first)), ChunkPlace(30, 12, levels_digest(LEVELS)))
    plan_with(chunks=places, **changes).save(folder / "plan.json")
    np.save(folder / "0.npy", first)
    np.save(folder / "1.npy", levels)
    return folder / "1.npy"


def test_a_chunk_knows_its_place_in_the_film(tmp_path):
    last = Chunk.load(write_planned(tmp_path))
    first = Chunk.load(tmp_path / "0.npy")
    np.testing.assert_array_equal(last.levels, LEVELS)
    film = PLAN.film
    assert (last.stems, last.labels, last.colors) == (film.stems, film.labels, film.colors)
    assert last.kinds == film.kinds == ("kick", "percussion", "other")
    assert last.fps == Fraction(30000, 1001)
    assert (last.start_frame, last.frame_count, last.total_frames) == (30, 12, 42)
    assert (first.first, first.last, last.first, last.last) == (True, False, False, True)


def test_levels_without_a_plan_are_a_film_of_their_own(tmp_path):
    np.save(tmp_path / "mine.npy", LEVELS)
    chunk = Chunk.load(tmp_path / "mine.npy", fps=Fraction(24))
    assert (chunk.stems, chunk.fps, chunk.total_frames) == (("1", "2", "3"), 24, 12)
    assert (chunk.labels, chunk.colors[0]) == (chunk.stems, "#FC6255")
    assert chunk.kinds == ("other",) * 3
    assert chunk.first
    assert chunk.last


def test_the_digest_changes_with_all_that_a_scene_can_see(tmp_path):
    chunk = Chunk.load(write_planned(tmp_path))
    films = [
        replace(chunk.film, stems=("A", "B", "C")),
        replace(chunk.film, labels=("A", "B", "C")),
        replace(chunk.film, kinds=("other",) * 3),
        replace(chunk.film, colors=("#000000",) * 3),
        replace(chunk.film, fps=Fraction(24)),
        replace(chunk.film, total_frames=43),
        replace(chunk.film, intro_seconds=0.0),
    ]
    changed = [
        *(replace(chunk, film=film) for film in films),
        replace(chunk, start_frame=31),
        replace(chunk, levels=LEVELS[::-1].copy()),
    ]
    assert len({chunk.digest, *(other.digest for other in changed)}) == 10


def save_pickled(path):
    np.save(path, np.array([[{}]], dtype=object), allow_pickle=True)


def save_archive(path):
    np.savez(path.with_suffix(".npz"), LEVELS)
    path.with_suffix(".npz").rename(path)


def save_huge(path):
    """Promise more numbers than any machine holds."""
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (3_000_000_000_000, 7)}
        np.lib.format.write_array_header_1_0(file, header)


@given(at=st.integers(0, 127), value=st.integers(0, 255))
def test_a_chunk_with_a_changed_header_is_a_chunk_or_a_named_error(tmp_path_factory, at, value):
    path = tmp_path_factory.getbasetemp() / "fuzzed.npy"
    np.save(path, LEVELS)
    content = bytearray(path.read_bytes())
    content[at] = value
    path.write_bytes(content)
    with suppress(ChunkError):
        Chunk.load(path)


@pytest.mark.parametrize(
    ("save", "reason"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_bytes(b""), "not a file of levels"),
        (lambda path: path.write_text("no array"), "not a file of levels"),
        (lambda path: path.mkdir(), "not a file of levels"),
        (save_pickled, "not a file of levels"),
        (save_archive, "not a file of levels"),
        (lambda path: path.write_bytes(b"PK\3\4garbage"), "not a file of levels"),
        (save_huge, "not a file of levels"),
        (lambda path: np.save(path, LEVELS[0]), "shape"),
        (lambda path: np.save(path, LEVELS[:0]), "shape"),
        (lambda path: np.save(path, LEVELS.astype(np.float64)), "float64"),
        (lambda path: np.save(path, LEVELS * np.float32(np.nan)), "not finite"),
        (lambda path: np.save(path, LEVELS + np.float32(1)), "from"),
    ],
)
def test_a_file_that_is_no_chunk_is_refused_by_name(tmp_path, save, reason):
    path = tmp_path / "3.npy"
    save(path)
    with pytest.raises(ChunkError, match=f"{re.escape(str(path))}.*{reason}.*drumkit-split"):
        Chunk.load(path)


def test_a_cut_off_chunk_is_refused(tmp_path):
    path = write_planned(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ChunkError, match="not a file of levels"):
        Chunk.load(path)


def test_a_chunk_that_is_not_the_plans_is_refused(tmp_path):
    with pytest.raises(ChunkError, match=r"1\.npy is not the chunk.*drumkit-split again"):
        Chunk.load(write_planned(tmp_path, levels=LEVELS[::-1]))
    with pytest.raises(ChunkError, match=r"1\.npy is not the chunk"):
        Chunk.load(write_planned(tmp_path, levels=LEVELS[:-1]))
    with pytest.raises(ChunkError, match=r"1\.npy is not the chunk"):
        two = {"stems": ("a", "b"), "labels": ("a", "b"), "colors": ("#FFFFFF",) * 2}
        Chunk.load(write_planned(tmp_path, **two))


def test_a_chunk_beside_a_damaged_plan_is_refused(tmp_path):
    path = write_planned(tmp_path)
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(PlanError, match=r"plan\.json"):
        Chunk.load(path)
