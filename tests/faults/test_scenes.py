"""Scenes that fail, hang, die or change: each is named, and the rest is kept."""

import json
import shutil

import numpy as np
import pytest

from programs import run
from runs import (
    CHUNKS,
    JOBS,
    assert_a_rerun_gives_the_film,
    film,
    receipts,
    run_all,
    split,
)

pytestmark = pytest.mark.film

TIMEOUT_S = 8
FAULTS = {
    "scenes that end": {
        1: ("raise RuntimeError('cursed')", "RuntimeError: cursed"),
        3: ("sys.exit()", "the scene ended manim with status 0, too early"),
        5: ("sys.exit('it is Sunday')", "it is Sunday"),
        7: (
            "self.play = lambda frames: DrumScene.play(self, Wait(0.25, frozen_frame=False))",
            "frames, its chunk has 5",
        ),
    },
    "processes that end or hang": {
        1: ("os._exit(0)", "manim ended, with status 0, before its segment was whole"),
        4: ("os.kill(os.getpid(), 9)", "because memory ran out"),
        7: ("time.sleep(99)", f"given up: no new frame for {TIMEOUT_S} s (--timeout)"),
    },
}
"""What a scene does in some chunks, and what is said of it."""


@pytest.mark.parametrize("kind", FAULTS)
def test_scenes_with_faults_are_named_with_what_they_did_and_the_rest_is_kept(
    project, undisturbed, kind
):
    faults = FAULTS[kind]
    deeds = {number: deed for number, (deed, _) in faults.items()}
    doing = f"exec({deeds}.get(NUMBER, ''), {{**globals(), 'self': self}})"
    split(project, fault=f"if not Path('mended').exists(): {doing}", jobs=JOBS)
    done = run_all(project, "--timeout", str(TIMEOUT_S), RETRIES="0")
    assert done.returncode == 1
    assert f"{len(faults)} of 10 chunks failed ({','.join(map(str, faults))})" in done.stderr
    assert "logs/1.log" in done.stderr
    shown = run("drumkit-status", cwd=project).stdout
    assert f"{CHUNKS - len(faults)} done, {len(faults)} failed" in shown
    status = json.loads(run("drumkit-status", "--json", cwd=project).stdout)
    for number, (_, words) in faults.items():
        (said,) = (x for x in done.stderr.splitlines() if x.startswith(f"Chunk {number} failed: "))
        assert words in said
        assert words in status["failed"][str(number)]
    assert faults[1][1] in shown
    assert receipts(project).keys() == set(range(CHUNKS)) - set(faults)
    assert not (project / "tmp" / "Video.mp4").exists()
    (project / "mended").touch()
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_chunk_that_fails_once_is_retried_and_the_film_is_made(project, undisturbed):
    fault = "if NUMBER == 3 and not Path('tried').exists(): Path('tried').touch(); os._exit(9)"
    split(project, fault=fault)
    done = run_all(project)
    assert done.returncode == 0
    assert "Chunk 3 failed and will be tried again: manim ended, with status 9" in done.stderr
    np.testing.assert_array_equal(film(project), undisturbed)


def test_fail_fast_does_not_render_what_will_not_become_a_film(project):
    split(project, fault="if NUMBER == 1: raise RuntimeError('cursed')")
    done = run_all(project, "--fail-fast", SLOW="0.1")
    assert done.returncode == 1
    assert "RuntimeError: cursed" in done.stderr
    assert len(receipts(project)) < 6


def test_a_change_in_a_module_beside_the_scene_is_rendered(project):
    split(project, fault="from parts.sizes import SIZE; self.dots[0].scale(SIZE)")
    (project / "parts").mkdir()
    (project / "parts" / "sizes.py").write_text("SIZE = 1")
    (project / "other.py").write_text("SIZE = 1")
    assert run_all(project).returncode == 0
    before = receipts(project)
    (project / "other.py").write_text("SIZE = 2")
    assert run_all(project).returncode == 0
    assert receipts(project) == before
    (project / "parts" / "sizes.py").write_text("SIZE = 2")
    assert run_all(project).returncode == 0
    assert not receipts(project).items() & before.items()


def test_a_module_that_is_edited_while_a_chunk_is_drawn_makes_no_film_of_two_kinds(project):
    (project / "parts").mkdir()
    sizes = project / "parts" / "sizes.py"
    sizes.write_text("SIZE = 1")
    edit = "Path('parts/sizes.py').write_text('SIZE = 2')"
    split(
        project,
        fault="from parts import sizes; self.dots[0].scale(sizes.SIZE)\n"
        f"        if NUMBER == 7 and sizes.SIZE == 1: {edit}",
    )
    done = run_all(project)
    assert done.returncode == 1
    assert "was edited while the chunk was drawn" in done.stderr
    assert "changed during the run" in done.stderr
    assert run_all(project).returncode == 0
    mixed = film(project)
    shutil.rmtree(project / "tmp" / "media")
    assert run_all(project).returncode == 0
    np.testing.assert_array_equal(film(project), mixed)


def test_what_a_scene_leaves_running_does_not_keep_the_next_run_out(project, undisturbed):
    split(project, fault="os.system('sleep 20 &') if NUMBER == 3 else None")
    assert run_all(project).returncode == 0
    assert_a_rerun_gives_the_film(project, undisturbed)
