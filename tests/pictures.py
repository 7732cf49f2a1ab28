"""Drawing single frames of the scenes in `scenes/`, in this process, and measuring what they show.

with staged("ring", loud(7), size=(90, 160)) as stage:
    picture = stage.draw(0)  # uint8[160, 90, 3]
    assert max(used(picture)) > 0.8
"""

from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from manim import tempconfig

from manim_drumkit.palette import default_color
from manim_drumkit.scene.frame import MARGIN
from manim_drumkit.segment.context import use_chunk
from manim_drumkit.workspace.film_levels import HIT, write_music
from plans import plan_with
from programs import ROOT

COUNTS = (1, 3, 7, 16, 40)
SIZES = ((160, 90), (90, 160), (100, 100))

LABELS = ("Kick", "Snare", "Hi-hat", "High tom", "Low tom", "Ride", "Room")
KINDS = ("kick", "snare", "hat", "tom", "tom", "cymbal", "room")


@dataclass
class Stage:
    """A scene that is built, and whose frames can be drawn."""

    scene: Any

    def draw(self, frame: int) -> Any:
        """Draw a frame by its number; return ``uint8[height, width, 3]``: red, green, blue."""
        camera = self.scene.renderer.camera
        self.scene._draw_frame(frame)
        camera.reset()
        camera.capture_mobjects(self.scene.mobjects)
        return camera.pixel_array[..., :3].copy()


@contextmanager
def staged(
    name, levels, *, size=(160, 90), hits=(), fps=15, intro=0.0, labels=None, kinds=None, **options
):
    """Build the scene `scenes/NAME.py` for a film of these levels; yield its :class:`Stage`.

    Args:
        name: of the scene's file.
        levels: ``float[frames, stems]``, those of the whole film; the chunk is the film.
        size: width and height of the picture.
        hits: ``(seconds, stem, strength)`` of each.
        fps: frames per second.
        intro: the seconds of ``--intro``.
        labels: of the stems; drums by default.
        kinds: of the stems; drums by default.
        options: those of the scene; it does not fade unless they say so.
    """
    levels = np.ascontiguousarray(levels, np.float32)
    frames, count = levels.shape
    with TemporaryDirectory() as place, tempconfig(_picture(size)):
        folder = Path(place)
        music = write_music(folder, levels, np.array(sorted(hits), HIT), (0, frames))
        plan_with(
            stems=tuple(str(i) for i in range(count)),
            labels=labels or tuple(LABELS[i % len(LABELS)] for i in range(count)),
            kinds=kinds or tuple(KINDS[i % len(KINDS)] for i in range(count)),
            colors=tuple(default_color(i, count) for i in range(count)),
            fps=Fraction(fps),
            chunks=music.chunks,
            levels_sha256=music.levels_sha256,
            hits_sha256=music.hits_sha256,
            intro_seconds=intro,
            options={"fade": 0.0, **options},
        ).save(folder / "plan.json")
        with use_chunk(folder / "0.npy") as chunk:
            scene = run_path(str(ROOT / "scenes" / f"{name}.py"))["Video"]()
            scene._prepare(chunk)
            yield Stage(scene)


def _picture(size):
    width, height = size
    return {
        "pixel_width": width,
        "pixel_height": height,
        "dry_run": True,
        "verbosity": "ERROR",
    }


def loud(count, *, frames=1, level=1.0):
    """Return the levels of a film in which all stems sound alike, ``float32[frames, stems]``."""
    return np.full((frames, count), level, np.float32)


def ramp(count, frames=30):
    """Return levels that rise and fall, each stem at its own pace."""
    time = np.arange(frames)[:, None]
    return 0.5 - 0.5 * np.cos(time * (1 + np.arange(count)) / 7)


def assert_frames_stand_alone(name, levels, frames, **scene):
    """Check that some frames, drawn in a new scene, are as after all of those before them."""
    with staged(name, levels, **scene) as stage:
        later = [stage.draw(frame) for frame in range(max(frames) + 1)]
    with staged(name, levels, **scene) as stage:
        for frame in frames:
            np.testing.assert_array_equal(stage.draw(frame), later[frame])


def lit(picture, *, threshold=24):
    """Return where a picture differs from its upper left corner, ``bool[height, width]``."""
    away = np.abs(picture.astype(int) - picture[0, 0])
    return away.max(axis=2) > threshold


def box(picture, *, threshold=24):
    """Return the first column, the last column, the first row and the last row that are lit."""
    seen = lit(picture, threshold=threshold)
    columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    return columns[0], columns[-1], rows[0], rows[-1]


def used(picture, *, threshold=24):
    """Return the shares of the width and of the height within the margins that are used."""
    height, width, _ = picture.shape
    left, right, top, bottom = box(picture, threshold=threshold)
    margins = 2 * MARGIN * min(width, height)
    return (right + 1 - left) / (width - margins), (bottom + 1 - top) / (height - margins)


def touches_the_edge(picture, *, threshold=24):
    """Tell whether anything is drawn on the outermost pixels."""
    seen = lit(picture, threshold=threshold)
    return bool(seen[[0, -1]].any() or seen[:, [0, -1]].any())
