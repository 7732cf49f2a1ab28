import os
import subprocess
import sys

import pytest

from manim_drumkit.errors import RunError
from manim_drumkit.workspace.lock import LOCK_NAME, is_held, no_run, take


@pytest.fixture
def descriptor(tmp_path):
    opened = os.open(tmp_path / LOCK_NAME, os.O_CREAT | os.O_RDWR)
    yield opened
    os.close(opened)


def test_a_lock_is_held_until_the_last_process_that_inherited_it_has_ended(tmp_path):
    opened = os.open(tmp_path / LOCK_NAME, os.O_CREAT | os.O_RDWR)
    assert take(opened, patience_s=0)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[opened])
    os.close(opened)
    assert is_held(tmp_path)
    other = os.open(tmp_path / LOCK_NAME, os.O_RDWR)
    assert not take(other, patience_s=0.1)
    child.kill()
    child.wait()
    assert take(other, patience_s=0.1)
    os.close(other)
    assert not is_held(tmp_path)


def test_a_folder_without_a_run_is_free(tmp_path, descriptor):
    assert not is_held(tmp_path)
    assert not is_held(tmp_path / "nowhere")
    with no_run(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_a_folder_is_not_changed_while_a_run_is_at_work(tmp_path, descriptor):
    assert take(descriptor, patience_s=0)
    with pytest.raises(RunError, match="a run is at work"), no_run(tmp_path):
        raise AssertionError("it must not come to this")
