"""`--preview` and `--still`: pictures of a film before it is rendered."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from manim_drumkit.cli.stills import telling_moments
from plans import plan_with
from programs import TINY
from sounds import sine, write_sound
from splits import refused, split

pytestmark = pytest.mark.film


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("kick", "snare", "hat")):
        sound = sine(3)
        sound[: 8000 * (number + 1)] = 0
        sound[8000 * (number + 1) + 4000 :] = 0
        write_sound(tmp_path / "stems" / f"{name}.wav", sound)
    return tmp_path


def files(project):
    return sorted(str(path.relative_to(project)) for path in (project / "tmp").rglob("*"))


def test_a_preview_shows_every_stem_at_its_loudest_and_writes_nothing_else(project):
    done = split("stems", "--preview", "--fps", "15", "--", *TINY)
    assert "Preview: tmp/preview.png" in done.stdout
    assert files(project) == ["tmp/preview.png"]
    sheet = np.array(Image.open(project / "tmp/preview.png").convert("RGB"))
    assert sheet.shape[1] > 2 * 480
    assert len(np.unique(sheet.reshape(-1, 3), axis=0)) > 50


def test_a_preview_replaces_an_older_one_and_nothing_of_the_users(project):
    split("stems", "--preview", "--fps", "15", "--", *TINY)
    split("stems", "--preview", "--fps", "15", "--", *TINY)
    Image.new("RGB", (9, 9)).save(project / "tmp/preview.png")
    message = refused(project, "stems", "--preview", "--fps", "15", "--", *TINY)
    assert "preview.png was not written by drumkit-split" in message


def test_a_still_is_the_frame_of_the_film_at_its_full_size(project):
    options = ("--fps", "15", "--scene", "mixer", "--", *TINY)
    split("stems", "--still", "1.2", *options)
    assert files(project) == ["tmp/still-1.200.png"]
    still = np.array(Image.open(project / "tmp/still-1.200.png").convert("RGB"))
    assert still.shape == (90, 160, 3)
    split("stems", "--still", "2.9", *options)
    other = np.array(Image.open(project / "tmp/still-2.900.png").convert("RGB"))
    assert (still != other).any()


def test_a_still_after_the_end_is_refused_by_name(project):
    message = refused(project, "stems", "--still", "3", "--fps", "15", "--", *TINY)
    assert "the film lasts 3.000 s; choose an earlier --still" in message


def test_a_scene_that_cannot_be_drawn_is_named_with_its_reason(project):
    (project / "bad.py").write_text(
        "from manim_drumkit import DrumScene\n"
        "class Video(DrumScene):\n"
        "    def build(self):\n"
        "        raise ValueError('no such thing')\n"
    )
    for look in (("--preview",), ("--still", "1")):
        done = split("stems", *look, "--scene", "bad.py", "--fps", "15", "--", *TINY, code=1)
        assert "the scene cannot be drawn" in done.stderr
        assert "no such thing" in done.stderr


def test_looks_stand_alone(project):
    looks = (
        ("--preview", "--still", "1"),
        ("--preview", "--csv", "a"),
        ("--estimate", "--preview"),
    )
    for words in looks:
        assert "stands alone" in refused(project, "stems", *words, code=2)


def test_a_scene_whose_run_would_fail_has_no_preview_either(project):
    (project / "fixed.py").write_text(
        "from manim import *\n"
        "class Fixed(Scene):\n"
        "    def construct(self):\n"
        "        self.wait(1, frozen_frame=False)\n"
    )
    options = ("--scene", "fixed.py", "--fps", "15", "--", *TINY)
    done = split("stems", "--still", "1", *options, code=1)
    assert "played 15 frames, its chunk has 1" in done.stderr


def test_notes_are_printed_beside_a_look(project):
    write_sound(project / "song.wav", sine(3, peak=0.5))
    done = split("song.wav", "--still", "1", "--fps", "15", "--", *TINY)
    assert "Note: song.wav is one file" in done.stdout


def test_the_frames_of_a_preview_are_the_loudest_of_each_stem_outside_the_fades():
    levels = np.zeros((200, 2), np.float32)
    levels[1, 0] = levels[60, 0] = 1  # the first one is in a fade
    levels[120, 1] = 1
    film = plan_with(
        stems=("a", "b"), labels=("A", "B"), colors=("#FFFFFF", "#FFFFFF"), options={"fade": 1.5}
    ).film
    inputs = SimpleNamespace(film=film, fps=Fraction(20), borders=[0, 90, 200])
    found = telling_moments(SimpleNamespace(levels=levels, inputs=inputs))
    named = {moment.caption: moment.frame for moment in found}
    assert (named["A"], named["B"], named["chunk border"], named["start"]) == (60, 120, 90, 30)
    assert all(30 <= moment.frame < 170 for moment in found)


def test_a_look_goes_through_sets_in_the_order_of_the_film(project):
    (project / "sets.py").write_text(
        "from manim import *\n"
        "from manim_drumkit import DrumScene\n"
        "class Video(DrumScene):\n"
        "    def build(self):\n"
        "        for i, word in enumerate({str(n) for n in range(40)}):\n"
        "            high = int(word) / 10 - 2\n"
        "            self.add(Square(0.3, fill_opacity=1).move_to([i / 3 - 6, high, 0]))\n"
    )
    options = ("--scene", "sets.py", "--fps", "15", "--", *TINY)
    pictures = []
    for second in ("1", "1.1"):
        split("stems", "--still", second, *options)
        pictures.append(np.array(Image.open(project / f"tmp/still-{float(second):.3f}.png")))
    np.testing.assert_array_equal(*pictures)


def test_a_look_is_told_by_its_path_whatever_is_in_it_and_not_at_all_if_quiet(project):
    options = ("--still", "1", "--out", "tmp [bold]", "--fps", "15")
    assert "Still: tmp [bold]/still-1.000.png" in split("stems", *options, "--", *TINY).stdout
    assert split("stems", *options, "--quiet", "--", *TINY).output == ""
