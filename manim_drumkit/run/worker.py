"""A worker: one manim process, which gets its next chunk while it draws the one before.

It reads the names of its chunks from standard input, and begins each with a new log.
"""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from manim_drumkit.run.commands import digest_of
from manim_drumkit.run.forking import ForkedProcess, ForkServer
from manim_drumkit.workspace.layout import chunk_name, log_path, segment_folder
from manim_drumkit.workspace.protocol import (
    COMMAND_VARIABLE,
    FROM_STDIN,
    ONE_THREAD,
    PLACEHOLDER,
    SUPERVISOR_VARIABLE,
)
from manim_drumkit.workspace.receipt import frames_rendered, has_receipt

SAME_ORDER = {"PYTHONHASHSEED": "0"}
"""Lets every process go through a set in the same order; Python draws one for each of them."""


def worker_command(folder: Path, command: Sequence[str]) -> list[str]:
    """Return the whole command line of a worker.

    Args:
        folder: the folder of the plan.
        command: the command line that starts manim with a scene.
    """
    segment, log = segment_folder(folder, PLACEHOLDER), log_path(folder, PLACEHOLDER)
    places = [f"--segment-dir={segment}", f"--log-file={log}"]
    return [*command, "--chunk-file", FROM_STDIN, *places]


def worker_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a worker, with some variables of its run."""
    own = {SUPERVISOR_VARIABLE: str(os.getpid()), **SAME_ORDER}
    return {**os.environ, **ONE_THREAD, **own, **variables}


def start_server(folder: Path, command: Sequence[str]) -> ForkServer:
    """Start what imports manim once for all workers of a run."""
    variables = {COMMAND_VARIABLE: digest_of(command)}
    return ForkServer(worker_command(folder, command), worker_environment(variables))


def start_server_early(folder: Path, command: Sequence[str]) -> ForkServer | None:
    """Start it before anything is checked, if a chunk was never rendered to its end."""
    for number in count():
        if not (folder / chunk_name(number)).is_file():
            return None
        if not has_receipt(segment_folder(folder, number)):
            break
    with contextlib.suppress(OSError):  # the run tries again, and says why not
        return start_server(folder, command)
    return None


Process: TypeAlias = "subprocess.Popen[bytes] | ForkedProcess"


class Worker:
    """One manim process, the chunks that are queued for it, and how far it is with them."""

    def __init__(self, folder: Path, process: Process) -> None:
        self.process = process
        self.drawing: int | None = None
        """The chunk that was begun last, unless it is over."""
        self.seconds = 0.0
        """How long it has been drawing that."""
        self.idle_seconds = 0.0
        """How long ago it drew its last frame, or began."""
        self._folder = folder
        self._queued: deque[int] = deque()
        self._frames = 0
        self._given_up = ""

    @classmethod
    def start(
        cls,
        folder: Path,
        number: int,
        command: Sequence[str],
        *,
        keep_open: Sequence[int] = (),
        variables: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        own_group: bool = False,
        fork: Callable[[int], ForkedProcess | None] = lambda output: None,
    ) -> "Worker":
        """Start a process with its first chunk.

        Args:
            folder: the folder of the plan.
            number: the first chunk.
            command: the command line that starts manim with a scene.
            keep_open: file descriptors that the process inherits.
            variables: more environment variables for it.
            cwd: the folder to run it in, if not this process's own.
            own_group: whether it gets a process group of its own, with what it starts.
            fork: returns a forked process of this command that prints to a file descriptor;
                ``None`` where one is to be started.
        """
        with log_path(folder, number).open("wb") as output:
            process: Process = fork(output.fileno()) or subprocess.Popen(
                worker_command(folder, command),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                bufsize=0,
                env=worker_environment(variables or {}),
                pass_fds=keep_open,
                cwd=cwd,
                process_group=0 if own_group else None,
            )
        worker = cls(folder, process)
        worker._send(number)
        return worker

    @property
    def wants_chunk(self) -> bool:
        """Whether it can take one more chunk: it has begun all, and its queue is open."""
        return not self._queued and not self._stdin.closed and self.process.returncode is None

    @property
    def queued(self) -> list[int]:
        """The chunks that it has and has not begun."""
        return list(self._queued)

    def queue(self, number: int) -> None:
        """Give the process one more chunk."""
        log_path(self._folder, number).unlink(missing_ok=True)
        self._send(number)

    def close(self) -> None:
        """Let the process end after the chunks that it has."""
        self._stdin.close()

    def look(self, passed_s: float) -> dict[int, float]:
        """Find out what has happened; return the chunks that have ended, and how long they took.

        Args:
            passed_s: the seconds that have passed since the last look.
        """
        ended = self.process.poll() is not None
        self.seconds += passed_s
        self.idle_seconds += passed_s
        ended_chunks: dict[int, float] = {}
        while self._queued and log_path(self._folder, self._queued[0]).exists():
            ended_chunks |= self._finish()
            self.drawing = self._queued.popleft()
        if ended:
            self._stdin.close()
            if self.drawing is not None and not has_receipt(self._segment()):
                self._log_exit(log_path(self._folder, self.drawing))
            ended_chunks |= self._finish()
        return ended_chunks

    def frames(self) -> int:
        """Count the frames that are drawn of the present chunk."""
        frames = frames_rendered(self._segment()) if self.drawing is not None else 0
        if frames != self._frames:
            self._frames, self.idle_seconds = frames, 0.0
        return frames

    def give_up(self, reason: str) -> None:
        """Kill a process that makes no progress."""
        self._given_up = reason
        self.process.kill()

    def end(self, patience_s: float) -> None:
        """Wait for a process that was asked to end, and kill it if it does not."""
        try:
            self.process.wait(max(patience_s, 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._stdin.close()

    @property
    def _stdin(self) -> Any:
        return self.process.stdin

    def _segment(self) -> Path:
        return segment_folder(self._folder, str(self.drawing))

    def _send(self, number: int) -> None:
        self._queued.append(number)
        name = os.fsencode(self._folder / chunk_name(number)) + b"\0"
        with contextlib.suppress(BrokenPipeError):  # it is dead, as look() will find
            self._stdin.write(name)

    def _finish(self) -> dict[int, float]:
        ended = {} if self.drawing is None else {self.drawing: self.seconds}
        self.drawing, self.seconds, self.idle_seconds, self._frames = None, 0.0, 0.0, 0
        return ended

    def _log_exit(self, log: Path) -> None:
        code = self.process.returncode
        if code == 1 and log.stat().st_size and not self._given_up:  # manim has said why
            return
        with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
            file.write(f"{self._given_up or _exit_text(code)}\n")


def _exit_text(code: int) -> str:
    if code >= 0:
        return f"manim ended, with status {code}, before its segment was whole"
    if -code != signal.SIGKILL:
        return f"manim was killed with signal {-code} ({signal.strsignal(-code)})"
    return (
        "manim was killed with SIGKILL, most likely by the system because memory ran out; "
        "run fewer in parallel: JOBS=1 ./run_all.sh"
    )
