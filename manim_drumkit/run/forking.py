"""Forking: manims that share one import of manim, where the system can fork them safely."""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

from manim_drumkit.workspace.protocol import READY

SERVER = "manim_drumkit.segment.fork_server"
MANIM = (sys.executable, "-B", "-P", "-m", "manim")
"""How a command line begins that can be forked: with our own Python and manim."""
STARTING_S = 60.0
"""How long the import of manim is waited for."""
FORKING_S = 10.0
"""How long a fork is waited for."""
WAIT_INTERVAL_S = 0.01
PR_SET_CHILD_SUBREAPER = 36
"""From ``linux/prctl.h``: whether a process adopts the orphans among its descendants."""


class ForkedProcess:
    """A forked process; has what :class:`~manim_drumkit.run.worker.Worker` uses of a Popen."""

    def __init__(self, pid: int, stdin: IO[bytes]) -> None:
        self.pid = pid
        self.stdin = stdin
        self.returncode: int | Any = None
        """Its exit status, or minus the signal that killed it; ``None`` while it runs."""

    def poll(self) -> int | None:
        """Return its exit status if it has ended."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it goes on for longer than ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired("manim", timeout or 0)
            time.sleep(WAIT_INTERVAL_S)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:  # its number is not another's before it was waited for
            os.kill(self.pid, number)


class ForkServer:
    """A process that has imported manim and forks the manims of a run.

    See :mod:`manim_drumkit.segment.fork_server`. Whatever keeps it from doing so, ``fork``
    returns ``None`` then, and manims are to be started one by one.
    """

    def __init__(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start it, if the system and the command line allow.

        Args:
            command: the whole command line of every manim.
            variables: its environment.
        """
        self._channel: socket.socket | None = None
        self._starting = False
        if sys.platform != "linux" or tuple(command[: len(MANIM)]) != MANIM:
            return
        if not _adopt_orphans(True):
            return
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its, tempfile.TemporaryFile() as output:
            self._process = subprocess.Popen(
                [*command[: len(MANIM) - 1], SERVER, *command[len(MANIM) :]],
                stdin=its.fileno(),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=variables,
            )
        self._channel, self._starting = ours, True
        self._deadline = time.monotonic() + STARTING_S

    @property
    def is_starting(self) -> bool:
        """Whether it imports manim still; the manims wait for it until then."""
        return self._starting

    def pause(self, seconds: float) -> None:
        """Wait some seconds, or until manim is imported."""
        if self._channel is None or not self._starting:
            time.sleep(seconds)
        elif select.select([self._channel], [], [], seconds)[0]:
            self._starting = False
            if self._receive() != READY:
                self.close()
        elif time.monotonic() > self._deadline:
            self.close()

    def fork(self, output: int, lock: int | None) -> ForkedProcess | None:
        """Fork a manim.

        Args:
            output: the file descriptor that it prints to.
            lock: the file descriptor of the lock, for it to hold.

        Returns the process; ``None`` if there is none.
        """
        if self._channel is None or self._starting:
            return None
        stdin, ours = os.pipe()
        writer = open(ours, "wb", buffering=0)  # noqa: SIM115, PTH123 # a Worker closes it
        try:
            held = () if lock is None else (lock,)
            self._channel.settimeout(FORKING_S)
            with contextlib.suppress(OSError):  # it is dead, as the answer shows
                socket.send_fds(self._channel, [b"\0"], [stdin, output, *held])
            answer = self._receive()
        except BaseException:
            writer.close()
            raise
        finally:
            os.close(stdin)
        if answer:
            return ForkedProcess(int(answer), writer)
        writer.close()
        self.close()
        return None

    def close(self) -> None:
        """End it; the manims that it has forked go on."""
        if self._channel is None:
            return
        self._channel.close()
        self._channel, self._starting = None, False
        self._process.kill()  # it has nothing to save
        self._process.wait()
        _adopt_orphans(False)

    def _receive(self) -> bytes:
        """Return the server's next message; nothing if it is gone or silent."""
        with contextlib.suppress(OSError):
            return self._channel.recv(32) if self._channel else b""
        return b""


def _adopt_orphans(adopt: bool) -> bool:
    """Let this process adopt the orphans among its descendants, or not; tell whether it can."""
    try:
        status: int = ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)
    except (AttributeError, OSError):
        return False
    return status == 0
