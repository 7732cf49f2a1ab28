"""The lock: one run in a folder at a time, as long as any process of it lives.

``run_all.sh`` opens the file, and all that it starts inherit it open. So the lock ends with
the last of them, however they end: the system gives it back, and no file has to be removed.
"""

import fcntl
import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from manim_drumkit.errors import RunError

LOCK_NAME = ".lock"
LOCK_DESCRIPTOR = 9
"""The file descriptor that ``run_all.sh`` opens the lock with."""
RETRY_INTERVAL_S = 0.05


def take(descriptor: int, *, patience_s: float) -> bool:
    """Lock an open file for all who have it open; give up after some seconds."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(RETRY_INTERVAL_S)
        else:
            return True


def is_held(folder: Path) -> bool:
    """Tell whether a process of a run in this folder is alive."""
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def no_run(folder: Path) -> Iterator[None]:
    """Keep runs out of a folder that is being changed.

    Raises:
        RunError: a run is at work in it.
    """
    with (folder / LOCK_NAME).open("ab") as file:
        if not take(file.fileno(), patience_s=RETRY_INTERVAL_S):
            script = shlex.quote(f"{folder}/run_all.sh")
            raise RunError(
                f"a run is at work in {folder}; wait for its end, or stop it: {script} --stop"
            )
        yield
