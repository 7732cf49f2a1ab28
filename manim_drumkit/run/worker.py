"""A worker: one manim process, told what to draw next while it draws.

It reads the names of its chunks from standard input, and begins each with a new log.
"""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from manim_drumkit.segment.batch import CREW_VARIABLE, FROM_INPUT, PLACE
from manim_drumkit.segment.recorder import frames_rendered, has_receipt
from manim_drumkit.workspace.layout import chunk_name, log_path, segment_folder


class Worker:
    """One manim process, the chunks that it was told to draw, and how it gets on with them."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.drawing: int | None = None
        """The chunk that was begun last, unless it is over."""
        self.seconds = 0.0
        """How long it has been drawing that."""
        self.idle_seconds = 0.0
        """How long ago it drew its last frame, or began."""
        self._folder = folder
        self._told: deque[int] = deque()
        self._frames = 0
        self._given_up = ""

    @classmethod
    def start(
        cls, folder: Path, number: int, command: Sequence[str], *, keep_open: Sequence[int]
    ) -> "Worker":
        """Start a process, and tell it its first chunk."""
        segment, log = segment_folder(folder, PLACE), log_path(folder, PLACE)
        places = [f"--segment-dir={segment}", f"--log-file={log}"]
        with log_path(folder, number).open("wb") as output:
            process = subprocess.Popen(
                [*command, "--chunk-file", FROM_INPUT, *places],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                bufsize=0,
                env={**os.environ, CREW_VARIABLE: str(os.getpid())},
                pass_fds=keep_open,
            )
        worker = cls(folder, process)
        worker._tell(number)
        return worker

    @property
    def listens(self) -> bool:
        """Whether it can be told one more chunk: it has begun all, and was not dismissed."""
        return not self._told and not self._stdin.closed and self.process.returncode is None

    def tell(self, number: int) -> None:
        """Give the process one more chunk to draw."""
        log_path(self._folder, number).unlink(missing_ok=True)
        self._tell(number)

    def dismiss(self) -> None:
        """Let the process end after what it was told."""
        self._stdin.close()

    def look(self, passed_s: float) -> dict[int, float]:
        """Look what has happened; return the chunks that are over, and how long they took.

        Args:
            passed_s: the seconds that have passed since the last look.
        """
        ended = self.process.poll() is not None
        self.seconds += passed_s
        self.idle_seconds += passed_s
        over: dict[int, float] = {}
        while self._told and log_path(self._folder, self._told[0]).exists():
            over |= self._finish()
            self.drawing = self._told.popleft()
        if ended:
            self._stdin.close()
            if self.drawing is not None and not has_receipt(self._segment()):
                self._write_obituary(log_path(self._folder, self.drawing))
            over |= self._finish()
        return over

    def frames(self) -> int:
        """Count the frames that are drawn of the present chunk."""
        frames = frames_rendered(self._segment()) if self.drawing is not None else 0
        if frames != self._frames:
            self._frames, self.idle_seconds = frames, 0.0
        return frames

    def left(self) -> list[int]:
        """Tell which chunks it was told and has not begun."""
        return list(self._told)

    def give_up(self, reason: str) -> None:
        """End a process that will not come to an end by itself."""
        self._given_up = reason
        self.process.kill()

    def end(self, patience_s: float) -> None:
        """Wait for a process that was told to end, but not for ever."""
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

    def _tell(self, number: int) -> None:
        self._told.append(number)
        name = os.fsencode(self._folder / chunk_name(number)) + b"\0"
        with contextlib.suppress(BrokenPipeError):  # it is dead, which look() will tell
            self._stdin.write(name)

    def _finish(self) -> dict[int, float]:
        over = {} if self.drawing is None else {self.drawing: self.seconds}
        self.drawing, self.seconds, self.idle_seconds, self._frames = None, 0.0, 0.0, 0
        return over

    def _write_obituary(self, log: Path) -> None:
        code = self.process.returncode
        if code == 1 and log.stat().st_size and not self._given_up:  # it has said why
            return
        with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
            file.write(f"{self._given_up or _obituary(code)}\n")


def _obituary(code: int) -> str:
    if code >= 0:
        return f"manim ended, with status {code}, before its segment was whole"
    if -code != signal.SIGKILL:
        return f"manim was killed with signal {-code} ({signal.strsignal(-code)})"
    return (
        "manim was killed with SIGKILL, most likely by the system because memory ran out; "
        "run fewer side by side: JOBS=1 ./run_all.sh"
    )
