"""The helper: a process that asks manim for its settings, and finds peaks, beside a split.

Manim and scipy take longer to import than the split takes for all its work. So
:mod:`manim_drumkit.split.helper_process` imports them beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
from multiprocessing.connection import Pipe
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.protocol import ONE_THREAD

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from manim_drumkit.split.inputs import Inputs

MODULE = "manim_drumkit.split.helper_process"


class Helper:
    """The process, to be asked."""

    def __init__(self) -> None:
        """Start it."""
        self._connection, its = Pipe()
        self._lock = Lock()
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 # closed at the end
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-P", "-m", MODULE],
                stdin=its.fileno(),
                stdout=self._printed,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ONE_THREAD},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._printed.close()

    def settings(self, inputs: "Inputs") -> dict[str, str]:
        """Return manim's settings for a film; to be asked first, and once.

        Raises:
            PlanError: there are none.
        """
        words = [str(inputs.scene_file), inputs.scene, str(inputs.fps), *inputs.manim_options]
        try:
            settings, reason = json.loads(self._ask(json.dumps(words).encode()))
        except (EOFError, OSError):
            self._printed.seek(0)
            lines = self._printed.read().decode("utf-8", "replace").strip().splitlines()
            settings, reason = None, lines[-1] if lines else "the process that asks it was ended"
        if settings is None:
            raise PlanError(f"manim cannot be configured for the film: {reason}")
        found: dict[str, str] = settings
        return found

    def find_peaks(self, onset: "npt.NDArray[np.float32]") -> "npt.NDArray[np.int64]":
        """Find peaks as :func:`manim_drumkit.levels.peaks.find_peaks` does."""
        import numpy as np

        from manim_drumkit.levels import peaks

        try:
            return np.frombuffer(self._ask(onset.tobytes()), np.int64)
        except (EOFError, OSError):  # it is gone
            return peaks.find_peaks(onset)

    def _ask(self, question: bytes) -> bytes:
        with self._lock:
            self._connection.send_bytes(question)
            return self._connection.recv_bytes()
