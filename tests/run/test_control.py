"""Beginning, setting apart and stopping a run, where something is in the way."""

import os
import sys
from pathlib import Path

import pytest

from manim_drumkit.errors import PlanError, RunError
from manim_drumkit.run.control import detach
from plans import PLAN
from programs import run

NEVER = (sys.executable, "-c", "raise SystemExit('it was started')")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tmp").mkdir()
    PLAN.save(tmp_path / "tmp" / "plan.json")
    (tmp_path / "victim").write_text("mine")
    return tmp_path / "tmp"


def test_nothing_is_set_apart_whose_output_a_link_leads_elsewhere(folder, tmp_path):
    (folder / "logs").mkdir()
    (folder / "logs" / "run.log").symlink_to(tmp_path / "victim")
    with pytest.raises(RunError, match=r"run\.log is a link"):
        detach(folder, NEVER)
    assert (tmp_path / "victim").read_text() == "mine"
    (folder / "logs" / "run.log").unlink()
    (folder / "logs").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "logs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="logs is a link"):
        detach(folder, NEVER)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_nothing_is_set_apart_that_would_wait_for_a_pipe_or_has_no_plan(folder):
    (folder / "logs").mkdir()
    os.mkfifo(folder / "logs" / "run.log")
    with pytest.raises(RunError, match=r"run\.log is not a regular file"):
        detach(folder, NEVER)
    (folder / "plan.json").unlink()
    with pytest.raises(PlanError, match=r"plan\.json"):
        detach(folder, NEVER)


def test_a_run_is_stopped_by_nobody_who_cannot_tell_whether_it_is_there(folder):
    (folder / ".lock").symlink_to("x" * 300)  # can be opened as little as that of another user
    stop = (sys.executable, "-m", "manim_drumkit.cli.run", folder, "--stop")
    done = run(*stop, cwd=folder, check=False)
    assert done.returncode == 1
    assert "nobody can tell whether a run is at work" in done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "from manim_drumkit.cli.run_command import main; main(['.', '--stop'], obj=(None, None))",
        "from manim_drumkit.cli.stems import main; main(['demo', '--seconds', '1'])",
    ],
)
def test_what_is_done_is_done_though_nobody_can_be_told(folder, code):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = run("sh", "-c", '"$0" -c "$1" > /dev/full', sys.executable, code, cwd=folder)
    assert done.stderr == ""
