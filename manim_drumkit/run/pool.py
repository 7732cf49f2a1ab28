"""The pool: manim processes in parallel, the chunks that wait, and those that failed."""

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from manim_drumkit.atomic import disk_is_full
from manim_drumkit.errors import SegmentError
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.logs import last_words, log_tails, notes
from manim_drumkit.run.worker import Worker
from manim_drumkit.workspace.layout import failed_log_path, log_path, segment_folder
from manim_drumkit.workspace.protocol import COMMAND_VARIABLE, LOCK_VARIABLE
from manim_drumkit.workspace.receipt import has_receipt

LOOK_INTERVAL_S = 0.05
STOP_SECONDS = 5.0
"""How long all processes are given to end when they are asked to."""
COUNT_INTERVAL_S = 0.5
LONGEST_PAUSE_S = 1.0
"""More than that between two looks is not counted: this process itself was stopped."""
ALIKE_FAILURES = 5
"""If so many chunks fail with the same words, and none is whole, all others would fail, too."""


@dataclass(frozen=True)
class RunOptions:
    """How a pool renders, and when it gives up."""

    jobs: int
    """How many processes run in parallel."""
    retries: int = 0
    """How often a failed chunk is tried again."""
    timeout_s: float = 0
    """How long a chunk may go on without a new frame; 0 for ever."""
    fail_fast: bool = False
    """Stop at the first chunk that fails its last try."""


@dataclass
class Pool:
    """The manim processes of a run, and how far they are."""

    run: RunFolder
    options: RunOptions
    say: Callable[[str], None] = lambda text: None
    """Is told what the user should know at once."""
    lock: int | None = None
    """The file descriptor of the lock, which every process inherits."""
    workers: list[Worker] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)
    failed: list[int] = field(default_factory=list)
    """The chunks that failed their last try."""
    seconds: dict[int, float] = field(default_factory=dict)
    """How long every chunk that is whole has taken."""
    frames: int = 0
    """How many frames are drawn, those of chunks that are being drawn too."""
    _frames_whole: int = 0
    _tries: Counter[int] = field(default_factory=Counter)
    _told: set[str] = field(default_factory=set)
    _reasons: Counter[str] = field(default_factory=Counter)

    @property
    def jobs(self) -> int:
        """How many processes run in parallel."""
        return self.options.jobs

    def render(self, numbers: Sequence[int], look: Callable[[], None] = lambda: None) -> None:
        """Render chunks, and return when no process is left; ``failed`` lists the others.

        A process that dies takes only the chunk with it that it was drawing; the others that
        it had are handed to another.

        Args:
            numbers: the chunks to render.
            look: called many times a second.

        Raises:
            SegmentError: the disk is full.
            PlanError: manim's settings are not the plan's.
        """
        log_path(self.run.folder, 0).parent.mkdir(exist_ok=True)
        self.waiting.extend(numbers)
        looked_at = counted_at = time.monotonic()
        try:
            while (self.waiting or self.workers) and not self._gives_up():
                now = time.monotonic()
                self._look(min(now - looked_at, LONGEST_PAUSE_S))
                looked_at = now
                self._hand_out()
                if now - counted_at >= COUNT_INTERVAL_S:
                    counted_at = now
                    self._count()
                look()
                time.sleep(LOOK_INTERVAL_S)
        finally:
            for worker in self.workers:
                worker.process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for worker in self.workers:
                worker.end(deadline - time.monotonic())
        self._count()

    def drawing(self) -> dict[int, float]:
        """Return the chunks that are being drawn, and for how many seconds."""
        drawing = {w.drawing: w.seconds for w in self.workers}
        return {number: seconds for number, seconds in drawing.items() if number is not None}

    def _gives_up(self) -> bool:
        return self.options.fail_fast and bool(self.failed)

    def _look(self, passed_s: float) -> None:
        for worker in self.workers:
            for number, seconds in worker.look(passed_s).items():
                self._note(number, seconds)
            if worker.process.returncode is not None:
                self.waiting.extendleft(reversed(worker.queued))
        self.workers = [w for w in self.workers if w.process.returncode is None]

    def _hand_out(self) -> None:
        """Give every process its next chunk, and start as many processes as there are jobs."""
        for worker in self.workers:
            if not self.waiting:
                worker.close()
            elif worker.wants_chunk:
                worker.queue(self.waiting.popleft())
        while self.waiting and len(self.workers) < self.jobs:
            self.workers.append(self._start(self.waiting.popleft()))

    def _start(self, number: int) -> Worker:
        run, variables = self.run, {COMMAND_VARIABLE: self.run.command_digest}
        if self.lock is None:
            return Worker.start(run.folder, number, run.command, variables=variables)
        variables[LOCK_VARIABLE] = str(self.lock)
        return Worker.start(
            run.folder, number, run.command, keep_open=(self.lock,), variables=variables
        )

    def _count(self) -> None:
        self.frames = self._frames_whole + sum(worker.frames() for worker in self.workers)
        limit = self.options.timeout_s
        for worker in self.workers:
            if limit and worker.idle_seconds > limit:
                worker.give_up(f"given up: no new frame for {limit:g} s (--timeout)")

    def _tell(self, lines: Sequence[str]) -> None:
        """Tell the user what chunks note, each thing once."""
        for line in lines:
            if line not in self._told:
                self._told.add(line)
                self.say(line)

    def _note(self, number: int, seconds: float) -> None:
        """Note that a chunk has ended."""
        if has_receipt(segment_folder(self.run.folder, number)):
            self.run.check_settings(number)
            self._tell(notes(self.run.folder, number))
            self.seconds[number] = seconds
            self._frames_whole += self.run.plan.chunks[number].frame_count
            return
        self._tries[number] += 1
        reason = last_words(self.run.folder, number)
        if disk_is_full(self.run.folder):
            raise SegmentError(
                f"chunk {number} failed, and the disk of {self.run.folder} is full ({reason}); "
                "make room and run the script again, what is rendered is kept"
            )
        self._reasons[reason] += 1
        if not self.seconds and self._reasons[reason] >= ALIKE_FAILURES:
            raise SegmentError(
                f"the first {ALIKE_FAILURES} chunks failed alike, so the others are not tried; fix "
                f"the cause and rerun\n{log_tails(self.run.folder, [number])}"
            )
        if self._tries[number] > self.options.retries:
            self.failed.append(number)
            self.say(f"Chunk {number} failed: {reason}")
            return
        self.say(f"Chunk {number} failed and will be tried again: {reason}")
        with contextlib.suppress(FileNotFoundError):
            log = log_path(self.run.folder, number)
            log.replace(failed_log_path(self.run.folder, number))
        (self.waiting.appendleft if self.options.fail_fast else self.waiting.append)(number)
