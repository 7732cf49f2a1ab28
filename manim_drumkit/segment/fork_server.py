"""The fork server: imports manim once, and forks a manim process for each worker of a run.

``python -B -P -m manim_drumkit.segment.fork_server WORDS`` forks processes that go on as
``python -B -P -m manim WORDS`` would. Standard input is a socket to the supervisor, standard
output and standard error are a file. The server sends :data:`READY` after the import. Each
message that it receives brings file descriptors: standard input and output of a process, and
the lock if there is one; the process sends its number back. The server ends when the supervisor
closes the socket or dies.

A forked process is adopted by the supervisor, a child subreaper, when the process between the
two has ended. So the supervisor waits for it as for its own, and it sees the supervisor die.
"""

import atexit
import gc
import os
import runpy
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from manim_drumkit.workspace.protocol import LOCK_VARIABLE, MOST_DESCRIPTORS, READY

ADOPTION_INTERVAL_S = 0.0005


def main() -> None:
    """Import manim, and fork processes until the supervisor is gone."""
    statuses: list[int] = []
    atexit.register(_skip_teardown, statuses)  # the first that is registered is called last
    channel = socket.socket(fileno=os.dup(0))
    gc.disable()  # nothing of what is imported goes away
    import manim  # noqa: F401

    import manim_drumkit.segment.batch

    _ = manim_drumkit.DrumScene  # loads what most scenes import
    gc.enable()
    gc.freeze()  # no collection writes into the memory that the processes share
    sys.stdout.flush()
    sys.stderr.flush()
    if _is_one_thread():
        channel.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 1, MOST_DESCRIPTORS)
        if not message or not _is_one_thread():
            os._exit(0)  # what others have registered to be done at the end is for the forked
        if _fork():
            break
        for number in descriptors:
            os.close(number)
    _take_over(descriptors)
    channel.send(str(os.getpid()).encode())
    channel.close()
    try:
        runpy.run_module("manim", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        statuses.append(int(end.code or 0))


def _skip_teardown(statuses: Sequence[int]) -> None:
    """End a process that has ended with a status; freeing all that is imported takes long."""
    if statuses:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(statuses[0])


def _is_one_thread() -> bool:
    """Tell whether this process has one thread: a fork would leave out all others."""
    return threading.active_count() == 1 and len(list(Path("/proc/self/task").iterdir())) == 1


def _fork() -> bool:
    """Fork a process that the supervisor adopts; return whether this is that process."""
    between = os.fork()
    if between:
        if os.waitpid(between, 0)[1]:
            os._exit(1)
        return False
    between = os.getpid()
    try:
        forked = os.fork()
    except OSError:
        os._exit(1)
    if forked:
        os._exit(0)  # what the server has imported is not to be torn down here
    while os.getppid() == between:
        time.sleep(ADOPTION_INTERVAL_S)
    return True


def _take_over(descriptors: Sequence[int]) -> None:
    """Take standard input, output and the lock as if this process were started with them."""
    printed = os.pread(1, os.fstat(1).st_size, 0)  # while manim was imported
    stdin, output, *lock = descriptors
    for number, source in enumerate((stdin, output, output)):
        os.dup2(source, number)
    os.close(stdin)
    os.close(output)
    if lock:
        os.environ[LOCK_VARIABLE] = str(lock[0])
    Path("/proc/self/comm").write_text("manim")
    if printed:
        os.write(1, printed)


if __name__ == "__main__":
    main()
