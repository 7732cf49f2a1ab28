"""Runs to disturb: a scene with a fault, a script that is killed, and what they leave."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from films import assert_exact, pictures
from films import split as split_stems
from manim_drumkit.workspace.lock import is_held
from manim_drumkit.workspace.state import RunState
from programs import LOSSLESS, TINY, must_be_marked, run
from sounds import write_stems

SCENE = """
import os, sys, time
from pathlib import Path
from manim import *
from manim_drumkit import DrumScene

class Video(DrumScene):
    def build(self):
        self.dots = [Dot(radius=0.5) for stem in self.chunk.stems]
        self.add(*self.dots)
        NUMBER = self.chunk.start_frame // 5
        FAULT

    def draw(self, levels, time):
        for i, dot in enumerate(self.dots):
            dot.move_to([3 * i - 3, 5 * levels[i] - 2, 0])
        with open("drawn", "a") as file:
            file.write(f"{round(time * 10)}\\n")
        __import__("time").sleep(float(os.environ.get("SLOW", 0)))
"""
"""Five frames a chunk; notes every frame that it draws."""

FRAMES, FRAMES_A_CHUNK, CHUNKS, JOBS = 50, 5, 10, 2


def split(project, *, fault="pass", jobs=1, options=()):
    """Split into chunks of a scene that does ``fault`` in chunk ``NUMBER`` of its choice."""
    (project / "own.py").write_text(SCENE.replace("FAULT", fault))
    split_stems(
        project,
        *("stems", "--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", "0.5"),
        *("--jobs", jobs, *options, "--", *TINY, *LOSSLESS),
    )


def run_all(project, *arguments, **env):
    return run("./tmp/run_all.sh", *arguments, cwd=project, check=False, **env)


class Running:
    """``run_all.sh`` in a process group of its own, as in a terminal; or in a real one."""

    def __init__(self, project, *arguments, slow="0.2", terminal=None, **env):
        def as_a_terminal_does():
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if terminal is not None:
                os.login_tty(terminal)

        command = ["./tmp/run_all.sh", *arguments]
        must_be_marked(command)
        self.project = project
        self.output = (project / "output").open("w+")
        self.process = subprocess.Popen(
            command,
            cwd=project,
            env={**os.environ, "SLOW": slow, **env},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=as_a_terminal_does,
        )

    @property
    def ended(self):
        return self.process.poll() is not None

    def members(self):
        """List the living processes of the group, by what they run."""
        return processes_of(self.process.pid)

    def manims(self):
        others = self.members().items()
        return [pid for pid, words in others
                if "--chunk-file" in words and pid != self.process.pid
                and not is_fork_server(pid, words)]  # fmt: skip

    def kill(self, number, *, group=False):
        (os.killpg if group else os.kill)(self.process.pid, number)

    def wait(self):
        """Wait for the script, and for the last of its processes; return status and output."""
        status = self.process.wait(60)
        wait_until(lambda: not is_held(self.project / "tmp"))
        self.output.seek(0)
        return status, self.output.read()


def is_fork_server(pid, words):
    """Tell a fork server from what it has forked, which has its command line."""
    if "manim_drumkit.segment.fork_server" not in words:
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text() != "manim\n"
    return True


def processes_of(group):
    """List the living processes of a group, by what they run; a bare machine has no ``ps``."""
    if not Path("/proc/self/stat").exists():
        return _processes_by_ps(group)
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            state, _, its_group = (process / "stat").read_bytes().rpartition(b")")[2].split()[:3]
            if int(its_group) == group and state != b"Z":
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(process.name)] = words.decode(errors="replace")
    return found


def _processes_by_ps(group):
    command = ["ps", "-A", "-o", "pid=,pgid=,state=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    return {int(pid): words[0] for pid, its_group, state, *words in rows
            if int(its_group) == group and not state.startswith("Z")}  # fmt: skip


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def wait_for_segments(project, count):
    wait_until(lambda: len(receipts(project)) >= count)


def state(project):
    return RunState.load(project / "tmp")


def receipts(project):
    """Tell of every whole segment when its receipt was written."""
    found = (project / "tmp" / "media").glob("*/receipt.json")
    return {int(path.parent.name): path.stat().st_mtime_ns for path in found}


def frames_drawn(project):
    return [int(line) for line in (project / "drawn").read_text().splitlines()]


def film(project):
    return pictures(project / "tmp" / "Video.mp4")


def false_ffmpeg(folder, code):
    """Write an ffmpeg that runs some shell code before the true one; return a path with it."""
    script = folder / "bin" / "ffmpeg"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\n{code}\nexec {shutil.which("ffmpeg")} "$@"\n')
    script.chmod(0o755)
    return {"PATH": f"{script.parent}:{os.environ['PATH']}"}


def undisturbed_film(folder, frames):
    """Render a film that nothing disturbs; return its pictures."""
    write_stems(folder / "stems", frames / 10)
    split(folder)
    done = run_all(folder)
    assert done.returncode == 0, done.stderr
    return film(folder)


def assert_a_rerun_gives_the_film(project, undisturbed):
    done = run_all(project)
    assert done.returncode == 0, done.stderr
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)
