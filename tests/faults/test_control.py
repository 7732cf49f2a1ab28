"""Control of a run: one at a time, in the background, in parts, stopped, from anywhere."""

import os

import numpy as np
import pytest

from films import assert_exact
from manim_drumkit.workspace.lock import is_held
from programs import run
from runs import (
    FRAMES,
    JOBS,
    Running,
    assert_a_rerun_gives_the_film,
    film,
    frames_drawn,
    receipts,
    run_all,
    split,
    state,
    wait_for_segments,
)

pytestmark = pytest.mark.film


def test_a_second_run_and_a_split_are_refused_while_one_is_at_work(project, undisturbed):
    split(project, jobs=JOBS)
    running = Running(project)
    wait_for_segments(project, 1)
    second = run_all(project)
    assert second.returncode == 1
    assert "another run is at work" in second.stderr
    again = run("drumkit-split", "stems", cwd=project, check=False)
    assert again.returncode == 1
    assert "a run is at work" in again.stderr
    status, output = running.wait()
    assert status == 0, output
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)
    assert len(frames_drawn(project)) == FRAMES


def test_only_some_chunks_are_rendered_and_the_last_part_makes_the_film(project, undisturbed):
    split(project)
    done = run_all(project, "--only", "3,7-9")
    assert done.returncode == 0
    assert "\n20 of 20 frames" in done.stderr
    assert "No film yet: 6 of 10 chunks" in done.stderr
    assert receipts(project).keys() == {3, 7, 8, 9}
    assert not (project / "tmp" / "Video.mp4").exists()
    assert run_all(project, "--only", "0-2,4-6").returncode == 0
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)


def test_chunks_that_are_none_are_refused(project):
    split(project)
    for chosen in ("10", "3-", "9-7", "-1", "all", ""):
        done = run_all(project, f"--only={chosen}")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), chosen
        assert not receipts(project)


def test_a_number_of_jobs_that_is_none_is_refused(project):
    split(project)
    for jobs in ("0", "00", "-1", "many", " ", "9" * 20):
        done = run_all(project, JOBS=jobs)
        assert done.returncode == 2, jobs
        assert "Invalid value for '--jobs'" in done.stderr
        assert not (project / "tmp" / "media").exists()


def test_a_folder_that_cannot_be_written_is_said(project):
    split(project)
    (project / "tmp" / ".lock").unlink(missing_ok=True)
    (project / "tmp" / ".lock").mkdir()
    done = run_all(project)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "copy it" in done.stderr
    assert not receipts(project)


def test_a_detached_run_is_stopped_cleanly_and_goes_on(project, undisturbed):
    split(project, jobs=JOBS)
    done = run_all(project, "--detach", "--retries", "0", SLOW="0.2")
    assert done.returncode == 0, done.stderr
    for words in ("drumkit-status", "--watch", "--stop", "logs/run.log"):
        assert words in done.stdout
    process = state(project).process
    assert os.getsid(process) == process  # the terminal's end is not its end
    wait_for_segments(project, 1)
    stopped = run_all(project, "--stop")
    assert stopped.returncode == 0
    assert "Stopped; what is rendered is kept" in stopped.stdout
    assert not is_held(project / "tmp")
    assert "Stopped. Run it again" in (project / "tmp/logs/run.log").read_text()
    assert "No run is at work" in run_all(project, "--stop").stdout
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_detached_run_that_cannot_begin_says_why_at_once(project):
    split(project)
    (project / "own.py").unlink()
    done = run_all(project, "--detach")
    assert done.returncode == 1
    assert "own.py does not exist" in done.stderr
    assert state(project).phase == "failed"
    done = run_all(project, "--detach", "--bogus")
    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_splitting_again_keeps_every_segment_whose_chunk_did_not_change(project):
    split(project)
    assert run_all(project).returncode == 0
    before = receipts(project)
    split(project, jobs=2, options=("--no-audio",))
    assert run_all(project).returncode == 0
    assert receipts(project) == before
    assert_exact(project)


def test_the_script_is_found_through_symbolic_links(project, tmp_path):
    split(project)
    (tmp_path / "first").symlink_to(project / "tmp" / "run_all.sh")
    (project / "second").symlink_to("../first")
    run("./second", cwd=project)
    assert_exact(project)
    assert not (project / ".lock").exists()
