import os
import sys
from dataclasses import replace

import numpy as np
import pytest

from manim_drumkit.run.folder import Run
from manim_drumkit.run.logs import last_words
from manim_drumkit.run.pool import Crew, Orders
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from plans import PLAN

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
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "receipt.json").write_text("{}")
"""
"""Stands for manim: notes what it begins, and writes receipts."""


@pytest.fixture
def run(tmp_path):
    levels = np.zeros((1, len(PLAN.stems)), np.float32)
    places = tuple(ChunkPlace(n, 1, levels_digest(levels)) for n in range(12))
    replace(PLAN, chunks=places).save(tmp_path / "plan.json")
    return Run.open(tmp_path)


def crew_of(run, deeds="pass", *, jobs=2, **orders):
    command = [sys.executable, "-c", DRAW.replace("DEEDS", deeds)]
    return Crew(run, Orders(command, jobs, **orders))


def begun(run):
    """List the process and the number of all chunks begun, in order."""
    return [tuple(map(int, line.split())) for line in (run.folder / "begun").open()]


def whole(run):
    return {int(path.parent.name) for path in run.folder.glob("media/*/receipt.json")}


def render(run, deeds="pass", **orders):
    """Render twelve chunks; return the process and the number of all begun, and those whole."""
    crew_of(run, deeds, **orders).render(range(12))
    return begun(run), whole(run)


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
        assert "most likely by the system because memory ran out" in last_words(run.folder, number)


def test_a_command_that_cannot_draw_at_all_ends_too(run):
    crew = Crew(run, Orders([sys.executable, "-c", "raise SystemExit('no')"], jobs=2))
    crew.render([0, 1, 2])
    assert crew.failed == [0, 1, 2]
    assert last_words(run.folder, 0) == "no"


def test_nothing_runs_on_when_it_is_interrupted(run):
    def interrupt():
        if (run.folder / "begun").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crew_of(run, "time.sleep(60)").render([0, 1], look=interrupt)
    for process, _ in begun(run):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_death_at_the_end_does_not_harm_the_others(run):
    deeds = "time.sleep(0.6); chunk.stem == '2' and os.kill(os.getpid(), 9)"
    crew_of(run, deeds).render(range(5))
    assert whole(run) == {0, 1, 3, 4}


FAILS_ONCE = "if chunk.stem == '3' and (chunk.with_name('begun').read_text().count(' 3\\n') == 1):"


def test_a_chunk_that_failed_is_tried_again_after_the_others_and_its_first_log_is_kept(run):
    said = []
    crew = crew_of(run, f"{FAILS_ONCE} print('cursed', file=open(log.replace('{{}}', '3'), 'a')); "
                   "continue", retries=1)  # fmt: skip
    crew.say = said.append
    crew.render(range(12))
    numbers = [number for _, number in begun(run)]
    assert (numbers.count(3), numbers[-1]) == (2, 3)
    assert (whole(run), crew.failed) == (set(range(12)), [])
    assert said == ["Chunk 3 failed and will be tried again: cursed"]
    assert "cursed" in (run.folder / "logs/3.failed.log").read_text()


def test_a_chunk_is_not_tried_more_often_than_asked(run):
    crew = crew_of(run, "if chunk.stem == '3': continue", retries=2)
    crew.render(range(12))
    assert crew.failed == [3]
    assert [number for _, number in begun(run)].count(3) == 3


def test_fail_fast_stops_all_at_the_first_chunk_that_failed(run):
    crew = crew_of(
        run, "if chunk.stem == '3': continue\n    time.sleep(0.2)", retries=1, fail_fast=True
    )
    crew.render(range(12))
    assert crew.failed == [3]
    assert len(whole(run)) < 8


def test_a_chunk_that_hangs_is_given_up_and_the_others_are_drawn(run):
    crew = crew_of(run, "if chunk.stem == '3': time.sleep(60)", timeout_s=1)
    crew.render(range(12))
    assert (crew.failed, whole(run)) == ([3], set(range(12)) - {3})
    assert last_words(run.folder, 3) == "given up: no new frame for 1 s (--timeout)"


def test_a_slow_chunk_that_draws_frames_is_not_given_up(run):
    slow = (
        "for frame in range(9 if chunk.stem == '3' else 0):\n"
        "        time.sleep(0.3)\n"
        "        folder = Path(place.replace('{}', chunk.stem))\n"
        "        folder.mkdir(parents=True, exist_ok=True)\n"
        "        (folder / 'progress').write_text(str(frame))\n"
    )
    crew = crew_of(run, slow, timeout_s=1.5)
    crew.render(range(5))
    assert crew.failed == []


@pytest.mark.parametrize(("status", "words"), [(0, "with status 0"), (3, "with status 3")])
def test_a_process_that_ends_by_itself_leaves_a_word_in_the_log(run, status, words):
    crew = crew_of(run, f"if chunk.stem == '3': os._exit({status})")
    crew.render(range(12))
    assert (crew.failed, whole(run)) == ([3], set(range(12)) - {3})
    assert last_words(run.folder, 3) == f"manim ended, {words}, before its segment was whole"
