"""The receipt of a segment: what it was made from, and proof that it is whole; written last."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.atomic import read_json, sha256, write_json
from manim_drumkit.workspace.layout import PROGRESS_NAME, RECEIPT_NAME


@dataclass(frozen=True)
class Recipe:
    """What a segment is made from: equal recipes, equal pictures."""

    chunk: str | None
    """The digest of all that the scene can learn from its chunk; ``None`` without a chunk."""
    film: str | None
    """The digest of the levels and hits of the whole film; ``None`` if the scene asked for none."""
    scene_file: str | None
    """The checksum of the scene's file; ``None`` for a notebook or standard input."""
    modules: Mapping[str, str]
    """The checksums of the modules beside the scene that it imports, by path."""
    scene: str
    settings: Mapping[str, str]
    """Manim's settings that show in pictures."""
    versions: Mapping[str, str]
    """The versions of the packages that show in pictures."""


@dataclass(frozen=True)
class Video:
    """The video of a segment."""

    file: str
    frames: int
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path, frames: int) -> "Video":
        """Describe a video file."""
        return cls(path.name, frames, path.stat().st_size, sha256(path))

    def is_at(self, path: Path) -> bool:
        """Tell whether a file is this video, to the last byte."""
        return path.stat().st_size == self.size and sha256(path) == self.sha256


@dataclass(frozen=True)
class Receipt:
    """What a whole segment says of itself."""

    made_from: Recipe
    video: Video
    command: str = ""
    """The digest of the command line of the run that rendered it; empty outside a run."""

    def save(self, folder: Path) -> None:
        """Write the receipt into the segment's folder, whole or not at all."""
        write_json(folder / RECEIPT_NAME, self)

    @classmethod
    def load(cls, folder: Path) -> "Receipt | None":
        """Read the receipt of a segment; ``None`` if there is none, or none that can be read."""
        return read_json(folder / RECEIPT_NAME, cls)


def whole_segment(folder: Path, video_name: str, frame_count: int) -> Receipt | None:
    """Return a segment's receipt if its video is there, to the last byte and frame."""
    receipt = Receipt.load(folder)
    try:
        whole = (
            receipt is not None
            and receipt.video.frames == frame_count
            and receipt.video.is_at(folder / video_name)
        )
    except OSError:
        return None
    return receipt if whole else None


def has_receipt(folder: Path) -> bool:
    """Tell whether a segment was finished at some time, without looking closer."""
    return (folder / RECEIPT_NAME).is_file()


def receipt_names(folder: Path, chunk: str, film: str) -> bool:
    """Tell whether a receipt names the digest of a chunk, and of the film if the scene read it.

    Looking for the words is ten times as fast as reading the receipt.
    """
    try:
        text = (folder / RECEIPT_NAME).read_text("utf-8")
    except (OSError, ValueError):
        return False
    reads_film = '"film": null' not in text
    return f'"chunk": "{chunk}"' in text and (not reads_film or f'"film": "{film}"' in text)


def forget_segment(folder: Path) -> None:
    """Make a segment count no more; its video is left to be overwritten."""
    (folder / RECEIPT_NAME).unlink(missing_ok=True)
    (folder / PROGRESS_NAME).unlink(missing_ok=True)


def frames_rendered(folder: Path) -> int:
    """Return how many frames of a segment are drawn, while it is being rendered."""
    try:
        return max(0, int((folder / PROGRESS_NAME).read_text("ascii")))
    except (OSError, ValueError):
        return 0
