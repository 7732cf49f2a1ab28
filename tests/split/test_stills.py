"""`--preview` and `--still`: pictures of a film before it is rendered."""

import numpy as np
import pytest
from PIL import Image

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
