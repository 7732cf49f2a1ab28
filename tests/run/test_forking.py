"""Manims that are forked: one import for all of them, and else as if each were started."""

import os
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from manim_drumkit.run.logs import last_words
from runs import (
    CHUNKS,
    FRAMES,
    Running,
    film,
    is_fork_server,
    receipts,
    run_all,
    split,
    wait_for_segments,
    wait_until,
)
from sounds import write_stems

pytestmark = [
    pytest.mark.film,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely"),
]

NOTES_IMPORTS = """
import os, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "manim":
            sys.meta_path.remove(self)
            with open(os.path.join(os.path.dirname(__file__), "imports"), "a") as file:
                print(os.getpid(), file=file)
            print("manim is imported", flush=True)
            DEED
sys.meta_path.insert(0, Finder())
"""
"""A ``sitecustomize`` that notes every process that imports manim."""

WORLD = """
        import gc, signal, stat, threading
        from manim_drumkit.workspace import protocol as names
        variables = dict(os.environ)
        lock = int(variables.pop(names.LOCK_VARIABLE))
        assert int(variables.pop(names.SUPERVISOR_VARIABLE)) == os.getppid()
        assert variables.pop(names.COMMAND_VARIABLE)  # a digest of the command
        os.umask(mask := os.umask(0))
        signals = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)]
        with open(f"world-{NUMBER}", "w") as file:
            for line in (
                sys.argv, list(dict.fromkeys(sys.path)), sys.flags,
                sys.modules["__main__"].__spec__.name, os.getcwd(), mask, variables, signals,
                os.path.samefile(f"/proc/self/fd/{lock}", "tmp/.lock"),
                os.get_inheritable(lock), gc.isenabled(), threading.active_count(),
                os.getpgrp() == os.getpgid(os.getppid()), sys.stdout.isatty(),
                len(os.listdir("/proc/self/fd")), hash("Snare"), dict(config), "random",
                np.random.random(),
            ):
                print(line, file=file)
"""
"""A scene notes what it finds around it."""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    write_stems(folder / "stems", FRAMES / 10)
    return folder


@pytest.fixture
def noting(tmp_path):
    """Return a function that gives variables of processes that note their imports of manim."""

    def make(deed="pass"):
        (tmp_path / "site").mkdir(exist_ok=True)
        (tmp_path / "site/sitecustomize.py").write_text(NOTES_IMPORTS.replace("DEED", deed))
        (tmp_path / "site/imports").write_text("")
        return {"PYTHONPATH": str(tmp_path / "site"), "JOBS": "3"}

    return make


def imports(noting):
    return len(Path(noting["PYTHONPATH"], "imports").read_text().splitlines())


def edit(project):
    """Edit the command, without another meaning."""
    script = project / "tmp/run_all.sh"
    script.write_text(script.read_text().replace("-B -P -m manim ", "-P -B -m manim "))


def test_the_manims_of_a_run_share_one_import_and_find_the_world_of_started_ones(project, noting):
    split(project, jobs=3, fault=WORLD)
    variables = noting()
    assert run_all(project, **variables).returncode == 0
    assert imports(variables) == 1
    logs = [path.read_text() for path in (project / "tmp/logs").glob("?.log")]
    assert sum(log.startswith("manim is imported\n") for log in logs) == 3
    forked, worlds = film(project), sorted(project.glob("world-*"))
    found = [path.read_text() for path in worlds]
    edit(project)
    shutil.rmtree(project / "tmp/media")
    variables = noting()
    assert run_all(project, **variables).returncode == 0
    assert imports(variables) == 3
    logs = [path.read_text() for path in (project / "tmp/logs").glob("?.log")]
    assert sum(log.startswith("manim is imported\n") for log in logs) == 3
    assert len(found) == CHUNKS
    for path, before in zip(worlds, found, strict=True):
        assert path.read_text().splitlines() == before.splitlines()
    np.testing.assert_array_equal(film(project), forked)


def test_a_forked_manim_that_is_killed_costs_its_chunk_alone(project, noting):
    split(project, fault="if NUMBER == 3: os.kill(os.getpid(), 9)")
    variables = noting()
    assert run_all(project, RETRIES="0", **variables).returncode == 1
    assert receipts(project).keys() == set(range(CHUNKS)) - {3}
    assert "killed with SIGKILL" in last_words(project / "tmp", 3)
    assert imports(variables) == 1


def test_a_status_that_a_scene_ends_with_is_told(project):
    split(project, fault="if NUMBER == 3: os._exit(7)")
    assert run_all(project, RETRIES="0").returncode == 1
    assert last_words(project / "tmp", 3).startswith("manim ended, with status 7,")


THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
DEATH = "os._exit(1) if 'manim_drumkit.segment.fork_server' in sys.orig_argv else None"


@pytest.mark.parametrize("deed", [THREAD, DEATH], ids=["a thread is alive", "the server dies"])
def test_where_manim_cannot_be_forked_it_is_started(project, noting, deed):
    split(project)
    variables = noting(deed)
    assert run_all(project, **variables).returncode == 0
    assert imports(variables) == 4


def fork_servers(running):
    return [pid for pid, words in running.members().items() if is_fork_server(pid, words)]


def test_a_run_goes_on_without_the_server_that_has_forked_its_manims(project, noting):
    split(project)
    variables = noting()
    running = Running(project, **variables)
    wait_for_segments(project, 1)
    (server,) = fork_servers(running)
    for process in (server, running.manims()[0]):
        os.kill(process, signal.SIGKILL)
    assert running.wait()[0] == 0
    assert imports(variables) == 2


@pytest.mark.parametrize("moment", ["importing", "drawing"])
def test_nothing_is_left_when_the_supervisor_is_killed(project, moment):
    split(project, jobs=2)
    running = Running(project)
    if moment == "importing":
        wait_until(lambda: fork_servers(running))
    else:
        wait_for_segments(project, 1)
        assert len(running.manims()) == 2
    running.kill(signal.SIGKILL)
    running.wait()
    wait_until(lambda: not running.members())


def test_a_run_that_is_stopped_while_manim_is_imported_leaves_nothing(project):
    split(project, jobs=2)
    running = Running(project)
    wait_until(lambda: fork_servers(running))
    running.kill(signal.SIGINT, group=True)
    status, output = running.wait()
    assert (status, "Traceback" in output) == (130, False)
    assert not running.members()


def test_a_run_of_a_finished_film_imports_no_manim(project, noting):
    split(project)
    assert run_all(project).returncode == 0
    variables = noting()
    assert run_all(project, **variables).returncode == 0
    assert imports(variables) == 0


def test_a_run_that_must_not_begin_leaves_nothing(project, noting):
    split(project)
    (project / "tmp/3.npy").write_bytes(b"")
    variables = noting("import time; time.sleep(60)")
    running = Running(project, **variables)
    status, output = running.wait()
    assert (status, "3.npy" in output) == (1, True)
    assert not running.members()
