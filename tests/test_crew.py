import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import PLAN

from manim_drumkit import crew
from manim_drumkit.chunk import levels_digest
from manim_drumkit.plan import ChunkPlace
from manim_drumkit.run import Run

DRAW = """
import os, sys, time
from pathlib import Path
argv = sys.argv[1:]
chunks = [Path(a.partition("=")[2]) for a in argv if a.startswith("--chunk-file=")]
place, log = (next(a.partition("=")[2] for a in argv if a.startswith(f"--{name}="))
              for name in ("segment-dir", "log-file"))
with open(chunks[0].with_name("started"), "a") as started:
    print(*(chunk.stem for chunk in chunks), file=started)
for chunk in chunks:
    Path(log.replace("{}", chunk.stem)).write_text("begun\\n")
    DEEDS
    folder = Path(place.replace("{}", chunk.stem))
    folder.mkdir(parents=True)
    (folder / "receipt.json").write_text("{}")
"""
"""Stands for manim: notes what it was given, and writes receipts."""


@pytest.fixture
def run(tmp_path):
    levels = np.zeros((1, len(PLAN.stems)), np.float32)
    places = tuple(ChunkPlace(n, 1, levels_digest(levels)) for n in range(12))
    replace(PLAN, chunks=places).save(tmp_path / "plan.json")
    return Run.open(tmp_path)


def render(run, deeds="pass", *, jobs=2, numbers=range(12)):
    code = DRAW.replace("DEEDS", deeds)
    crew.render(run, list(numbers), [sys.executable, "-c", code], jobs=jobs)
    started = (run.folder / "started").read_text().splitlines()
    whole = {int(path.parent.name) for path in run.folder.glob("media/*/receipt.json")}
    return [list(map(int, line.split())) for line in started], whole


def test_every_chunk_is_handed_out_once(run):
    started, whole = render(run)
    assert sorted(number for batch in started for number in batch) == list(range(12))
    assert whole == set(range(12))


def test_what_a_dead_process_left_is_drawn_by_another_and_its_log_says_what_killed_it(run):
    started, whole = render(run, "if chunk.stem in '26': os.kill(os.getpid(), 9)")
    assert whole == set(range(12)) - {2, 6}
    assert sum(batch.count(2) for batch in started) == 1
    for number in (2, 6):
        assert "killed with SIGKILL; systems do that when memory runs out" in (
            (run.folder / f"logs/{number}.log").read_text()
        )


def test_a_command_that_cannot_draw_at_all_ends_too(run):
    crew.render(run, [0, 1, 2], [sys.executable, "-c", "raise SystemExit('no')"], jobs=2)
    assert "no" in (run.folder / "logs/0.log").read_text()


def test_nothing_runs_on_when_it_is_interrupted(run):
    def interrupt():
        if (run.folder / "started").exists():
            raise KeyboardInterrupt

    code = DRAW.replace("DEEDS", "time.sleep(60); Path('late').touch()")
    with pytest.raises(KeyboardInterrupt):
        crew.render(run, [0, 1], [sys.executable, "-c", code], jobs=2, look=interrupt)
    assert not list(run.folder.glob("media/*/receipt.json"))


@given(st.integers(0, 3000), st.integers(1, 64))
def test_batches_hold_every_chunk_once_in_order_and_end_small(count, jobs):
    made = crew.batches(range(count), jobs)
    assert [number for batch in made for number in batch] == list(range(count))
    assert all(batch for batch in made)
    sizes = [len(batch) for batch in made]
    assert all(a >= b for a, b in pairwise(sizes))
    assert jobs == 1 or not sizes or sizes[-1] <= 1 + count // (2 * jobs)
    assert max(sizes, default=0) <= 500
