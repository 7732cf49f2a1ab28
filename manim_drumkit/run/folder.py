"""A run: what of a plan is rendered, what is still to do, and what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim_drumkit.errors import SceneError, SegmentError
from manim_drumkit.run.chunk_ranges import selection
from manim_drumkit.run.logs import log_tails
from manim_drumkit.segment.manim_cli import recipe_now
from manim_drumkit.segment.recorder import has_receipt, is_whole, receipt_of
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.layout import segment_folder
from manim_drumkit.workspace.plan import PLAN_NAME, Plan


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

    @property
    def numbers(self) -> range:
        """The numbers of all chunks."""
        return range(len(self.plan.chunks))

    def todo(self, numbers: Sequence[int]) -> list[int]:
        """List those of some chunks whose segment is missing, broken or out of date.

        Raises:
            ChunkError: one of all the chunks is missing or is not the plan's.
            SceneError: the scene's file is gone.
        """
        digests = self._digests()
        scene_file = self.folder / self.plan.scene_file
        if not scene_file.is_file():
            raise SceneError(f"{scene_file} does not exist; run drumkit-split again")
        with_receipt = [n for n in numbers if has_receipt(self.segment(n))]
        if not with_receipt:
            return list(numbers)
        now = recipe_now(self.folder, self.plan)
        whole = {n for n in with_receipt if self._is_whole(n, now | {"chunk": digests[n]})}
        return [n for n in numbers if n not in whole]

    def left_after(self, rendered: Sequence[int]) -> list[int]:
        """List the chunks that have no whole segment of the same making as those rendered now.

        Raises:
            SegmentError: some of those rendered are of another making, because something
                changed during the run.
        """
        made_from = receipt_of(self.segment(rendered[-1]))
        left = [
            number
            for number, digest in enumerate(self._digests())
            if not self._is_whole(number, made_from | {"chunk": digest})
        ]
        changed = sorted(set(left) & set(rendered))
        if changed:
            raise SegmentError(
                f"the scene, the plan or the segments changed during the run (chunks "
                f"{selection(changed)}); run the script again to render these anew"
            )
        return left

    def frames_in(self, numbers: Iterable[int]) -> int:
        """Count the frames of some chunks."""
        return sum(self.plan.chunks[number].frame_count for number in numbers)

    def failure(self, failed: Sequence[int]) -> SegmentError:
        """Say which chunks failed, and how their logs end."""
        return SegmentError(
            f"{len(failed)} of {len(self.numbers)} chunks failed ({selection(failed)}); run the "
            f"script again when the cause is mended, the others are kept\n"
            f"{log_tails(self.folder, failed)}"
        )

    def segment(self, number: int) -> Path:
        """Say where the segment of a chunk is."""
        return segment_folder(self.folder, number)

    def _digests(self) -> list[str]:
        for number in self.numbers:
            Chunk.of(self.plan, number, self.folder)
        return [self.plan.digest_of(number) for number in self.numbers]

    def _is_whole(self, number: int, made_from: dict[str, Any]) -> bool:
        return is_whole(
            self.segment(number),
            self.plan.film_name,
            made_from,
            self.plan.chunks[number].frame_count,
        )
