"""The crew: manim processes side by side, each told what to draw when it has less than it can do.

A process reads the names of its chunks from standard input, and begins each with a new log.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from manim_drumkit.run import Run
from manim_drumkit.segment import has_receipt
from manim_drumkit.turns import FROM_INPUT, PLACE
from manim_drumkit.workspace import chunk_name, log_path, segment_folder

LOOK_INTERVAL_S = 0.05
STOP_SECONDS = 5.0
"""How long a process is given to end when it is told to."""


def render(
    run: Run,
    numbers: Sequence[int],
    command: Sequence[str],
    *,
    jobs: int,
    look: Callable[[], None] = lambda: None,
) -> None:
    """Render chunks, and return when no process is left; whether all came out, others check.

    A process that dies takes only the chunk with it that it was drawing; what it had still
    to do is handed to another.

    Args:
        run: where they belong.
        numbers: the chunks to render.
        command: what starts manim with a scene; the chunks' own options are added.
        jobs: how many processes run side by side.
        look: called many times a second.
    """
    log_path(run.folder, 0).parent.mkdir(exist_ok=True)
    waiting = deque(numbers)
    crew: list[_Worker] = []
    try:
        while waiting or crew:
            while waiting and len(crew) < jobs:
                crew.append(_Worker.start(run, waiting.popleft(), command))
            for worker in crew:
                if worker.process.poll() is not None:
                    waiting.extendleft(worker.left())
                elif not waiting:
                    worker.dismiss()
                elif worker.draws_its_last():
                    worker.tell(waiting.popleft())
            crew = [worker for worker in crew if worker.process.returncode is None]
            look()
            time.sleep(LOOK_INTERVAL_S)
    finally:
        for worker in crew:
            worker.process.terminate()
        for worker in crew:
            worker.end()


@dataclass(frozen=True)
class _Worker:
    """One manim process and the chunks that it was told to draw."""

    run: Run
    process: "subprocess.Popen[bytes]"
    numbers: list[int] = field(default_factory=list)

    @classmethod
    def start(cls, run: Run, number: int, command: Sequence[str]) -> "_Worker":
        """Start a process, and tell it its first chunk."""
        folder = run.folder
        segment, log = segment_folder(folder, PLACE), log_path(folder, PLACE)
        places = [f"--segment-dir={segment}", f"--log-file={log}"]
        with log_path(folder, number).open("wb") as output:
            process = subprocess.Popen(
                [*command, "--chunk-file", FROM_INPUT, *places],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                bufsize=0,
            )
        worker = cls(run, process)
        worker.tell(number, log_is_there=True)
        return worker

    def tell(self, number: int, *, log_is_there: bool = False) -> None:
        """Give the process one more chunk to draw."""
        if not log_is_there:
            log_path(self.run.folder, number).unlink(missing_ok=True)
        self.numbers.append(number)
        name = os.fsencode(self.run.folder / chunk_name(number)) + b"\0"
        with contextlib.suppress(BrokenPipeError):  # it is dead, which poll() will tell
            self._stdin.write(name)

    def draws_its_last(self) -> bool:
        """Tell whether the process has begun all chunks that it was told, and still listens."""
        return not self._stdin.closed and log_path(self.run.folder, self.numbers[-1]).exists()

    def dismiss(self) -> None:
        """Let the process end after what it was told."""
        self._stdin.close()

    def left(self) -> list[int]:
        """Tell which chunks a process that has ended never began; they have no log."""
        self._stdin.close()
        if self.process.returncode < 0:
            self._write_obituary(signal.Signals(-self.process.returncode).name)
        return [n for n in self.numbers if not log_path(self.run.folder, n).exists()]

    def end(self) -> None:
        """Wait for a process that was told to end, but not for ever."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def _stdin(self) -> Any:
        return self.process.stdin

    def _write_obituary(self, signal_name: str) -> None:
        folder = self.run.folder
        for number in self.numbers:
            log = log_path(folder, number)
            if log.exists() and not has_receipt(segment_folder(folder, number)):
                hint = "; systems do that when memory runs out" if signal_name == "SIGKILL" else ""
                with log.open("a") as file:
                    file.write(f"manim was killed with {signal_name}{hint}\n")
