"""The logs: how manim's output for each chunk ends."""

from collections.abc import Sequence
from pathlib import Path

from manim_drumkit.text import printable
from manim_drumkit.workspace.layout import log_path
from manim_drumkit.workspace.protocol import NOTE

TAIL_LINES = 12
MOST_SHOWN = 3
"""How many logs are shown."""
MOST_READ = 50
"""How many are read to find some that differ."""
NOTHING = "it left nothing in its log"
TAIL_BYTES = 20_000
LAST_WORDS = 200
"""How many characters of a log's last line are shown on one line."""


def last_words(folder: Path, number: int) -> str:
    """Return the last line of a chunk's log."""
    lines = _lines(log_path(folder, number)) or [NOTHING]
    return lines[-1].strip()[:LAST_WORDS]


def log_tail(folder: Path, number: int) -> str:
    """Return the end of a chunk's log."""
    return "\n".join(_lines(log_path(folder, number))[-TAIL_LINES:] or [NOTHING])


def log_tails(folder: Path, numbers: Sequence[int]) -> str:
    """Return the ends of some chunks' logs: of few, and of none that ends as another does."""
    different = {last_words(folder, number): number for number in reversed(numbers[:MOST_READ])}
    shown = sorted(different.values())[:MOST_SHOWN]
    tails = [f"The end of {log_path(folder, n)}:\n{log_tail(folder, n)}" for n in shown]
    more = len(numbers) - len(shown)
    return "\n".join([*tails, f"… and {more} more"] if more else tails)


def notes(folder: Path, number: int) -> list[str]:
    """Return what a chunk's log says to its user, from its beginning."""
    try:
        with log_path(folder, number).open("rb") as file:
            text = file.read(TAIL_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines() if line.startswith(NOTE)]


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines() if line.strip()]
