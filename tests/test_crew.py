import os
import sys
from dataclasses import replace

import numpy as np
import pytest
from test_plan import PLAN

from manim_drumkit import crew
from manim_drumkit.chunk import levels_digest
from manim_drumkit.plan import ChunkPlace
from manim_drumkit.run import Run

DRAW = """
import os, sys, time
from pathlib import Path
argv = sys.argv[1:]
def told():
    rest = b""
    while block := os.read(0, 999):
        *names, rest = (rest + block).split(b"\\0")
        yield from (Path(os.fsdecode(name)) for name in names)
place, log = (next(a.partition("=")[2] for a in argv if a.startswith(f"--{name}="))
              for name in ("segment-dir", "log-file"))
for chunk in told():
    with open(chunk.with_name("begun"), "a") as file:
        print(os.getpid(), chunk.stem, file=file)
    Path(log.replace("{}", chunk.stem)).write_text("begun\\n")
    DEEDS
    folder = Path(place.replace("{}", chunk.stem))
    folder.mkdir(parents=True)
    (folder / "receipt.json").write_text("{}")
"""
"""Stands for manim: notes what it begins, and writes receipts."""


@pytest.fixture
def run(tmp_path):
    levels = np.zeros((1, len(PLAN.stems)), np.float32)
    places = tuple(ChunkPlace(n, 1, levels_digest(levels)) for n in range(12))
    replace(PLAN, chunks=places).save(tmp_path / "plan.json")
    return Run.open(tmp_path)


def render(run, deeds="pass", *, jobs=2):
    """Render twelve chunks; return the process and the number of all begun, and those whole."""
    code = DRAW.replace("DEEDS", deeds)
    crew.render(run, list(range(12)), [sys.executable, "-c", code], jobs=jobs)
    begun = [tuple(map(int, line.split())) for line in (run.folder / "begun").open()]
    return begun, {int(path.parent.name) for path in run.folder.glob("media/*/receipt.json")}


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_chunk_is_drawn_once_and_no_process_is_started_that_is_not_needed(run, jobs):
    begun, whole = render(run, "time.sleep(0.1)", jobs=jobs)
    assert sorted(number for _, number in begun) == list(range(12))
    assert whole == set(range(12))
    assert len({process for process, _ in begun}) == jobs


def test_a_slow_chunk_keeps_at_most_one_other_waiting(run):
    begun, _ = render(run, "time.sleep(2 if chunk.stem == '0' else 0.05)")
    slow = next(process for process, number in begun if number == 0)
    assert sum(process == slow for process, _ in begun) <= 2


def test_what_a_dead_process_left_is_drawn_by_another_and_its_log_says_what_killed_it(run):
    begun, whole = render(run, "if chunk.stem in '26': os.kill(os.getpid(), 9)")
    assert whole == set(range(12)) - {2, 6}
    assert sorted(number for _, number in begun) == list(range(12))
    for number in (2, 6):
        assert "killed with SIGKILL; systems do that when memory runs out" in (
            (run.folder / f"logs/{number}.log").read_text()
        )


def test_a_command_that_cannot_draw_at_all_ends_too(run):
    crew.render(run, [0, 1, 2], [sys.executable, "-c", "raise SystemExit('no')"], jobs=2)
    assert "no" in (run.folder / "logs/0.log").read_text()


def test_nothing_runs_on_when_it_is_interrupted(run):
    def interrupt():
        if (run.folder / "begun").exists():
            raise KeyboardInterrupt

    code = DRAW.replace("DEEDS", "time.sleep(60)")
    with pytest.raises(KeyboardInterrupt):
        crew.render(run, [0, 1], [sys.executable, "-c", code], jobs=2, look=interrupt)
    for line in (run.folder / "begun").open():
        with pytest.raises(ProcessLookupError):
            os.kill(int(line.split()[0]), 0)


def test_a_death_at_the_end_does_not_harm_the_others(run):
    code = DRAW.replace("DEEDS", "time.sleep(0.6); chunk.stem == '2' and os.kill(os.getpid(), 9)")
    crew.render(run, list(range(5)), [sys.executable, "-c", code], jobs=2)
    whole = {path.parent.name for path in run.folder.glob("media/*/receipt.json")}
    assert whole == set("0134")
