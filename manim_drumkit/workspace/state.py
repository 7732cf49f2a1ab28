"""The state of a run, which its supervisor writes and others read."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, get_args

import msgspec

from manim_drumkit.atomic import read_json, write_json
from manim_drumkit.workspace.layout import STATE_NAME

Phase: TypeAlias = Literal[
    "starting", "rendering", "joining", "done", "partly done", "stopped", "failed"
]
PHASES: tuple[Phase, ...] = get_args(Phase)
"""Where a run may be; those after joining are ends."""
ENDS = PHASES[PHASES.index("joining") + 1 :]

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**50)]
Amount: TypeAlias = Annotated[float, msgspec.Meta(ge=0, lt=1e15)]


@dataclass(frozen=True)
class RunState:
    """Where a run is; all times are of a clock that does not jump."""

    phase: Phase
    process: Count
    """The process of the supervisor."""
    jobs: Count = 0
    """How many manim processes run in parallel."""
    seconds: Amount = 0.0
    """How long it has been rendering."""
    frames: Count = 0
    """The frames that it has to draw."""
    drawn: Count = 0
    """The frames that it has drawn."""
    frames_per_second: Amount = 0.0
    """In the last seconds."""
    seconds_left: Amount | None = None
    """At this run's mean speed; ``None`` if nothing is known."""
    drawing: Mapping[int, Amount] = field(default_factory=dict)
    """The chunks that are being drawn, and for how many seconds."""
    failed: tuple[Count, ...] = ()
    """The chunks that failed their last try."""
    slowest: Mapping[int, Amount] = field(default_factory=dict)
    """The chunks that took longest, and their seconds; the slowest first."""

    @property
    def ended(self) -> bool:
        """Whether the run has ended, by its own account."""
        return self.phase in ENDS

    def save(self, folder: Path) -> None:
        """Write the state into the folder of the run."""
        write_json(folder / STATE_NAME, self)

    @classmethod
    def load(cls, folder: Path) -> "RunState | None":
        """Read the state; ``None`` before the first run, or if the file is damaged."""
        return read_json(folder / STATE_NAME, cls)


def set_phase(folder: Path, phase: Phase) -> None:
    """Write where the run in a folder is now."""
    state = RunState.load(folder)
    if state:
        with contextlib.suppress(OSError):  # on a full disk; others report it
            replace(state, phase=phase, drawing={}).save(folder)
