"""Chunking: the frames at which a film is cut, so that all processes have work to the end."""

from fractions import Fraction

from manim_drumkit.errors import PlanError

STARTUP_SECONDS = 1.0
"""What it takes to start one manim process."""
STARTUP_SHARE = 0.05
"""How much of the work starting may be, while there are chunks enough for all jobs."""


def chunk_borders(
    total_frames: int,
    *,
    jobs: int,
    fps: Fraction,
    chunk_seconds: float | None = None,
    frame_seconds: float = 0.08,
) -> list[int]:
    """Choose the frames at which chunks begin; the last entry is ``total_frames``.

    With ``chunk_seconds`` all chunks but the last have that length. Without, all are
    equally long to a frame, their number is a multiple of ``jobs``, and as large as it can
    be while starting manim stays under :data:`STARTUP_SHARE` of the work, given that a
    frame takes ``frame_seconds``. There are always enough for all jobs.

    Raises:
        PlanError: ``chunk_seconds`` is less than one frame.

    >>> chunk_borders(600, jobs=2, fps=Fraction(60))
    [0, 300, 600]
    >>> chunk_borders(150, jobs=2, fps=Fraction(60), chunk_seconds=1)
    [0, 60, 120, 150]
    """
    if chunk_seconds is None:
        worthwhile = STARTUP_SECONDS / STARTUP_SHARE / frame_seconds
        count = jobs * max(1, int(total_frames / worthwhile / jobs))
        count = min(count, total_frames)
        return [i * total_frames // count for i in range(count + 1)]
    step = round(Fraction(str(chunk_seconds)) * fps)
    if step < 1:
        raise PlanError(f"chunks of {chunk_seconds:g} s are shorter than one frame")
    return [*range(0, total_frames, step), total_frames]
