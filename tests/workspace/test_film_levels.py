from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ChunkError
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.film_levels import (
    BLOCK_FRAMES,
    HIT,
    FilmLevels,
    Hits,
    read_film_levels,
    write_music,
)
from plans import PLAN

FPS = Fraction(30000, 1001)
NONE = Hits(np.zeros(0), np.zeros(0, np.float32))


def some_levels(frames, stems=3):
    return np.random.default_rng(1).random((frames, stems), np.float32)


def saved(folder, levels, hits, borders):
    music = write_music(folder, levels, hits, borders)
    film = replace(PLAN.film, total_frames=len(levels))
    plan = replace(PLAN, film=film, **music._asdict())
    plan.save(folder / "plan.json")
    return plan


@given(st.integers(0, 3 * BLOCK_FRAMES - 1))
def test_the_sum_is_that_of_all_levels_so_far(frame):
    levels = some_levels(3 * BLOCK_FRAMES)
    film = FilmLevels(levels, [NONE] * 3, FPS, frame=frame)
    expected = levels[: frame + 1].astype(float).sum(axis=0) / float(FPS)
    np.testing.assert_allclose(film.summed, expected, rtol=1e-12)


def test_the_sum_is_the_same_to_the_last_bit_wherever_one_begins():
    levels = some_levels(2 * BLOCK_FRAMES)
    forward, alone = FilmLevels(levels, [NONE] * 3, FPS), []
    for frame in range(BLOCK_FRAMES - 3, BLOCK_FRAMES + 3):
        forward.frame = frame
        alone = FilmLevels(levels, [NONE] * 3, FPS, frame=frame)
        assert forward.summed.tobytes() == alone.summed.tobytes()


def test_a_peak_is_held_for_so_many_seconds_and_not_longer():
    levels = np.zeros((100, 1), np.float32)
    levels[40] = 0.7
    film = FilmLevels(levels, [NONE], Fraction(10))
    for frame, held in [(0, 0), (39, 0), (40, 0.7), (55, 0.7), (56, 0), (99, 0)]:
        film.frame = frame
        assert film.held(1.5)[0] == np.float32(held)


def test_a_hit_is_in_the_frame_that_sounds_and_counts_from_there():
    hits = Hits(np.array([0.05, 1.0, 1.02]), np.array([0.3, 1, 0.5], np.float32))
    film = FilmLevels(np.zeros((60, 2), np.float32), [hits, NONE], Fraction(20))
    for frame, since, strength in [(0, np.inf, 0), (1, 0, 0.3), (19, 0.9, 0.3), (20, 0, 0.5)]:
        film.frame = frame
        assert film.since_hit.tolist() == pytest.approx([since, np.inf])
        assert film.hit_strength.tolist() == pytest.approx([strength, 0])


def test_every_chunk_knows_the_same_film(tmp_path):
    levels = some_levels(42)
    hits = np.array([(0.5, 1, 0.25), (0.7, 0, 1), (1.1, 1, 0.5)], HIT)
    plan = saved(tmp_path, levels, hits, [0, 30, 42])
    for number in range(2):
        path = tmp_path / f"{number}.npy"
        film = FilmLevels.around(path, Chunk.load(path))
        np.testing.assert_array_equal(film.levels, levels)
        assert [each.time.tolist() for each in film.hits] == [[0.7], [0.5, 1.1], []]
        assert film.hits[1].strength.tolist() == [0.25, 0.5]
        assert film.digest == plan.film_digest
        with pytest.raises(ValueError, match="read-only"):
            film.levels[0] = 0


@pytest.mark.parametrize("name", ["levels.npy", "hits.npy"])
@pytest.mark.parametrize("damage", ["missing", "other", "pickle", "cut", "folder"])
def test_files_that_are_not_the_plans_are_named_with_the_way_out(tmp_path, name, damage):
    plan = saved(tmp_path, some_levels(42), np.zeros(1, HIT), [0, 42])
    path = tmp_path / name
    content = path.read_bytes()
    path.unlink()
    if damage == "other":
        np.save(path, some_levels(42) / 2 if name == "levels.npy" else np.ones(1, HIT))
    elif damage == "pickle":
        np.save(path, np.array([{}], object), allow_pickle=True)
    elif damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "folder":
        path.mkdir()
    with pytest.raises(ChunkError, match=rf"{name} .*run drumkit-split again"):
        read_film_levels(tmp_path, plan)


def test_levels_without_a_plan_are_a_film_of_their_own(tmp_path):
    levels = some_levels(5)
    np.save(tmp_path / "mine.npy", levels)
    film = FilmLevels.around(tmp_path / "mine.npy", Chunk.load(tmp_path / "mine.npy"))
    np.testing.assert_array_equal(film.levels, levels)
    assert np.isinf(film.since_hit).all()
    assert film.digest is None
