"""Arrivals: segments that workers send are checked, then written as a local manim writes them."""

import hashlib
from dataclasses import dataclass

import msgspec

from manim_drumkit.atomic import write_atomic
from manim_drumkit.farm.renderer import Segment
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.workspace.layout import log_path
from manim_drumkit.workspace.receipt import Receipt, Recipe


@dataclass(frozen=True)
class Arrivals:
    """Keeps the segments of a run that are what the run expects."""

    run: RunFolder
    expected: Recipe
    """See :meth:`manim_drumkit.run.folder.RunFolder.expected_recipe`."""

    def keep(self, segment: Segment, worker: str) -> bool:
        """Write a segment and its log, the receipt last; of one that is wrong only the log.

        Returns whether the chunk is whole.

        Args:
            segment: what has arrived.
            worker: where it comes from, for the log.
        """
        receipt = _read(segment.receipt)
        problem = self._problem(segment, receipt) if segment.receipt else ""
        log = f"Rendered by {worker}\n".encode() + segment.log + problem.encode()
        write_atomic(log_path(self.run.folder, segment.number), log)
        if receipt is None or problem:
            return False
        folder = self.run.segment(segment.number)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / receipt.video.file, segment.video)
        receipt.save(folder)
        return True

    def _problem(self, segment: Segment, receipt: Receipt | None) -> str:
        """Return what is wrong with a segment, as a line of its log."""
        if receipt is None:
            return "its receipt cannot be read\n"
        place, video = self.run.plan.chunks[segment.number], receipt.video
        if video.file != self.run.plan.film_name or video.frames != place.frame_count:
            return f"its receipt names {video.frames} frames in {video.file}\n"
        if video.size != len(segment.video) or video.sha256 != _sha256(segment.video):
            return "its video was damaged on the way\n"
        if not self.run.is_made_as(self.expected, segment.number, receipt):
            return f"the worker drew it from something else: {self._strange(receipt.made_from)}\n"
        return ""

    def _strange(self, made_from: Recipe) -> str:
        """Name what a segment is made from and should not be."""
        expected, settings = self.expected, made_from.settings
        names = [
            name
            for name in ("scene_file", "modules", "scene", "versions")
            if getattr(made_from, name) != getattr(expected, name)
        ]
        changed = sorted(
            name
            for name in settings.keys() | expected.settings.keys()
            if settings.get(name) != expected.settings.get(name)
        )
        if changed:
            names.append(
                f"manim's settings {', '.join(changed)}, which a manim.cfg has changed there or "
                "here since drumkit-split"
            )
        return ", ".join(names) or "another chunk"


def _read(receipt: bytes) -> Receipt | None:
    try:
        return msgspec.json.decode(receipt, type=Receipt)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
