"""The lock: one run in a folder at a time, as long as any process of it lives.

The supervisor opens the file, and the manims that it starts inherit it open. So the lock ends
with the last of them, however they end: the system gives it back, and no file is removed.
"""

import errno
import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from manim_drumkit.errors import RunError
from manim_drumkit.workspace.layout import LOCK_NAME, SCRIPT_NAME

try:
    import fcntl
except ImportError:  # on Windows; see require_posix()
    fcntl = None  # type: ignore[assignment]

RETRY_INTERVAL_S = 0.05


def require_posix() -> None:
    """Refuse a system on which no run can be kept alone in its folder.

    Raises:
        RunError: this is Windows.
    """
    if fcntl is None:
        raise RunError(
            "drumkit-split and run_all.sh need Linux, macOS or Windows' WSL; the options of manim "
            "render and scenes work here, too"
        )


def open_lock(folder: Path) -> int:
    """Open the file of the lock; return its descriptor.

    Raises:
        RunError: the folder cannot be written.
    """
    try:
        return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RunError(f"{folder / LOCK_NAME} is a link; remove it") from error
        raise RunError(
            f"{folder} cannot be written ({error.strerror}); copy it to a place that can be"
        ) from error


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


def is_held(folder: Path) -> bool | None:
    """Tell whether a process of a run in this folder is alive; ``None`` if it cannot be told."""
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # this file system has no locks
        return None
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
    descriptor = open_lock(folder)
    try:
        if not take(descriptor, patience_s=RETRY_INTERVAL_S):
            script = shlex.quote(f"{folder}/{SCRIPT_NAME}")
            raise RunError(
                f"a run is at work in {folder}; wait for its end, or stop it: {script} --stop"
            )
        yield
    finally:
        os.close(descriptor)
