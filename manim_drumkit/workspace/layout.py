"""The layout of the output folder: every name and path that the processes of a film share."""

from pathlib import Path

from manim_drumkit.atomic import temporary_name

PLAN_NAME = "plan.json"
LEVELS_NAME = "levels.npy"
HITS_NAME = "hits.npy"
MIX_NAME = "mix.wav"
BACKGROUND_NAME = "background.png"
SCRIPT_NAME = "run_all.sh"
PLOT_NAME = "levels.png"
PREVIEW_NAME = "preview.png"
PICTURE_MARK, SCRIPT_MARK = "manim-drumkit", "Written by drumkit-split"
"""What pictures and the script say of the program that they come from."""

LOCK_NAME = ".lock"
STATE_NAME = ".run.json"
STOP_NAME = ".stop"
"""The file that asks a run to stop."""
SEGMENT_LIST_NAME = ".segments.txt"
ENCODED_MIX_NAME = ".mix.m4a"

RECEIPT_NAME = "receipt.json"
PROGRESS_NAME = "progress"
PARTIAL_NAME = "partial"
"""What a segment's folder holds beside its video."""


TEX_NAME = "tex"
"""The folder among those of segments that has the pictures of TeX, for all of them."""


def chunk_name(number: int) -> str:
    """Return the file name of a chunk."""
    return f"{number}.npy"


def film_names(scene: str) -> tuple[str, str]:
    """Return the file names of a scene's film: of the opaque one, and of the transparent one.

    >>> film_names("Video")
    ('Video.mp4', 'Video.mov')
    """
    return f"{scene}.mp4", f"{scene}.mov"


def film_receipt_name(film_name: str) -> str:
    """Return the file name of a film's receipt.

    >>> film_receipt_name("Video.mp4")
    '.Video.mp4.json'
    """
    return f".{film_name}.json"


def still_name(seconds: float) -> str:
    """Return the file name of a single frame.

    >>> still_name(12.3)
    'still-12.300.png'
    """
    return f"still-{seconds:.3f}.png"


def segment_folder(folder: Path, number: int | str) -> Path:
    """Return the folder of a chunk's segment."""
    return folder / "media" / str(number)


def log_path(folder: Path, number: int | str) -> Path:
    """Return the file of manim's output for a chunk."""
    return folder / "logs" / f"{number}.log"


def failed_log_path(folder: Path, number: int) -> Path:
    """Return the file that keeps the log of a chunk's failed first try."""
    return folder / "logs" / f"{number}.failed.log"


def run_log_path(folder: Path) -> Path:
    """Return the file of a detached run's output."""
    return folder / "logs" / "run.log"


def unchecked_path(folder: Path, film_name: str) -> Path:
    """Return the file of the joined film until it is checked."""
    return temporary_name(folder / film_name)


def run_names(film_name: str) -> set[str]:
    """Return the names of all files that a run writes beside the plan."""
    written = {STATE_NAME, SEGMENT_LIST_NAME, film_receipt_name(film_name), film_name}
    parts = {temporary_name(Path(name)).name for name in written}
    return written | parts | {LOCK_NAME, STOP_NAME, ENCODED_MIX_NAME}


def split_names(chunk_count: int, *, audio: bool, background: bool) -> set[str]:
    """Return the names of all files that splitting writes."""
    chunks = {chunk_name(number) for number in range(chunk_count)}
    ours = {PLAN_NAME, LEVELS_NAME, HITS_NAME, PLOT_NAME, SCRIPT_NAME}
    ours |= {MIX_NAME} if audio else set()
    return chunks | ours | ({BACKGROUND_NAME} if background else set())
