"""Every scene in `scenes/`, as a film: the same however it is cut."""

from fractions import Fraction

import numpy as np
import pytest
import soundfile

from films import pictures, split
from manim_drumkit.palette import default_color
from manim_drumkit.workspace.film_levels import HIT, write_music
from plans import plan_with
from programs import LOSSLESS, ROOT, TINY, manim, run
from sounds import write_sound, write_stems

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


def test_a_resumed_film_of_a_scene_that_adds_up_equals_a_fresh_one(tmp_path):
    def write(folder, first):
        write_stems(folder / "stems", 3)
        path = folder / "stems" / "Kick.wav"
        sound, rate = soundfile.read(path, dtype="float32")
        sound[:rate] *= first  # only the first second
        write_sound(path, sound, rate=rate)

    def film(folder):
        split(
            folder,
            *"stems --scene spinning --fps 10 --chunk-seconds 1 --normalize none --".split(),
            *TINY,
            *LOSSLESS,
        )
        done = run("./tmp/run_all.sh", cwd=folder)
        return pictures(folder / "tmp" / "Video.mp4"), done.stderr

    write(tmp_path / "old", 0.2)
    before, _ = film(tmp_path / "old")
    write(tmp_path / "old", 1.0)
    resumed, said = film(tmp_path / "old")
    write(tmp_path / "new", 1.0)
    fresh, _ = film(tmp_path / "new")
    np.testing.assert_array_equal(resumed, fresh)
    assert (resumed[-5] != before[-5]).any()  # the end knows what was at the beginning
    assert "Rendering all 3 chunks" in said


def test_a_scene_that_knows_only_its_levels_is_rendered_again_only_where_they_changed(tmp_path):
    for first, expected in ((0.2, "all 3 chunks"), (1.0, "1 of 3 chunks (0)")):
        write_stems(tmp_path / "stems", 3)
        path = tmp_path / "stems" / "Kick.wav"
        sound, rate = soundfile.read(path, dtype="float32")
        sound[: rate // 2] *= first
        write_sound(path, sound, rate=rate)
        split(tmp_path, *"stems --fps 10 --chunk-seconds 1 --normalize none --".split(), *TINY)
        assert f"Rendering {expected}" in run("./tmp/run_all.sh", cwd=tmp_path).stderr
