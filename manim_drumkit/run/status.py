"""The status of a run, from its files alone: finished, at work, or dead."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from manim_drumkit.workspace.layout import PLAN_NAME, segment_folder
from manim_drumkit.workspace.lock import is_held
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.receipt import frames_rendered, has_receipt, receipt_names
from manim_drumkit.workspace.state import RunState

NOT_BEGUN, DEAD, UNKNOWN = "not begun", "dead", "unknown"


@dataclass(frozen=True)
class Status:
    """What the files in a run's folder say, at one moment."""

    folder: Path
    plan: Plan
    state: RunState | None
    """What the last run says of itself; ``None`` if there was none."""
    alive: bool
    """Whether a process of it lives."""
    can_tell: bool
    """Whether that can be told; another user's lock may be unreadable."""
    whole: frozenset[int]
    """The chunks whose segments are finished."""
    drawing: Mapping[int, int]
    """The frames that are drawn of the chunks that are being drawn."""

    @classmethod
    def read(cls, folder: Path) -> "Status":
        """Read the files of a run, and touch none.

        Raises:
            PlanError: there is no plan, or it cannot be read.
        """
        plan = Plan.load(folder / PLAN_NAME)
        state = RunState.load(folder)
        held = is_held(folder)
        alive = held is True and not (state and state.ended)
        begun = state.drawing if state and alive else {}
        whole = _with_receipt(folder, plan)
        if state is None:  # a run takes the receipts away of what is out of date
            whole = frozenset(n for n in whole if _is_of(plan, n, folder))
        drawing = {
            number: min(frames_rendered(segment_folder(folder, number)), place.frame_count)
            for number, place in enumerate(plan.chunks)
            if number in begun and number not in whole
        }
        return cls(folder, plan, state, alive, held is not None, whole, drawing)

    @property
    def phase(self) -> str:
        """Where the run is: a phase of the state, ``dead``, ``unknown``, or ``not begun``."""
        if not self.can_tell and not (self.state and self.state.ended):
            return UNKNOWN
        if self.state is None:
            return "starting" if self.alive else NOT_BEGUN
        return self.state.phase if self.alive or self.state.ended else DEAD

    @property
    def failed(self) -> tuple[int, ...]:
        """The chunks that failed in the last run."""
        failed = self.state.failed if self.state else ()
        return tuple(number for number in failed if number in self.waiting_or_failed)

    @property
    def waiting(self) -> tuple[int, ...]:
        """The chunks that are still to be drawn."""
        return tuple(sorted(self.waiting_or_failed - set(self.failed)))

    @cached_property
    def waiting_or_failed(self) -> frozenset[int]:
        """The chunks that are neither whole nor being drawn."""
        return frozenset(range(len(self.plan.chunks))) - self.whole - self.drawing.keys()

    @property
    def frames_done(self) -> int:
        """The frames that are drawn."""
        whole = sum(self.plan.chunks[number].frame_count for number in self.whole)
        return whole + sum(self.drawing.values())

    @property
    def frames_per_second(self) -> float:
        """How fast frames come now."""
        return self.state.frames_per_second if self._renders and self.state else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the run will go on, from this run alone; ``None`` if that is not known."""
        return self.state.seconds_left if self._renders and self.state else None

    @property
    def film(self) -> Path | None:
        """The film, if it is of this run."""
        film = self.folder / self.plan.film_name
        return film if self.phase == "done" and film.is_file() else None

    @property
    def _renders(self) -> bool:
        return self.alive and self.phase == "rendering"


def _is_of(plan: Plan, number: int, folder: Path) -> bool:
    """Tell whether a segment was made from the plan's chunk, and not from an older one."""
    segment = segment_folder(folder, number)
    return receipt_names(segment, plan.digest_of(number), plan.film_digest)


def _with_receipt(folder: Path, plan: Plan) -> frozenset[int]:
    try:
        names = {each.name for each in segment_folder(folder, 0).parent.iterdir()}
    except OSError:
        return frozenset()
    begun = (number for number in range(len(plan.chunks)) if str(number) in names)
    return frozenset(n for n in begun if has_receipt(segment_folder(folder, n)))
