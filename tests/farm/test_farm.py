import signal

import numpy as np
import pytest

from farms import COMMAND, farm, processes_with
from films import assert_exact
from runs import CHUNKS, film, receipts, run_all, split, state, wait_for_segments, wait_until

pytestmark = pytest.mark.film

READS_FILES = "import helper; assert open('assets/note.txt').read() == helper.NOTE"
KILLS_ITS_WORKER_ONCE = (
    "Path(MARK).exists() or NUMBER != 3 or (Path(MARK).touch(), os.kill(os.getppid(), 9))"
)


def is_same_film(project, undisturbed):
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)


def test_a_farm_and_run_all_go_on_where_the_other_stopped(project, undisturbed):
    split(project, fault=READS_FILES)
    (project / "helper.py").write_text("NOTE = 'la'")
    (project / "assets").mkdir()
    (project / "assets" / "note.txt").write_text("la")
    assert run_all(project, "--only", "0-2").returncode == 0
    done = farm(project, "--include", "assets", "--only", "0-6")
    assert done.returncode == 0, done.stderr
    assert "Rendering 4 of 10 chunks (3-6)" in done.stderr
    assert (state(project).phase, state(project).drawn) == ("partly done", 20)
    before = receipts(project)
    assert run_all(project).returncode == 0
    after = receipts(project)
    assert {number: after[number] for number in before} == before
    is_same_film(project, undisturbed)
    done = farm(project, "--include", "assets")
    assert "Rendered already: all 10 chunks" in done.stderr
    assert receipts(project) == after


def test_a_worker_that_dies_costs_only_what_it_had_in_hand(project, undisturbed):
    fault = KILLS_ITS_WORKER_ONCE.replace("MARK", repr(str(project / "mark")))
    split(project, fault=fault)
    done = farm(project)
    assert done.returncode == 0, done.stderr
    assert "is gone; " in done.stderr
    assert "failed" not in done.stderr
    is_same_film(project, undisturbed)


def test_what_hangs_on_one_worker_is_drawn_by_an_idle_one_too(project, undisturbed):
    mark = repr(str(project / "mark"))
    hangs_once = f"NUMBER != 9 or Path({mark}).exists() or (Path({mark}).touch(), time.sleep(300))"
    split(project, fault=hangs_once)
    done = farm(project)
    assert done.returncode == 0, done.stderr
    assert (project / "mark").exists()
    is_same_film(project, undisturbed)


def test_a_chunk_without_a_new_frame_is_given_up_after_a_while(project):
    split(project, fault="NUMBER != 3 or time.sleep(300)")
    done = farm(project, "--only", "2-3", "--timeout", "5", "--retries", "0")
    assert done.returncode == 1
    assert "Chunk 3 failed: given up: no new frame for 5 s (--timeout)" in done.stderr
    assert receipts(project).keys() == {2}


def test_a_chunk_that_fails_is_tried_again_then_named_and_the_others_are_rendered(project):
    split(project, fault="assert NUMBER != 3, 'cursed'")
    done = farm(project)
    assert done.returncode == 1
    assert "Chunk 3 failed and will be tried again: AssertionError: cursed" in done.stderr
    assert "1 of 10 chunks failed (3)" in done.stderr
    assert "Rendered by " in (project / "tmp" / "logs" / "3.log").read_text()
    assert receipts(project).keys() == set(range(CHUNKS)) - {3}
    assert state(project).failed == (3,)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_farm_that_is_stopped_and_it_resumes(
    project, undisturbed, start, number
):
    split(project)
    running = start(*COMMAND, "tmp", "--workers", "2", cwd=project, SLOW="0.1")
    wait_for_segments(project, 2)
    running.process.send_signal(number)
    status = running.process.wait(60)
    assert status == (130 if number == signal.SIGINT else -signal.SIGKILL)
    wait_until(lambda: not processes_with("own.py"))
    before = receipts(project)
    assert len(before) < CHUNKS
    done = farm(project)
    assert done.returncode == 0, done.stderr
    after = receipts(project)
    assert {chunk: after[chunk] for chunk in before} == before
    is_same_film(project, undisturbed)
