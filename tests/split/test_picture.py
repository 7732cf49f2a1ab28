from pathlib import Path

import pytest

from manim_drumkit.errors import UsageError
from manim_drumkit.split.picture import picture_of
from manim_drumkit.split.settings import SplitSettings


def picture(folder=Path("/nowhere"), *, resolution=None, **settings):
    return picture_of(SplitSettings(**settings), {"resolution": resolution}, folder)


def test_without_a_word_it_is_quality_h():
    found = picture()
    assert (found.width, found.height, found.fps) == (1920, 1080, "60")
    assert found.options == ("--quality", "h")


@pytest.mark.parametrize(
    ("quality", "aspect", "size"),
    [
        (None, "9:16", (1080, 1920)),
        ("m", "1:1", (720, 720)),
        ("l", "16:9", (854, 480)),
        ("m", "2.39:1", (1720, 720)),
        ("k", "4:5", (2160, 2700)),
    ],
)
def test_an_aspect_keeps_the_shorter_side_and_even_numbers(quality, aspect, size):
    found = picture(quality=quality, aspect=aspect)
    assert (found.width, found.height) == size
    assert found.options[2:] == ("--resolution", f"{size[0]},{size[1]}")


@pytest.mark.parametrize("aspect", ["wide", "16/9", "0:9", "1:50", "9:-16", ""])
def test_what_is_no_aspect_is_wrong_usage(aspect):
    with pytest.raises(UsageError, match="is no shape of a picture"):
        picture(aspect=aspect)


def test_the_picture_of_a_project_is_honoured_unless_one_is_asked_for(tmp_path):
    (tmp_path / "manim.cfg").write_text(
        "[CLI]\npixel_width = 1080\npixel_height = 1920\nframe_rate = 24\nframe_width = 4.5\n"
    )
    project = picture(tmp_path)
    assert (project.width, project.height, project.fps, project.options) == (1080, 1920, "24", ())
    assert picture(tmp_path, fps="30").fps == "30"
    assert picture(tmp_path, quality="m").options == ("--quality", "m")
    assert picture(tmp_path, aspect="1:1").width == 1080
    assert picture(tmp_path, resolution=(640, 360)).width == 640


@pytest.mark.parametrize(
    "text", ["", "[CLI]\nquality = low_quality\n", "no config", "[CLI]\npixel_width = x"]
)
def test_a_manim_cfg_without_a_size_changes_nothing(tmp_path, text):
    (tmp_path / "manim.cfg").write_text(text)
    assert picture(tmp_path) == picture()
