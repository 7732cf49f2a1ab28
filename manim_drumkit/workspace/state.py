"""The journal: what a run says of itself, in a file that others look at."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from manim_drumkit.atomic import write_whole

JOURNAL_NAME = ".run.json"
STEPS = ("starting", "rendering", "joining", "done", "partly done", "stopped", "failed")
"""Where a run may be; those after joining are ends."""
ENDS = STEPS[STEPS.index("joining") + 1 :]

UNREADABLE = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError),
    *(RecursionError, ArithmeticError),
)
"""What reading a journal that is damaged or strange may raise."""


@dataclass(frozen=True)
class Journal:
    """What a run has come to; all times are of a clock that does not jump."""

    step: str
    """One of :data:`STEPS`."""
    process: int
    """The process of ``run_all.sh``."""
    jobs: int = 0
    """How many manims it keeps busy."""
    seconds: float = 0.0
    """How long it has been at work."""
    frames: int = 0
    """The frames that it has to draw."""
    drawn: int = 0
    """The frames that it has drawn."""
    frames_per_second: float = 0.0
    """In the last seconds."""
    seconds_left: float | None = None
    """At this run's mean speed; ``None`` if nothing is known."""
    drawing: Mapping[int, float] | None = None
    """The chunks that are being drawn, and for how many seconds."""
    failed: tuple[int, ...] = ()
    """The chunks that failed, as often as they were tried."""
    slowest: Mapping[int, float] | None = None
    """The chunks that took longest, and their seconds; the slowest first."""

    @property
    def ended(self) -> bool:
        """Whether the run says that it has ended."""
        return self.step in ENDS

    def save(self, folder: Path) -> None:
        """Write the journal into the folder of the run."""
        write_whole(folder / JOURNAL_NAME, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def load(cls, folder: Path) -> "Journal | None":
        """Read the journal; there is none before the first run, and none that is damaged."""
        try:
            return _parse((folder / JOURNAL_NAME).read_text("utf-8"))
        except UNREADABLE:
            return None


def turn_page(folder: Path, step: str) -> None:
    """Note in the journal of a folder where the run is now."""
    journal = Journal.load(folder)
    if journal:
        with contextlib.suppress(OSError):  # a full disk is said by others
            replace(journal, step=step, drawing={}).save(folder)


def _parse(text: str) -> Journal:
    content = json.loads(text)
    if content["step"] not in STEPS:
        raise ValueError(content["step"])
    left = content["seconds_left"]
    return Journal(
        step=content["step"],
        process=int(_amount(content["process"])),
        jobs=int(_amount(content["jobs"])),
        seconds=_amount(content["seconds"]),
        frames=int(_amount(content["frames"])),
        drawn=int(_amount(content["drawn"])),
        frames_per_second=_amount(content["frames_per_second"]),
        seconds_left=None if left is None else _amount(left),
        drawing=_seconds_of_chunks(content["drawing"]),
        failed=tuple(map(int, content["failed"])),
        slowest=_seconds_of_chunks(content["slowest"]),
    )


def _seconds_of_chunks(content: Mapping[str, float] | None) -> dict[int, float]:
    return {int(number): _amount(seconds) for number, seconds in (content or {}).items()}


def _amount(value: float) -> float:
    if not 0 <= value < 1e15:
        raise ValueError(value)
    return float(value)
