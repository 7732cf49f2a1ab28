"""Farms: drumkit-farm, and clusters of Dask's own commands."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from programs import must_be_marked, run
from runs import wait_until

COMMAND = (sys.executable, "-m", "manim_drumkit.cli.farm")


def farm(project, *arguments, check=False, **env):
    """Run drumkit-farm in a project, with two workers unless the arguments name a scheduler."""
    workers = () if "--scheduler" in arguments else ("--workers", "2")
    return run(*COMMAND, "tmp", *workers, *arguments, cwd=project, check=check, **env)


class Program:
    """A program in the background, in a process group of its own."""

    def __init__(self, *words, cwd, **env):
        must_be_marked([str(word) for word in words])
        self.output = cwd / f"{Path(words[0]).name}-{words[1]}-{os.urandom(4).hex()}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in words],
                cwd=cwd,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, number=signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def said(self, text):
        """Wait until it has printed something."""
        wait_until(lambda: text in self.output.read_text(), 60)


def processes_with(text):
    """List the living processes whose command line names something."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state = (process / "stat").read_bytes().rpartition(b")")[2].split()[0]
            if text.encode() in (process / "cmdline").read_bytes() and state != b"Z":
                found.append(int(process.name))
    return found
