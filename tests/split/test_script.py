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
        python=f"/opt/{NASTY}/python",
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
