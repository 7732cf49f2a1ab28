"""The plot ``levels.png``: every stem's curve over time, with the borders of the chunks."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from manim_drumkit.timing import clock
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.layout import PICTURE_MARK

PIXELS_WIDE = 1800
PIXELS_PER_STEM = 110
MOST_PIXELS = 12_000
"""The height of all rows; with more stems than fit, the rows are lower."""
DPI = 100
MOST_BORDERS = 200
"""More borders than that would hide the curves."""
ROW_HEIGHT = 0.82
"""How much of its row a level of 1 fills; the rest is the gap to the next row."""

BACKGROUND, INK, FAINT = "#111111", "#DDDDDD", "#444444"


def load_matplotlib() -> None:
    """Load what draws, which takes longer than to draw, beside other work."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure
    import matplotlib.ticker  # noqa: F401


def plot_levels(
    path: Path,
    levels: Levels,
    *,
    labels: Sequence[str],
    colors: Sequence[str],
    fps: Fraction,
    borders: Sequence[int],
) -> None:
    """Draw the levels of all stems, one row each, as a PNG.

    A pixel that covers several frames shows the highest of them, so that no hit is lost in a
    long piece. All rows share one pair of axes: matplotlib lays out and links many of them in
    a time that grows with the square of their number.

    Args:
        path: the file to write.
        levels: ``float32[frames, stems]``, 0 to 1.
        labels: the names of the stems.
        colors: their colours, as ``#RRGGBB``.
        fps: frames per second.
        borders: the first frame of each chunk, then the number of frames.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = levels.shape[1]
    row_pixels = min(PIXELS_PER_STEM, MOST_PIXELS / rows)
    size = PIXELS_WIDE / DPI, (60 + row_pixels * rows) / DPI
    with mpl.rc_context({"text.parse_math": False}):  # a name with $ signs is still text
        figure = Figure(size, dpi=DPI, facecolor=BACKGROUND, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.set_xlim(0, float(levels.shape[0] / fps))
        axes.set_ylim(rows, 1 - ROW_HEIGHT - 0.02)
        _dress(axes, labels, row_pixels)
        for row, (curve, color) in enumerate(zip(levels.T, colors, strict=True)):
            _draw_curve(axes, row, curve, fps, color)
        if len(borders) <= MOST_BORDERS:
            for border in borders[1:-1]:
                axes.axvline(float(border / fps), color=FAINT, linewidth=0.8, zorder=0)
        figure.savefig(path, metadata={"Software": PICTURE_MARK})


def highest(levels: Levels, columns: int) -> Levels:
    """Reduce a curve to at most so many columns, keeping the highest level of each.

    >>> highest(np.array([0, 1, 0, 0, 0.5], np.float32), 2).tolist()
    [1.0, 0.5]
    """
    if len(levels) <= columns:
        return levels
    starts = np.arange(columns) * len(levels) // columns
    reduced: Levels = np.maximum.reduceat(levels, starts)
    return reduced


def _draw_curve(axes: Any, row: int, levels: Levels, fps: Fraction, color: str) -> None:
    columns = highest(levels, PIXELS_WIDE)
    edges = np.linspace(0, float(len(levels) / fps), len(columns) + 1)
    heights = np.append(columns, columns[-1]) * ROW_HEIGHT
    foot = row + 1
    axes.fill_between(
        edges, foot, foot - heights, step="post", color=color, alpha=0.85, linewidth=0
    )


def _dress(axes: Any, labels: Sequence[str], row_pixels: float) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.set_facecolor(BACKGROUND)
    axes.tick_params(colors=INK, labelsize=8)
    for side in axes.spines:
        axes.spines[side].set_visible(False)
    feet = np.arange(1, len(labels) + 1)
    tops = feet - ROW_HEIGHT
    axes.vlines(np.zeros(len(feet)), tops, feet, color=FAINT, linewidth=1.6)
    axes.hlines(feet, *axes.get_xlim(), color=FAINT, linewidth=0.8)
    axes.set_yticks((tops + feet) / 2, labels)
    points = min(11, 0.5 * row_pixels)
    axes.tick_params("y", which="major", left=False, labelsize=points, pad=18)
    if row_pixels == PIXELS_PER_STEM:
        axes.set_yticks([*tops, *feet], ["1"] * len(feet) + ["0"] * len(feet), minor=True)
        axes.tick_params("y", which="minor", left=False, colors=INK, labelsize=8)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _time(seconds)))


def _time(seconds: float) -> str:
    return clock(seconds) if seconds == round(seconds) else f"{seconds:.2f} s"
