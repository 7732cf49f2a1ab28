"""Signals, kills and terminals that close: all ends, and a plain rerun gives the exact film."""

import os
import pty
import random
import signal
import sys
import time
from contextlib import suppress
from itertools import cycle

import pytest

from programs import run
from runs import (
    CHUNKS,
    FRAMES,
    FRAMES_A_CHUNK,
    JOBS,
    Running,
    assert_a_rerun_gives_the_film,
    false_ffmpeg,
    frames_drawn,
    receipts,
    run_all,
    split,
    state,
    undisturbed_film,
    wait_for_segments,
    wait_until,
)
from sounds import write_stems

pytestmark = pytest.mark.film

VICTIMS = (["group"], ["supervisor"], ["manim", "supervisor"])
"""What is killed in one run, one after the other; the supervisor is the script's process."""


def kill_one(running, victim):
    """Kill a victim, if it lives; return whether it did."""
    if victim == "manim":
        wait_until(lambda: running.manims() or running.ended)
    with suppress(ProcessLookupError):
        for process in running.manims()[:1] if victim == "manim" else [running.process.pid]:
            if running.ended:
                return False
            (os.killpg if victim == "group" else os.kill)(process, signal.SIGKILL)
            return True
    return False


def test_after_twenty_kills_at_moments_all_over_it_the_film_has_the_same_pixels(project, tmp_path):
    frames = 2 * FRAMES
    undisturbed = undisturbed_film(tmp_path / "undisturbed", frames)
    write_stems(project / "stems", frames / 10)
    split(project, jobs=JOBS)
    rng, kills = random.Random(20), 0
    for victims in cycle(VICTIMS):
        running = Running(project)
        for victim in victims:
            time.sleep(rng.uniform(0, 2.5 if victim == victims[0] else 1))
            kills += kill_one(running, victim)
        running.wait()
        if kills >= 20:
            break
    assert_a_rerun_gives_the_film(project, undisturbed)
    again = len(frames_drawn(project)) - frames
    assert again <= kills * JOBS * FRAMES_A_CHUNK


@pytest.mark.parametrize(
    ("number", "group", "status"),
    [
        (signal.SIGINT, True, 130),  # Ctrl-C in a terminal
        (signal.SIGHUP, True, 129),  # a connection is lost
        (signal.SIGTERM, False, 143),
    ],
)
def test_a_signal_stops_all_processes_and_says_how_to_go_on(
    project, undisturbed, number, group, status
):
    split(project, jobs=JOBS)
    running = Running(project)
    wait_for_segments(project, 1)
    running.kill(number, group=group)
    ended, output = running.wait()
    assert ended == status
    assert output.endswith("Stopped. Run it again to resume.\n")
    assert "Traceback" not in output
    assert not running.members()
    assert state(project).phase == "stopped"
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_terminal_that_is_closed_leaves_nothing_running(project, undisturbed):
    split(project, jobs=JOBS)
    terminal, inside = pty.openpty()
    running = Running(project, terminal=inside)
    os.close(inside)
    wait_until(lambda: read_all(terminal) and receipts(project))
    os.close(terminal)
    status, _ = running.wait()
    assert status != 0
    assert not running.members()
    assert state(project).phase == "stopped"
    assert len(receipts(project)) < CHUNKS
    assert_a_rerun_gives_the_film(project, undisturbed)


def read_all(terminal):
    """Read what a terminal shows, so that nobody who writes to it has to wait."""
    os.set_blocking(terminal, False)
    with suppress(BlockingIOError):
        while os.read(terminal, 9999):
            pass
    return True


@pytest.mark.parametrize("moment", [0.1, 0.3, 0.6])
def test_a_script_that_dies_while_it_starts_leaves_nothing_at_work(project, undisturbed, moment):
    split(project, jobs=JOBS)
    running = Running(project)
    time.sleep(moment)
    running.kill(signal.SIGKILL)
    running.wait()
    wait_until(lambda: not running.members())
    assert len(receipts(project)) < CHUNKS
    assert_a_rerun_gives_the_film(project, undisturbed)


SLOW_JOIN = 'case "$*" in *concat*) touch joining; exec sleep 90;; esac'


def test_a_script_that_dies_while_it_joins_takes_ffmpeg_with_it(project, undisturbed, tmp_path):
    split(project)
    running = Running(project, slow="0", **false_ffmpeg(tmp_path, SLOW_JOIN))
    wait_until((project / "tmp" / "joining").exists)
    running.kill(signal.SIGKILL)
    if sys.platform == "linux":  # elsewhere nothing tells an ffmpeg of it
        wait_until(lambda: not running.members())
    assert_a_rerun_gives_the_film(project, undisturbed)


def test_a_run_is_stopped_while_it_joins_too(project, undisturbed, tmp_path):
    split(project)
    running = Running(project, slow="0", **false_ffmpeg(tmp_path, SLOW_JOIN))
    wait_until((project / "tmp" / "joining").exists)
    assert "Stopped; what is rendered is kept" in run_all(project, "--stop").stdout
    status, output = running.wait()
    assert (status, "Stopped. Run it again" in output) == (143, True)
    assert not running.members()
    assert not (project / "tmp" / "Video.mp4").exists()
    assert_a_rerun_gives_the_film(project, undisturbed)


def test_a_reader_that_goes_away_does_not_end_the_run(project):
    split(project)
    done = run("bash", "-c", "./tmp/run_all.sh 2>&1 | head -n 1", cwd=project)
    assert "Rendering all 10 chunks" in done.stdout
    wait_until(lambda: state(project).ended)
    assert state(project).phase == "done"
    assert len(receipts(project)) == CHUNKS
