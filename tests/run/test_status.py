import json
import os

import numpy as np
import pytest
from click.testing import CliRunner

from manim_drumkit.cli.status import main
from manim_drumkit.run.status import Status
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.layout import LOCK_NAME
from manim_drumkit.workspace.lock import is_held, take
from manim_drumkit.workspace.plan import ChunkPlace
from manim_drumkit.workspace.state import RunState
from plans import PLAN, plan_with

LEVELS = np.zeros((10, len(PLAN.film.stems)), np.float32)


@pytest.fixture
def folder(tmp_path):
    return lay_out(tmp_path, 8)


def lay_out(folder, count):
    sha = levels_digest(LEVELS)
    plan = plan_with(chunks=tuple(ChunkPlace(10 * n, 10, sha) for n in range(count)))
    plan.save(folder / "plan.json")
    return folder


def write_receipt(folder, number, *, chunk=None):
    """Write a receipt, as a manim that is ready does."""
    segment = folder / "media" / str(number)
    segment.mkdir(parents=True, exist_ok=True)
    (segment / "receipt.json").write_text(json.dumps({"made_from": {"chunk": chunk, "film": None}}))


def write_state(folder, phase, **facts):
    RunState(phase, process=1, **facts).save(folder)


class AtWork:
    """Holds the lock of a folder, as a run that is alive."""

    def __init__(self, folder):
        self.descriptor = os.open(folder / LOCK_NAME, os.O_CREAT | os.O_RDWR)

    def __enter__(self):
        assert take(self.descriptor, patience_s=0)

    def __exit__(self, *error):
        os.close(self.descriptor)


def shown(folder, *options):
    done = CliRunner().invoke(main, [str(folder), *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_run_that_is_alive_shows_all_it_does(folder):
    write_receipt(folder, 0)
    (folder / "media" / "3").mkdir()
    (folder / "media" / "3" / "progress").write_text("4\n")
    write_state(
        folder, "rendering", jobs=2, seconds=61.0, frames=70, drawn=4, frames_per_second=2.5,
        seconds_left=90.0, drawing={3: 7.0}, failed=(5,), slowest={0: 12.5},
    )  # fmt: skip
    (folder / "logs").mkdir()
    (folder / "logs" / "5.log").write_text("well\nRuntimeError: cursed \x1b[31m[red]\n")
    with AtWork(folder):
        text = shown(folder)
    for words in (
        "rendering for 1:01 (2 manim processes, supervised by process 1)",
        "14 of 80 frames (17%), 2.5 frames/s now, 1:30 left",
        "8: 1 done, 1 running, 5 waiting, 1 failed",
        "3 (4 of 10 frames, 7 s)",
        "0 (12.5 s)",
        r"RuntimeError: cursed \x1b[31m[red]",
    ):
        assert words in text
    assert "\x1b" not in text


def test_a_run_whose_processes_are_gone_is_dead_and_nothing_of_it_is_running(folder):
    write_state(folder, "rendering", drawing={3: 7.0}, frames_per_second=2.5, seconds_left=90.0)
    text = shown(folder)
    assert "dead" in text
    assert "8: 8 waiting" in text
    assert "1:30 left" not in text
    assert "frames/s" not in text


@pytest.mark.parametrize("phase", ["done", "stopped", "failed", "partly done"])
def test_a_run_that_has_ended_says_how(folder, phase):
    write_state(folder, phase)
    assert Status.read(folder).phase == phase
    assert f"State   {phase.split()[-1]}" in shown(folder) or phase in shown(folder)


def test_before_a_run_only_segments_of_these_chunks_count(folder):
    plan = Status.read(folder).plan
    write_receipt(folder, 2, chunk=plan.digest_of(2))
    write_receipt(folder, 4, chunk=plan.digest_of(3))
    status = Status.read(folder)
    assert (status.phase, status.whole) == ("not begun", {2})


def test_json_has_it_all_for_scripts(folder):
    write_receipt(folder, 0)
    write_state(folder, "failed", failed=(5,))
    facts = json.loads(shown(folder, "--json"))
    assert (facts["state"], facts["chunks"], facts["done"]) == ("failed", 8, [0])
    assert (facts["waiting"], facts["failed"]) == (
        [1, 2, 3, 4, 6, 7],
        {"5": "it left nothing in its log"},
    )
    assert (facts["frames"], facts["frames_done"], facts["seconds_left"]) == (80, 10, None)


def test_looking_disturbs_nothing(folder):
    write_state(folder, "rendering", drawing={3: 1.0})
    with AtWork(folder):
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        shown(folder)
        assert is_held(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_watch_ends_with_the_run_and_says_how(folder):
    write_state(folder, "stopped")
    assert "stopped" in shown(folder, "--watch")


def test_a_folder_without_a_plan_is_named(tmp_path):
    done = CliRunner().invoke(main, [str(tmp_path)])
    assert done.exit_code == 1
    assert "plan.json does not exist" in done.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"phase": "done"}', "\0"])
def test_a_damaged_state_is_none(folder, text):
    (folder / ".run.json").write_text(text)
    assert Status.read(folder).phase == "not begun"
