import subprocess
from pathlib import Path

import pytest

from manim_drumkit.split.script import movable, run_all_script
from plans import plan_with

NASTY = "a 'quoted' \"name\" $(touch pwned) `touch pwned` ; -rf \\ *"


def script(tmp_path, **changes):
    return run_all_script(
        plan_with(**changes),
        tmp_path / "tmp",
        jobs=3,
        python=str(tmp_path / NASTY / "python"),
        project=tmp_path,
    )


@pytest.mark.parametrize("audio", [True, False])
def test_the_script_is_clean_under_shellcheck(tmp_path, audio):
    plan = plan_with(mix_sha256="ab" if audio else "", scene_file="../my scene.py")
    python = "/opt/my python/python3"
    path = tmp_path / "run_all.sh"
    path.write_text(run_all_script(plan, tmp_path, jobs=3, python=python, project=tmp_path))
    done = subprocess.run(["shellcheck", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_script_uses_nothing_that_bash_3_2_or_bsd_tools_lack(tmp_path):
    text = script(tmp_path)
    missing = (
        "wait -n",
        "mapfile",
        "readarray",
        "nproc",
        "xargs -I",
        "-P 0",
        "declare -A",
        "${!",
        "&>",
    )
    assert not [word for word in missing if word in text]


def test_nothing_in_a_name_is_run_by_the_shell(tmp_path):
    options = ("--tex_template", NASTY)
    text = script(tmp_path, scene_file=f"../{NASTY}.py", manim_options=options)
    called = text.replace("\ncd ", "\ntrue ").replace('exec "$python"', "printf '%s\\n'", 1)
    python = tmp_path / NASTY / "python"
    python.parent.mkdir()
    python.touch(0o755)
    (tmp_path / "plan.json").touch()
    path = tmp_path / "run_all.sh"
    path.write_text(called)
    done = subprocess.run(["bash", path, "3"], capture_output=True, text=True, check=True)
    printed = done.stdout.splitlines()
    assert f"{tmp_path}/../{NASTY}.py" in printed
    assert NASTY in printed
    assert not list(tmp_path.rglob("pwned"))


def test_a_project_can_be_moved_with_its_output(tmp_path):
    project, out = tmp_path, tmp_path / "out" / "tmp"
    assert movable(project / "my.py", out, project) == "../../my.py"
    assert movable(Path("/usr/my.py"), out, project) == "/usr/my.py"
    assert movable(project / "my.py", Path("/var/tmp/out"), project) == str(project / "my.py")


def spoken(script, *command):
    """Run a script that cannot run; return the one line that it says."""
    done = subprocess.run([*command, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture
def written(tmp_path):
    (tmp_path / NASTY).mkdir()
    (tmp_path / NASTY / "python").touch(0o755)
    (tmp_path / "plan.json").touch()
    path = tmp_path / "run_all.sh"
    path.write_text(script(tmp_path))
    return path


def test_another_shell_is_told_to_be_bash(written):
    if Path("/bin/sh").samefile("/bin/bash"):
        pytest.skip("here sh is bash")
    assert "run it with: bash" in spoken(written, "sh")


def test_a_script_that_was_copied_away_names_its_plan(written, tmp_path):
    spooled = tmp_path / "spool" / "slurm_script"
    spooled.parent.mkdir()
    written.rename(spooled)
    words = spoken(spooled, "bash")
    assert "plan.json does not exist" in words
    assert "sbatch --wrap" in words
    assert [path.name for path in spooled.parent.iterdir()] == ["slurm_script"]


def test_a_script_that_comes_through_a_pipe_asks_for_its_file(written, tmp_path):
    done = subprocess.run(
        ["bash"], stdin=written.open(), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "run it with: bash /path/to/tmp/run_all.sh" in done.stderr


@pytest.mark.parametrize("code", ["#!/bin/false\n", "#!/bin/sh\necho no module >&2; exit 1\n"])
def test_a_python_without_the_package_is_named(written, tmp_path, code):
    (tmp_path / NASTY / "python").write_text(code)
    words = spoken(written, "bash")
    assert "cannot import manim_drumkit any more" in words
    assert "run drumkit-split again" in words


def test_a_python_that_is_gone_is_named(written, tmp_path):
    (tmp_path / NASTY / "python").unlink()
    assert "is gone; run drumkit-split again" in spoken(written, "bash")
