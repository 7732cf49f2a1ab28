"""Every scene in `scenes/`, as a film: the same however it is cut."""

from fractions import Fraction

import numpy as np
import pytest

from films import pictures
from manim_drumkit.palette import default_color
from manim_drumkit.workspace.film_levels import HIT, write_music
from plans import plan_with
from programs import LOSSLESS, ROOT, manim

pytestmark = pytest.mark.film

SCENES = sorted(path.stem for path in (ROOT / "scenes").glob("*.py"))
KINDS = ("kick", "snare", "tom", "cymbal", "vocals")
FRAMES = 21


def performance(seed=3):
    """Return the levels of a short film of five stems, and its hits."""
    dice = np.random.default_rng(seed)
    levels = dice.random((FRAMES, len(KINDS)), np.float32) ** 2
    times = np.sort(dice.random(12)) * FRAMES / 15
    hits = [(time, dice.integers(len(KINDS)), dice.random()) for time in times]
    return levels, np.array(hits, HIT)


def render(folder, scene, levels, hits, borders):
    """Render a film in chunks; return its pictures, as they are decoded."""
    folder.mkdir(exist_ok=True)
    music = write_music(folder, levels, hits, borders)
    plan_with(
        stems=KINDS,
        kinds=KINDS,
        labels=KINDS,
        colors=tuple(default_color(i, len(KINDS)) for i in range(len(KINDS))),
        fps=Fraction(15),
        intro_seconds=0.5,
        options={"title": "One take", "fade": 0.2},
        **music._asdict(),
    ).save(folder / "plan.json")
    numbers = range(len(borders) - 1)
    chunks = [f"--chunk-file={folder / f'{number}.npy'}" for number in numbers]
    file = ROOT / "scenes" / f"{scene}.py"
    place = ("--segment-dir", folder / "media" / "{}")
    manim(file, "Video", *chunks, *place, *LOSSLESS, cwd=folder)
    return np.concatenate([pictures(folder / f"media/{n}/Video.mp4") for n in numbers])


@pytest.mark.parametrize("scene", SCENES)
def test_a_film_has_the_same_pixels_in_one_chunk_and_in_seven(tmp_path, scene):
    levels, hits = performance()
    whole = render(tmp_path / "whole", scene, levels, hits, [0, FRAMES])
    cut = render(tmp_path / "cut", scene, levels, hits, [0, 1, 3, 4, 9, 13, 20, FRAMES])
    np.testing.assert_array_equal(whole, cut)
    assert len(np.unique(whole, axis=0)) == FRAMES  # and no frame is like another
