"""Machines where a user has no home, as in containers, or no more than a few variables."""

import os
import subprocess
import sys

import pytest

from films import assert_exact
from programs import BIN, LOSSLESS, TINY, run

pytestmark = pytest.mark.film

NOBODY = ("unshare", "--user", "--map-user=12345", "--map-group=12345")
"""Runs a command as a user whom this machine does not know."""
OPTIONS = ("stems", "--quiet", "--fps", "10", "--", *TINY, *LOSSLESS)


@pytest.fixture
def homeless(project):
    """Run commands in the project as a user without a home, or with some variables."""
    command = [*NOBODY, sys.executable, "-c", "import os; print(os.path.expanduser('~'))"]
    try:
        home = subprocess.run(command, env={}, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        home = ""
    if home != "~\n":
        pytest.skip("this machine cannot run a command as a user without a home (unshare --user)")

    def run_it(*words, check=True, **variables):
        known = [f"{name}={value}" for name, value in variables.items()]
        return run(*NOBODY, "env", "-i", *known, *words, cwd=project, check=check)

    return run_it


def test_all_works_without_home_and_without_an_entry_for_the_user(homeless, project):
    path = {"PATH": os.environ["PATH"]}
    homeless("drumkit-split", *OPTIONS, **path)
    homeless("./tmp/run_all.sh", **path)
    assert_exact(project)
    assert "done" in homeless("drumkit-status", **path).stdout
    words = ("stems", "--estimate", *OPTIONS[2:])
    assert "One takes" in homeless("drumkit-split", *words, **path).stdout


def test_a_home_that_cannot_be_read_is_named_with_the_remedy(homeless, project):
    (project / "home").mkdir(mode=0)
    variables = {"PATH": os.environ["PATH"], "HOME": str(project / "home")}
    done = homeless("drumkit-split", *OPTIONS, check=False, **variables)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "manim.cfg cannot be read; make it readable, or set HOME to another folder" in last


def test_a_split_needs_no_variables_at_all(project):
    run("env", "-i", BIN / "drumkit-split", *OPTIONS, cwd=project)
    run("env", "-i", "./tmp/run_all.sh", cwd=project)
    assert_exact(project)
