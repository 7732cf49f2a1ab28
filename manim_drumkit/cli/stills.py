"""The output of ``drumkit-split --preview`` and ``--still``: pictures of single frames."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from rich.console import Console

from manim_drumkit.atomic import atomic_path
from manim_drumkit.cli.split_report import print_line, print_notes
from manim_drumkit.cli.trial import trial_of
from manim_drumkit.errors import PlanError
from manim_drumkit.run.stills import Picture, draw_stills
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.split.splitting import Split, Watch, measure_inputs
from manim_drumkit.timing import clock
from manim_drumkit.workspace.layout import PICTURE_MARK, PREVIEW_NAME, still_name
from manim_drumkit.workspace.publish import refuse_foreign

MOST_MOMENTS = 12
EDGE_S = 1.0
"""The preview keeps so far from both ends, where films fade."""
TILE_PIXELS = 480
"""The longer side of a frame in the contact sheet."""
CAPTION, GAP = 26, 12
BACKGROUND, INK = "#16181D", "#E6E8EC"


class Moment(NamedTuple):
    """A frame worth a look."""

    frame: int
    caption: str


def print_preview(console: Console, stems: Path, settings: SplitSettings, *, watch: Watch) -> None:
    """Draw telling frames of the film into one picture, ``preview.png``.

    Args:
        console: where to say what is done.
        stems: the folder of stems, or one file.
        settings: as for splitting.
        watch: see :func:`manim_drumkit.split.splitting.split`.
    """
    done = measure_inputs(check_inputs(stems, settings), watch=watch)
    moments = telling_moments(done)
    path = settings.out / PREVIEW_NAME
    pictures = _draw(done, [moment.frame for moment in moments], quiet=console.quiet)
    _save(contact_sheet(moments, pictures, done), path)
    print_notes(console, done)
    print_line(console, f"Preview: {click.format_filename(path)}")


def print_still(
    console: Console, stems: Path, settings: SplitSettings, seconds: float, *, watch: Watch
) -> None:
    """Draw the frame at a second of the film, at its full size.

    Args:
        console: where to say what is done.
        stems: the folder of stems, or one file.
        settings: as for splitting.
        seconds: when, from the start of the film.
        watch: see :func:`manim_drumkit.split.splitting.split`.

    Raises:
        PlanError: the film is over by then.
    """
    inputs = check_inputs(stems, settings)
    frame = int(Fraction(str(seconds)) * inputs.fps)
    if frame >= inputs.frames:
        length = float(inputs.frames / inputs.fps)
        raise PlanError(f"the film lasts {length:.3f} s; choose an earlier --still")
    done = measure_inputs(inputs, watch=watch)
    path = settings.out / still_name(seconds)
    _save(Image.fromarray(_draw(done, [frame], quiet=console.quiet)[0]), path)
    print_notes(console, done)
    print_line(console, f"Still: {click.format_filename(path)}")


def telling_moments(done: Split) -> list[Moment]:
    """Choose the frames of the preview, in their order.

    They are the loudest moment of every stem, where the others are low, the quietest of all, the
    start, and the border between two chunks in the middle; none in a fade at the ends.
    """
    levels, borders, labels = done.levels, done.inputs.borders, done.inputs.film.labels
    stems = range(levels.shape[1])
    if len(stems) > MOST_MOMENTS - 3:
        stems = np.linspace(0, len(stems) - 1, MOST_MOMENTS - 3).round().astype(int).tolist()
    fade = float(done.inputs.film.options.get("fade", 0))
    edge = min(len(levels) // 4, math.ceil(max(EDGE_S, fade) * done.inputs.fps))
    inner = levels[edge : len(levels) - edge]
    quietest = len(levels) - edge - 1 - int(inner[::-1].max(axis=1).argmin())
    moments = {edge: "start", quietest: "quietest"}
    if len(borders) > 2:
        moments.setdefault(borders[len(borders) // 2], "chunk border")
    for stem in stems:
        own, others = inner[:, stem], np.delete(inner, stem, axis=1).sum(axis=1)
        alone = own - 0.5 * others / max(others.max(), 1e-9)
        loudest = edge + int(np.where(own >= 0.9 * own.max(), alone, -1).argmax())
        moments.setdefault(loudest, labels[stem] or done.inputs.film.stems[stem])
    return [Moment(frame, moments[frame]) for frame in sorted(moments)]


def contact_sheet(
    moments: Sequence[Moment], pictures: Sequence[Picture], done: Split
) -> Image.Image:
    """Put frames beside and below each other, each with its time and what it shows."""
    height, width = pictures[0].shape[:2]
    scale = TILE_PIXELS / max(width, height)
    tile = max(1, round(width * scale)), max(1, round(height * scale))
    columns = max(1, math.ceil((len(pictures) * tile[1] / tile[0] * 16 / 9) ** 0.5))
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    step = tile[0] + GAP, tile[1] + CAPTION + GAP
    sheet = Image.new("RGB", (columns * step[0] + GAP, rows * step[1] + GAP), BACKGROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for i, (moment, picture) in enumerate(zip(moments, pictures, strict=True)):
        row, column = divmod(i, columns)
        x, y = GAP + column * step[0], GAP + row * step[1]
        shown = Image.fromarray(picture).resize(tile, Image.Resampling.LANCZOS)
        sheet.paste(shown, (x, y), shown if shown.mode == "RGBA" else None)
        seconds = moment.frame / done.inputs.fps
        text = f"{clock(int(seconds))}.{int(seconds % 1 * 10)}  {moment.caption}"
        draw.text((x + 2, y + tile[1] + 5), text, fill=INK, font=font)
    return sheet


def _draw(done: Split, frames: Sequence[int], *, quiet: bool) -> list[Picture]:
    with Console(stderr=True, quiet=quiet).status(f"Drawing {len(frames)} frames"):
        found = draw_stills(trial_of(done, {}), frames, jobs=done.inputs.jobs)
    return [found[frame] for frame in frames]


def _save(picture: Image.Image, path: Path) -> None:
    refuse_foreign(path.parent, {path.name})
    mark = PngInfo()
    mark.add_text("Software", PICTURE_MARK)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            picture.save(temporary, format="PNG", pnginfo=mark)
    except OSError as error:
        raise PlanError(
            f"{path} cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
