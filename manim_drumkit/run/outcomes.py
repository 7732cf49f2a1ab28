"""The outcomes of a run's chunks: which are whole, which failed, and which are tried again."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from manim_drumkit.atomic import disk_is_full
from manim_drumkit.errors import SegmentError
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.logs import last_words, log_tails, notes
from manim_drumkit.workspace.layout import failed_log_path, log_path, segment_folder
from manim_drumkit.workspace.receipt import has_receipt

ALIKE_FAILURES = 5
"""If so many chunks fail with the same words, and none is whole, all others would fail, too."""
NUMBER = re.compile(r"\b(?:0x[0-9a-f]+|[0-9a-f]*\d[0-9a-f]*)\b")
"""What may differ in these words: a frame, a chunk, a process, an address."""


@dataclass
class Outcomes:
    """What has become of the chunks that have ended, whichever pool rendered them."""

    run: RunFolder
    retries: int
    """How often a failed chunk is tried again."""
    say: Callable[[str], None]
    """Is told what the user should know at once."""
    failed: list[int] = field(default_factory=list)
    """The chunks that failed their last try."""
    seconds: dict[int, float] = field(default_factory=dict)
    """How long every chunk that is whole has taken."""
    frames: int = 0
    """The frames of all chunks that are whole."""
    _tries: Counter[int] = field(default_factory=Counter)
    _told: set[str] = field(default_factory=set)
    _reasons: Counter[str] = field(default_factory=Counter)

    def note(self, number: int, seconds: float) -> bool:
        """Note that a chunk has ended; return whether to try it again.

        Its receipt tells whether it is whole, its log why it is not.

        Raises:
            SegmentError: the disk is full, or the first chunks failed alike.
            PlanError: manim's settings are not the plan's.
        """
        if not has_receipt(segment_folder(self.run.folder, number)):
            return self._note_failure(number)
        self.run.check_settings(number)
        self._tell(notes(self.run.folder, number))
        self.seconds[number] = seconds
        self.frames += self.run.plan.chunks[number].frame_count
        return False

    def _note_failure(self, number: int) -> bool:
        self._tries[number] += 1
        reason = last_words(self.run.folder, number)
        if disk_is_full(self.run.folder):
            raise SegmentError(
                f"chunk {number} failed, and the disk of {self.run.folder} is full ({reason}); "
                "make room and run the script again, what is rendered is kept"
            )
        alike = NUMBER.sub("0", reason)
        self._reasons[alike] += 1
        if not self.seconds and self._reasons[alike] >= ALIKE_FAILURES:
            raise SegmentError(
                f"the first {ALIKE_FAILURES} chunks failed alike, so the others are not tried; fix "
                f"the cause and rerun\n{log_tails(self.run.folder, [number])}"
            )
        if self._tries[number] > self.retries:
            self.failed.append(number)
            self.say(f"Chunk {number} failed: {reason}")
            return False
        self.say(f"Chunk {number} failed and will be tried again: {reason}")
        with contextlib.suppress(FileNotFoundError):
            log = log_path(self.run.folder, number)
            log.replace(failed_log_path(self.run.folder, number))
        return True

    def _tell(self, lines: Sequence[str]) -> None:
        """Tell the user what chunks note, each thing once."""
        for line in lines:
            if line not in self._told:
                self._told.add(line)
                self.say(line)
