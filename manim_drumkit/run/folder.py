"""The folder of a run: what of its plan is rendered, what is still to do, and what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from manim_drumkit.errors import PlanError, SceneError, SegmentError
from manim_drumkit.run.chunk_ranges import chunk_ranges
from manim_drumkit.run.commands import digest_of
from manim_drumkit.run.logs import log_tails
from manim_drumkit.segment.recipe import recipe
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.film_levels import read_film_levels
from manim_drumkit.workspace.layout import PLAN_NAME, segment_folder
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.protocol import OPTIONS_OF_A_RUN
from manim_drumkit.workspace.receipt import Receipt, Recipe, has_receipt, whole_segment


@dataclass(frozen=True)
class RunFolder:
    """The folder of a plan, seen while and after it is rendered."""

    folder: Path
    plan: Plan
    command: tuple[str, ...] = ()
    """The command line that starts manim with the scene, as ``run_all.sh`` has it."""

    @classmethod
    def open(cls, folder: Path, command: Sequence[str] = ()) -> "RunFolder":
        """Read the plan of a folder.

        Raises:
            PlanError: there is none, or it cannot be read.
        """
        return cls(folder, Plan.load(folder / PLAN_NAME), tuple(command))

    @property
    def numbers(self) -> range:
        """The numbers of all chunks."""
        return range(len(self.plan.chunks))

    @cached_property
    def command_digest(self) -> str:
        """A digest of the command line that renders."""
        return digest_of(self.command)

    @property
    def command_is_edited(self) -> bool:
        """Whether somebody has changed the scene or the options of manim in ``run_all.sh``."""
        scene = self.plan.scene
        if not self.command:
            return False
        after_scene = self.command[self.command.index(scene) + 1 :] if scene in self.command else ()
        return after_scene != (*OPTIONS_OF_A_RUN, *self.plan.manim_options)

    def check_chunks(self) -> None:
        """Check that all chunks are there, and that the scene is.

        Raises:
            ChunkError: a chunk is missing or is not the plan's.
            SceneError: the scene's file is gone.
        """
        for number in self.numbers:
            chunk = Chunk.of(self.plan, number, self.folder)
        _ = chunk.background  # reads and checks it
        read_film_levels(self.folder, self.plan)
        if not self._scene_file.is_file():
            raise SceneError(f"{self._scene_file} does not exist; run drumkit-split again")

    def todo(self, numbers: Sequence[int]) -> list[int]:
        """List those of some chunks whose segment is missing, broken or out of date."""
        with_receipt = [n for n in numbers if has_receipt(self.segment(n))]
        expected = self.expected_recipe() if with_receipt else None
        whole = {n for n in with_receipt if expected and self._is_whole(n, expected)}
        return [n for n in numbers if n not in whole]

    def left_after(self, rendered: Sequence[int]) -> list[int]:
        """List the chunks that have no whole segment of the same making as those rendered now.

        Raises:
            SegmentError: some of those rendered are of another making, because something
                changed during the run.
        """
        receipt = Receipt.load(self.segment(rendered[-1]))
        left = [n for n in self.numbers if not receipt or not self._is_whole(n, receipt.made_from)]
        changed = sorted(set(left) & set(rendered))
        if changed:
            raise SegmentError(
                f"the scene, the plan or the segments changed during the run (chunks "
                f"{chunk_ranges(changed)}); run the script again to render these anew"
            )
        return left

    def check_settings(self, number: int) -> None:
        """Check that a chunk was just rendered with the settings that the plan was made for.

        Raises:
            PlanError: they are others; a manim.cfg was edited since.
        """
        receipt = Receipt.load(self.segment(number))
        if receipt is None or self.command_is_edited:
            return
        settings, planned = receipt.made_from.settings, self.plan.settings
        names = settings.keys() | planned.keys()
        changed = sorted(name for name in names if settings.get(name) != planned.get(name))
        if changed:
            raise PlanError(
                f"manim's settings have changed since drumkit-split, most likely in a manim.cfg "
                f"({', '.join(changed)}); run drumkit-split again"
            )

    def expected_recipe(self) -> Recipe:
        """Return what a segment would be made from now, but for its chunk."""
        plan = self.plan
        return recipe(
            chunk=None, scene_file=self._scene_file, scene=plan.scene, settings=plan.settings
        )

    def is_made_as(self, expected: Recipe, number: int, receipt: Receipt) -> bool:
        """Tell whether a receipt is of a chunk, and of what was made as expected.

        What settings an edited command line has, only manim could tell; a segment counts then
        if the same command line has rendered it.

        Args:
            expected: see :meth:`expected_recipe`.
            number: the chunk's.
            receipt: its segment's.
        """
        made_from = receipt.made_from
        if self.command_is_edited:
            if receipt.command != self.command_digest:
                return False
            expected = replace(expected, settings=made_from.settings)
        film = made_from.film and self.plan.film_digest
        return made_from == replace(expected, chunk=self.plan.digest_of(number), film=film)

    def frames_in(self, numbers: Iterable[int]) -> int:
        """Count the frames of some chunks."""
        return sum(self.plan.chunks[number].frame_count for number in numbers)

    def failure(self, failed: Sequence[int]) -> SegmentError:
        """Return an error that names the chunks that failed, with the ends of their logs."""
        return SegmentError(
            f"{len(failed)} of {len(self.numbers)} chunks failed ({chunk_ranges(failed)}); fix "
            f"the cause and rerun; finished chunks are kept\n{log_tails(self.folder, failed)}"
        )

    def name_chunks(self, numbers: Sequence[int]) -> str:
        """Return some of the chunks in words."""
        count = len(self.numbers)
        if len(numbers) == count:
            return f"all {count} chunks" if count > 1 else "the only chunk"
        return f"{len(numbers)} of {count} chunks ({chunk_ranges(numbers)})"

    def segment(self, number: int) -> Path:
        """Return the folder of a chunk's segment."""
        return segment_folder(self.folder, number)

    @property
    def _scene_file(self) -> Path:
        return self.folder / self.plan.scene_file

    def _is_whole(self, number: int, expected: Recipe) -> bool:
        """Tell whether a segment is whole and made as expected, but for its chunk."""
        plan = self.plan
        receipt = whole_segment(
            self.segment(number), plan.film_name, plan.chunks[number].frame_count
        )
        return receipt is not None and self.is_made_as(expected, number, receipt)
