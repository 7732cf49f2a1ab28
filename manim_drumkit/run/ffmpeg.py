"""ffmpeg, run aside: it ends with the process that started it, and its words are kept."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from manim_drumkit.errors import FilmError
from manim_drumkit.workspace.layout import ENCODED_MIX_NAME, MIX_NAME

LOOK_INTERVAL_S = 0.05
STOP_SECONDS = 5.0
TAIL_LINES = 12
PR_SET_PDEATHSIG = 1
"""From ``linux/prctl.h``: which signal a process gets when its parent dies."""


class Ffmpeg:
    """A running ffmpeg."""

    def __init__(self, command: Sequence[str], output: Path) -> None:
        """Start it.

        Args:
            command: its command line.
            output: the file that it writes. It runs in its folder, so that its arguments need
                no path, of which it might make something else. An older file is removed first:
                if an ffmpeg without a supervisor still writes into that, it disturbs nobody.
        """
        output.unlink(missing_ok=True)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 # closed when the process has ended
        self._process = subprocess.Popen(
            command,
            cwd=output.parent,
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent(),
        )

    def finish(self, task: str, look: Callable[[], None]) -> None:
        """Wait for its end.

        Args:
            task: what it does, for the error.
            look: called many times a second; what it raises ends ffmpeg, too.

        Raises:
            FilmError: it failed; the message ends with its last lines.
        """
        try:
            while self._process.poll() is None:
                look()
                time.sleep(LOOK_INTERVAL_S)
        finally:
            self.stop()
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").splitlines()[-TAIL_LINES:]
        self._words.close()
        if self._process.returncode:
            status = self._process.returncode
            cause = f"status {status}" if status > 0 else f"signal {-status}"
            raise FilmError(
                "\n".join(
                    [
                        f"ffmpeg could not {task} ({cause}); what is rendered is kept, "
                        "run the script again",
                        *lines,
                    ]
                )
            )

    def stop(self) -> None:
        """End it, if it runs still."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def encode_mix_command() -> list[str]:
    """Return the command line that encodes the sound of the film, in its folder."""
    quiet = "ffmpeg -nostdin -hide_banner -loglevel error -y".split()
    return [*quiet, "-i", MIX_NAME, "-c:a", "aac", "-b:a", "256k", ENCODED_MIX_NAME]


def _end_with_parent() -> Callable[[], None] | None:
    """Return what a child does first, so that the system ends it when this process dies.

    Linux only; on macOS an ffmpeg whose supervisor was killed finishes its seconds of work.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return in_child
