"""The plot ``levels.png``: every stem's curve over time, with the borders of the chunks."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from manim_drumkit.timing import clock
from manim_drumkit.workspace.chunk import Levels
from manim_drumkit.workspace.layout import PLOT_MARK

PIXELS_WIDE = 1800
PIXELS_PER_STEM = 110
DPI = 100
MOST_BORDERS = 200
"""More borders than that would hide the curves."""

BACKGROUND, INK, FAINT = "#111111", "#DDDDDD", "#444444"


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
    long piece.

    Args:
        path: the file to write.
        levels: ``float32[frames, stems]``, 0 to 1.
        labels: the names of the stems.
        colors: their colours, as ``#RRGGBB``.
        fps: frames per second.
        borders: the first frame of each chunk, then the number of frames.
    """
    rows = levels.shape[1]
    size = PIXELS_WIDE / DPI, (60 + PIXELS_PER_STEM * rows) / DPI
    with mpl.rc_context({"text.parse_math": False}):  # a name with $ signs is still text
        figure = Figure(size, dpi=DPI, facecolor=BACKGROUND, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
        for row, curve, label, color in zip(axes, levels.T, labels, colors, strict=True):
            _dress(row, label)
            _draw_curve(row, curve, fps, color)
            if len(borders) <= MOST_BORDERS:
                for border in borders[1:-1]:
                    row.axvline(float(border / fps), color=FAINT, linewidth=0.8, zorder=0)
        axes[-1].xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _time(seconds)))
        axes[-1].set_xlim(0, float(levels.shape[0] / fps))
        figure.savefig(path, metadata={"Software": PLOT_MARK})


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


def _draw_curve(row: Axes, levels: Levels, fps: Fraction, color: str) -> None:
    columns = highest(levels, PIXELS_WIDE)
    edges = np.linspace(0, float(len(levels) / fps), len(columns) + 1)
    heights = np.append(columns, columns[-1])
    row.fill_between(edges, heights, step="post", color=color, alpha=0.85, linewidth=0)


def _dress(row: Axes, label: str) -> None:
    row.set_facecolor(BACKGROUND)
    row.set_ylim(0, 1.02)
    row.set_yticks([0, 1])
    row.tick_params(colors=INK, labelsize=8)
    row.set_ylabel(label, color=INK, rotation=0, ha="right", va="center", fontsize=11)
    for side in ("top", "right"):
        row.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        row.spines[side].set_color(FAINT)


def _time(seconds: float) -> str:
    return clock(seconds) if seconds == round(seconds) else f"{seconds:.2f} s"
