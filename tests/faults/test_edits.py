"""What users edit between two runs: the script, manim.cfg; and what older versions left."""

import sys

import pytest

from films import assert_exact, render_film, split
from programs import LOSSLESS, TINY, run
from runs import receipts, run_all
from sounds import write_stems

pytestmark = pytest.mark.film


@pytest.fixture
def project(tmp_path):
    write_stems(tmp_path / "stems", 0.4)
    return tmp_path


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_film_that_is_whole_is_not_joined_again_unless_something_has_changed(project):
    film = render_film(project, "--fps", "10", "--chunk-seconds", "0.2", manim_options=LOSSLESS)
    script, written = project / "tmp" / "run_all.sh", film.stat().st_mtime_ns
    done = run_all(project)
    assert film.stat().st_mtime_ns == written
    assert done.stdout.startswith(f"{film}: 0:00, 4 frames of 160x90 at 10 fps")

    film.write_bytes(film.read_bytes()[:-100])
    run_all(project)
    assert_exact(project)

    edit(script, "-c copy", "-metadata title=Edited -c copy")
    before = receipts(project)
    run_all(project)
    assert b"Edited" in film.read_bytes()
    assert receipts(project) == before

    (project / "tmp" / "media" / "1" / "receipt.json").unlink()
    run_all(project)
    assert_exact(project)
    assert {n for n, at in receipts(project).items() if at != before[n]} == {1}


def test_an_edited_manim_command_renders_all_once(project):
    render_film(project, "--fps", "10", "--chunk-seconds", "0.2", manim_options=LOSSLESS)
    before = receipts(project)
    edit(project / "tmp" / "run_all.sh", "160,90", "200,100")
    done = run_all(project)
    assert "4 frames of 200x100" in done.stdout
    edited = receipts(project)
    assert all(edited[n] != before[n] for n in before)
    assert "Rendered already" in run_all(project).stderr
    assert receipts(project) == edited
    edit(project / "tmp" / "run_all.sh", "200,100", "160,90")
    assert "4 frames of 160x90" in run_all(project).stdout


def test_a_manim_cfg_edited_after_the_split_is_named_after_the_first_chunk(project):
    (project / "manim.cfg").write_text("[CLI]\nbackground_color = BLACK\n")
    split = ("drumkit-split", "stems", "--fps", "10", "--chunk-seconds", "0.1", "--jobs", "1")
    run(*split, "--", *TINY, *LOSSLESS, cwd=project)
    (project / "manim.cfg").write_text("[CLI]\nbackground_color = WHITE\n")
    done = run_all(project)
    assert done.returncode == 1
    assert "manim's settings have changed since drumkit-split" in done.stderr
    assert "(background_color); run drumkit-split again" in done.stderr
    assert len(receipts(project)) < 4
    run(*split, "--", *TINY, *LOSSLESS, cwd=project)
    assert run_all(project).returncode == 0


def test_a_plan_of_an_older_version_is_named_with_the_way_out(project):
    film = render_film(project, "--fps", "10", manim_options=LOSSLESS)
    plan = project / "tmp" / "plan.json"
    plan.write_text(plan.read_text().replace('"version": 4', '"version": 2'))
    done = run_all(project)
    assert done.returncode == 1
    assert "plan.json is of version 2" in done.stderr
    assert "run drumkit-split again" in done.stderr
    before = receipts(project)
    render_film(project, "--fps", "10", manim_options=LOSSLESS)
    assert receipts(project) == before
    assert film.exists()


def test_a_link_at_any_name_that_a_run_wrote_leads_nowhere(project):
    split(project, "stems", "--fps", "10", "--chunk-seconds", "0.2", "--", *TINY, *LOSSLESS)
    folder, victim = project / "tmp", project / "victim"
    before = set(folder.rglob("*"))
    assert run_all(project).returncode == 0
    written = sorted(path for path in set(folder.rglob("*")) - before if path.is_file())
    assert len(written) > 8
    victim.write_text("mine")
    for path in [*written, folder / ".lock"]:
        kept = path.read_bytes()
        path.unlink()
        path.symlink_to(victim)
        done = run_all(project)
        assert victim.read_text() == "mine"
        if path.is_symlink():  # else a file has taken its place
            assert done.returncode == 1, path
            assert f"{path.name} is a link" in done.stderr
        path.unlink()
        path.write_bytes(kept)
    assert run_all(project).returncode == 0


@pytest.mark.parametrize("step", ["begin", "control"])
def test_a_script_of_an_older_version_is_told_to_be_written_again(project, step):
    script = project / "run_all.sh"
    script.write_text(
        f'#!/bin/sh\nexec "$PYTHON" -P -m manim_drumkit.cli.{step} stop -- "$PWD" "$@"\n'
    )
    script.chmod(0o755)
    done = run("./run_all.sh", cwd=project, check=False, PYTHON=sys.executable)
    assert done.returncode == 1
    assert "written by an older manim-drumkit; run drumkit-split again" in done.stderr
