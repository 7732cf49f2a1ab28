"""The renderer: the manims of one Dask worker, each kept for many chunks."""

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.farm.bundle import Bundle
from manim_drumkit.run.logs import TAIL_BYTES
from manim_drumkit.run.worker import Worker
from manim_drumkit.workspace.layout import RECEIPT_NAME, chunk_name, log_path, segment_folder
from manim_drumkit.workspace.protocol import COMMAND_VARIABLE, END_ON_FAILURE_VARIABLE
from manim_drumkit.workspace.receipt import has_receipt

LOOK_INTERVAL_S = 0.01
LOOK_SHARE = 0.01
"""How long it may take to see that a chunk is whole, as a share of the chunk's time."""
SLOWEST_LOOK_S = 0.1
COUNT_INTERVAL_S = 0.5
LONGEST_PAUSE_S = 1.0
"""More than that between two looks is not counted: this process itself was stopped."""
IDLE_S = 10.0
"""How long a manim is kept that has nothing to draw: its client may be gone."""


class UnwantedError(Exception):
    """Nobody wants the chunk any more."""


@dataclass(frozen=True)
class Segment:
    """What has become of a chunk."""

    number: int
    receipt: bytes
    """The file of the receipt; empty if the chunk failed."""
    video: bytes
    """The file of the video; empty if the chunk failed."""
    log: bytes
    """The end of manim's output."""
    seconds: float
    """How long it has taken."""


class Renderer:
    """The manims of one worker."""

    def __init__(self, bundle: Bundle, root: Path) -> None:
        """Begin without a manim.

        Args:
            bundle: what is unpacked; its archive is not needed any more.
            root: the folder that it is unpacked in.
        """
        self.bundle = bundle
        self._project, self._folder = root / bundle.project, root / bundle.folder
        self._variables = {
            COMMAND_VARIABLE: bundle.command_digest,
            END_ON_FAILURE_VARIABLE: "1",
        }
        if bundle.python_path:
            own = os.environ.get("PYTHONPATH")
            folders = [*(str(root / name) for name in bundle.python_path), *([own] if own else [])]
            self._variables["PYTHONPATH"] = os.pathsep.join(folders)
        log_path(self._folder, 0).parent.mkdir(exist_ok=True)
        self._idle: list[tuple[Worker, float]] = []
        """Manims without a chunk, and since when."""
        self._closed = False
        self._lock = threading.Lock()

    def render(
        self,
        number: int,
        chunk: bytes,
        *,
        timeout_s: float,
        interval_s: float,
        report: Callable[[int], None],
        is_cancelled: Callable[[], bool],
    ) -> Segment:
        """Draw a chunk; a segment without receipt tells in its log why it failed.

        Args:
            number: the chunk's.
            chunk: its file.
            timeout_s: how long it may go on without a new frame; 0 for ever.
            interval_s: how often to report.
            report: is told how many frames are drawn.
            is_cancelled: tells whether to give up.

        Raises:
            UnwantedError: it was told to.
        """
        path, begun = self._folder / chunk_name(number), time.monotonic()
        path.write_bytes(chunk)
        manim = None
        try:
            report(0)
            manim = self._start_or_queue(number)
            self._wait(manim, number, timeout_s, interval_s, report, is_cancelled)
            return self._segment(number, time.monotonic() - begun)
        except BaseException:
            if manim:
                _kill(manim)
            raise
        finally:
            if manim:
                self._put_back(manim)
            path.unlink(missing_ok=True)
            log_path(self._folder, number).unlink(missing_ok=True)
            shutil.rmtree(segment_folder(self._folder, number), ignore_errors=True)

    def end_idle(self, idle_s: float = IDLE_S) -> None:
        """End the manims that have had nothing to draw for some seconds."""
        with self._lock:
            long_ago = time.monotonic() - idle_s
            ending = [manim for manim, since in self._idle if since <= long_ago]
            self._idle = [(manim, since) for manim, since in self._idle if since > long_ago]
        for manim in ending:
            _kill(manim)

    def close(self) -> None:
        """End all manims; those that draw end with the threads that wait for them."""
        self._closed = True
        self.end_idle(0)

    def _start_or_queue(self, number: int) -> Worker:
        while True:
            with self._lock:
                manim = self._idle.pop()[0] if self._idle else None
            if manim is None:
                return self._start(number)
            if manim.process.poll() is None:
                manim.queue(number)
                return manim
            _kill(manim)

    def _start(self, number: int) -> Worker:
        return Worker.start(
            self._folder,
            number,
            (sys.executable, *self.bundle.command),
            variables=self._variables,
            cwd=self._project,
            own_group=True,
        )

    def _wait(
        self,
        manim: Worker,
        number: int,
        timeout_s: float,
        interval_s: float,
        report: Callable[[int], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        """Wait until a chunk is whole or its manim has ended."""
        segment = segment_folder(self._folder, number)
        begun = looked_at = counted_at = reported_at = time.monotonic()
        frames = 0
        while not has_receipt(segment) and manim.process.returncode is None:
            if is_cancelled() or self._closed:
                raise UnwantedError
            now = time.monotonic()
            manim.look(min(now - looked_at, LONGEST_PAUSE_S))
            looked_at = now
            if now - counted_at >= COUNT_INTERVAL_S:
                counted_at, frames = now, manim.frames()
                if timeout_s and manim.idle_seconds > timeout_s:
                    manim.give_up(f"given up: no new frame for {timeout_s:g} s (--timeout)")
            if now - reported_at >= interval_s:
                reported_at = now
                report(frames)
            time.sleep(min(max(LOOK_INTERVAL_S, LOOK_SHARE * (now - begun)), SLOWEST_LOOK_S))

    def _segment(self, number: int, seconds: float) -> Segment:
        segment, log = segment_folder(self._folder, number), _end_of(log_path(self._folder, number))
        if not has_receipt(segment):
            return Segment(number, b"", b"", log, seconds)
        receipt, video = segment / RECEIPT_NAME, segment / self.bundle.video_name
        return Segment(number, receipt.read_bytes(), video.read_bytes(), log, seconds)

    def _put_back(self, manim: Worker) -> None:
        """Keep a manim for the next chunk, if it lives."""
        with self._lock:
            if manim.process.poll() is None and not self._closed:
                self._idle.append((manim, time.monotonic()))
                return
        _kill(manim)


def _end_of(log: Path) -> bytes:
    try:
        return log.read_bytes()[-TAIL_BYTES:]
    except FileNotFoundError:
        return b""


def _kill(manim: Worker) -> None:
    """End a manim, and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(manim.process.pid, signal.SIGKILL)
    manim.end(1)
