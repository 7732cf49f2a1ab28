"""The crew: manim processes side by side, each given a batch of chunks to draw in turn."""

import math
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from manim_drumkit.run import Run
from manim_drumkit.segment import has_receipt
from manim_drumkit.turns import PLACE
from manim_drumkit.workspace import chunk_name, log_path, segment_folder

LOOK_INTERVAL_S = 0.05
BATCH_SHARE = 0.75
"""How much of what is left is handed out at a time; the rest keeps all busy to the end."""
MOST_IN_A_BATCH = 500
"""So that a command line is not too long for any system."""
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
    waiting = deque(batches(numbers, jobs))
    crew: list[_Worker] = []
    try:
        while waiting or crew:
            while waiting and len(crew) < jobs:
                crew.append(_Worker.start(run, waiting.popleft(), command))
            time.sleep(LOOK_INTERVAL_S)
            look()
            for worker in [worker for worker in crew if worker.process.poll() is not None]:
                crew.remove(worker)
                left = worker.left()
                if left:
                    waiting.append(left)
    finally:
        for worker in crew:
            worker.process.terminate()
        for worker in crew:
            worker.end()


def batches(numbers: Sequence[int], jobs: int) -> list[list[int]]:
    """Cut a list of chunks into batches, large ones first.

    >>> [len(batch) for batch in batches(range(12), 2)]
    [5, 5, 1, 1]
    """
    made = []
    left = list(numbers)
    share = BATCH_SHARE if jobs > 1 else 1
    while left:
        size = min(math.ceil(len(left) / jobs * share), MOST_IN_A_BATCH)
        for _ in range(jobs):
            made.append(left[:size])
            left = left[size:]
    return [batch for batch in made if batch]


@dataclass(frozen=True)
class _Worker:
    """One manim process and the chunks that it was given."""

    run: Run
    numbers: list[int]
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, run: Run, numbers: list[int], command: Sequence[str]) -> "_Worker":
        folder = run.folder
        for number in numbers:
            log_path(folder, number).unlink(missing_ok=True)
        chunks = [f"--chunk-file={folder / chunk_name(number)}" for number in numbers]
        places = [f"--segment-dir={folder}/media/{PLACE}", f"--log-file={folder}/logs/{PLACE}.log"]
        with log_path(folder, numbers[0]).open("wb") as log:
            process = subprocess.Popen(
                [*command, *chunks, *places],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return cls(run, numbers, process)

    def left(self) -> list[int]:
        """Tell which chunks a process that has ended never began; they have no log."""
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

    def _write_obituary(self, signal_name: str) -> None:
        folder = self.run.folder
        for number in self.numbers:
            log = log_path(folder, number)
            if log.exists() and not has_receipt(segment_folder(folder, number)):
                hint = "; systems do that when memory runs out" if signal_name == "SIGKILL" else ""
                with log.open("a") as file:
                    file.write(f"manim was killed with {signal_name}{hint}\n")
