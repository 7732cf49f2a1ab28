"""The pool: manim processes in parallel, the chunks that wait, and those that failed."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.forking import ForkServer
from manim_drumkit.run.outcomes import Outcomes
from manim_drumkit.run.worker import Worker, start_server
from manim_drumkit.workspace.layout import log_path
from manim_drumkit.workspace.protocol import COMMAND_VARIABLE, LOCK_VARIABLE

LOOK_INTERVAL_S = 0.05
STOP_SECONDS = 5.0
"""How long all processes are given to end when they are asked to."""
COUNT_INTERVAL_S = 0.5
LONGEST_PAUSE_S = 1.0
"""More than that between two looks is not counted: this process itself was stopped."""


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
    server: ForkServer | None = None
    """What imports manim for this run already, if anything does."""
    workers: list[Worker] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)
    frames: int = 0
    """How many frames are drawn, those of chunks that are being drawn too."""
    _outcomes: Outcomes = field(init=False)
    _server: ForkServer = field(init=False)

    def __post_init__(self) -> None:
        self._outcomes = Outcomes(self.run, self.options.retries, lambda text: self.say(text))

    @property
    def failed(self) -> list[int]:
        """The chunks that failed their last try."""
        return self._outcomes.failed

    @property
    def seconds(self) -> dict[int, float]:
        """How long every chunk that is whole has taken."""
        return self._outcomes.seconds

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
        self._server = self.server or start_server(self.run.folder, self.run.command)
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
                if self.waiting or self.workers:
                    self._server.pause(LOOK_INTERVAL_S)
        finally:
            for worker in self.workers:
                worker.process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for worker in self.workers:
                worker.end(deadline - time.monotonic())
            self._server.close()
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
        while self.waiting and len(self.workers) < self.jobs and not self._server.is_starting:
            self.workers.append(self._start(self.waiting.popleft()))

    def _start(self, number: int) -> Worker:
        run, lock = self.run, self.lock
        variables = {COMMAND_VARIABLE: run.command_digest}
        if lock is not None:
            variables[LOCK_VARIABLE] = str(lock)
        return Worker.start(
            run.folder,
            number,
            run.command,
            keep_open=() if lock is None else (lock,),
            variables=variables,
            fork=lambda output: self._server.fork(output, lock),
        )

    def _count(self) -> None:
        self.frames = self._outcomes.frames + sum(worker.frames() for worker in self.workers)
        limit = self.options.timeout_s
        for worker in self.workers:
            if limit and worker.idle_seconds > limit:
                worker.give_up(f"given up: no new frame for {limit:g} s (--timeout)")

    def _note(self, number: int, seconds: float) -> None:
        """Note that a chunk has ended, and let it wait once more if it is tried again."""
        if self._outcomes.note(number, seconds):
            (self.waiting.appendleft if self.options.fail_fast else self.waiting.append)(number)
