"""A run: what of a plan is rendered, what is still to do, and what failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim_drumkit.chunk import Chunk
from manim_drumkit.command import recipe_now
from manim_drumkit.errors import SceneError, SegmentError
from manim_drumkit.plan import PLAN_NAME, Plan
from manim_drumkit.segment import forget, frames_rendered, has_receipt, is_whole, receipt_of
from manim_drumkit.workspace import chunk_name, log_path, segment_folder

LOG_TAIL_LINES = 12


@dataclass(frozen=True)
class Run:
    """The folder of a plan, seen while and after it is rendered."""

    folder: Path
    plan: Plan

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """Read the plan of a folder.

        Raises:
            PlanError: there is none, or it cannot be read.
        """
        return cls(folder, Plan.load(folder / PLAN_NAME))

    def todo(self) -> list[int]:
        """List the chunks whose segment is missing, broken or out of date.

        What is left of such segments counts no more from then on: their receipts go.

        Raises:
            ChunkError: a chunk is missing or is not the plan's.
            SceneError: the scene's file is gone.
        """
        digests = self._digests()
        scene_file = self.folder / self.plan.scene_file
        if not scene_file.is_file():
            raise SceneError(f"{scene_file} does not exist; run drumkit-split again")
        missing = self._without_receipt()
        if len(missing) < len(self.plan.chunks):
            missing = self._not_whole(digests)
        for number in missing:
            forget(self._segment(number))
        return missing

    def frames_done(self) -> int:
        """Count the frames that are drawn, those of unfinished segments too."""
        return sum(
            chunk.frame_count
            if has_receipt(self._segment(number))
            else min(frames_rendered(self._segment(number)), chunk.frame_count)
            for number, chunk in enumerate(self.plan.chunks)
        )

    def check_segments(self) -> None:
        """Make sure that every chunk has its segment, and all are made from the same.

        Raises:
            SegmentError: some have none; it names them and shows the end of their logs. Or
                some are of another making, because something changed during the run.
        """
        failed = self._without_receipt()
        if failed:
            names = ", ".join(map(str, failed))
            tails = "\n".join(self._log_tail(number) for number in failed[:3])
            more = f"\n… and {len(failed) - 3} more" if len(failed) > 3 else ""
            raise SegmentError(
                f"{len(failed)} of {len(self.plan.chunks)} chunks failed ({names}); run the script "
                f"again when the cause is mended, the others are kept\n{tails}{more}"
            )
        changed = self._of_another_making()
        if changed:
            raise SegmentError(
                f"the scene, the plan or the segments changed during the run (chunks "
                f"{', '.join(map(str, changed))}); run the script again to render these anew"
            )

    def _of_another_making(self) -> list[int]:
        """List the chunks whose segment is broken, or made from other things than the last one."""
        made_from = receipt_of(self._segment(len(self.plan.chunks) - 1))
        return [
            number
            for number, digest in enumerate(self._digests())
            if not self._is_whole(number, made_from | {"chunk": digest})
        ]

    def _digests(self) -> list[str]:
        numbers = range(len(self.plan.chunks))
        return [Chunk.load(self.folder / chunk_name(number)).digest for number in numbers]

    def _without_receipt(self) -> list[int]:
        numbers = range(len(self.plan.chunks))
        return [number for number in numbers if not has_receipt(self._segment(number))]

    def _not_whole(self, digests: list[str]) -> list[int]:
        now = recipe_now(self.folder, self.plan)
        return [
            number
            for number, digest in enumerate(digests)
            if not self._is_whole(number, now | {"chunk": digest})
        ]

    def _is_whole(self, number: int, made_from: dict[str, Any]) -> bool:
        return is_whole(self._segment(number), self.plan.film_name, made_from)

    def _segment(self, number: int) -> Path:
        return segment_folder(self.folder, number)

    def _log_tail(self, number: int) -> str:
        path = log_path(self.folder, number)
        try:
            lines = path.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return f"Chunk {number} left no log in {path}"
        tail = "\n".join(f"  {line}" for line in lines[-LOG_TAIL_LINES:])
        return f"The end of {path}:\n{tail}"
