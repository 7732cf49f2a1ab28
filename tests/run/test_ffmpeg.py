import os
import signal
import subprocess
import sys
import time

import pytest

from manim_drumkit.errors import FilmError
from manim_drumkit.run.ffmpeg import Ffmpeg
from runs import wait_until


def shell(code, folder):
    return Ffmpeg(["sh", "-c", code], folder / "output")


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_runs_in_the_folder_and_is_waited_for(tmp_path):
    shell("sleep 0.2; touch done", tmp_path).finish("do it", look=lambda: None)
    assert (tmp_path / "done").exists()


def test_an_older_output_is_another_file(tmp_path):
    with (tmp_path / "output").open("w+") as older:
        older.write("from an ffmpeg without a supervisor")
        shell("echo new >output", tmp_path).finish("do it", look=lambda: None)
        assert older.seek(0) == 0
        assert older.read().startswith("from an ffmpeg")
    assert (tmp_path / "output").read_text() == "new\n"


def test_a_failure_ends_with_its_last_lines(tmp_path):
    failing = shell("seq 100 >&2; echo 'No space left'; exit 3", tmp_path)
    with pytest.raises(FilmError, match=r"could not join the segments \(status 3\)") as failure:
        failing.finish("join the segments", look=lambda: None)
    lines = str(failure.value).splitlines()
    assert (lines[-1], lines[-2]) == ("No space left", "100")
    assert len(lines) < 20


def test_a_signal_that_ended_it_is_named(tmp_path):
    with pytest.raises(FilmError, match="signal 9"):
        shell("kill -9 $$", tmp_path).finish("join", look=lambda: None)


def test_what_interrupts_the_wait_ends_it_too(tmp_path):
    def interrupt():
        if (tmp_path / "process").exists() and (tmp_path / "process").read_text():
            raise KeyboardInterrupt

    running = shell("echo $$ >process; exec sleep 60", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        running.finish("join", interrupt)
    assert not alive(int((tmp_path / "process").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no PR_SET_PDEATHSIG")
def test_it_ends_with_its_parent_whatever_ends_that(tmp_path):
    code = (
        "import pathlib, time; from manim_drumkit.run.ffmpeg import Ffmpeg\n"
        "Ffmpeg(['sh', '-c', 'echo $$ >process; exec sleep 60'], pathlib.Path('output'))\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    noted = tmp_path / "process"
    wait_until(lambda: noted.exists() and noted.read_text().endswith("\n"))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while alive(int(noted.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(int(noted.read_text()))
