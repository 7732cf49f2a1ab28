"""The logs: what manim said of each chunk, or rather how it ends."""

from pathlib import Path

from manim_drumkit.terminal import printable
from manim_drumkit.workspace import log_path

TAIL_LINES = 12
TAIL_BYTES = 20_000
LAST_WORDS = 200
"""How many characters of a log's last line are shown on one line."""


def last_words(folder: Path, number: int) -> str:
    """Give the last line of a chunk's log."""
    lines = _lines(log_path(folder, number)) or ["it left nothing in its log"]
    return lines[-1].strip()[:LAST_WORDS]


def log_tail(folder: Path, number: int) -> str:
    """Show the end of a chunk's log."""
    path = log_path(folder, number)
    lines = _lines(path)
    if not lines:
        return f"Chunk {number} left nothing in its log, {path}"
    tail = "\n".join(f"  {line}" for line in lines[-TAIL_LINES:])
    return f"The end of {path}:\n{tail}"


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines() if line.strip()]
