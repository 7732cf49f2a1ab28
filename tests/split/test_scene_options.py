"""Options of scenes: from the command line and ``drumkit.toml`` to the plan."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from manim_drumkit.errors import ConfigError, SceneError
from manim_drumkit.palette import THEMES
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.scene_source import SceneSource
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.scene_options import COMMON_OPTIONS, fitting, read_value
from sounds import write_stems
from splits import notes, refused, split

OWN = """
from manim import *
from manim_drumkit import DrumMixin, DrumScene
import studio

class Video(DrumScene):
    options = {"fade": 0.5, "drift": 2.5, "turns": 3, "mirror": True, "word": "go"}
class Plain(DrumScene): ...
class Later(Video):
    def draw(self, levels, time): options = levels
class Mixed(DrumMixin, MovingCameraScene):
    options: dict = {"zoom": 1.0}
class Computed(DrumScene):
    options = dict(drift=2.5)
class Elsewhere(studio.Base): ...
class ElsewhereOwn(studio.Base):
    options = {"drift": 2.5}
class Stock(ThreeDScene):
    options = ["not", "ours"]
class Odd(DrumScene):
    options = {"drift": [1, 2]}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 0.1)
    (tmp_path / "own.py").write_text(OWN)
    return tmp_path


def options_of(scene="Video", toml="", **texts):
    """Return what the film's scenes get."""
    Path("drumkit.toml").write_text(toml)
    settings = SplitSettings(
        scene=f"own.py:{scene}", options=texts, config=Path("drumkit.toml"), jobs=1
    )
    return check_inputs(Path("stems"), settings).film.options


def known_options(scene):
    return SceneSource(Path("own.py")).options_of(scene)


def test_the_options_of_a_class_are_read_without_running_it(project):
    own = {"fade": 0.5, "drift": 2.5, "turns": 3, "mirror": True, "word": "go"}
    assert known_options("Video") == {**COMMON_OPTIONS, **own}
    assert known_options("Later") == known_options("Video")
    assert known_options("Plain") == COMMON_OPTIONS
    assert known_options("Mixed") == {"zoom": 1.0}
    assert known_options("ElsewhereOwn") == {**COMMON_OPTIONS, "drift": 2.5}


@pytest.mark.parametrize("scene", ["Computed", "Elsewhere", "Stock", "Imported"])
def test_options_that_only_running_tells_are_left_to_the_scene(project, scene):
    assert known_options(scene) is None


@pytest.mark.parametrize(
    "line",
    [
        "for i in range(3): options[str(i)] = i",
        "options |= {'a': 1}",
        "def late(self): ...\nVideo.options = {}",
    ],
)
def test_options_that_are_changed_later_are_left_to_the_scene(tmp_path, line):
    code = f"class Video(DrumScene):\n    options = {{'b': 1}}\n    {line}\n"
    (tmp_path / "a.py").write_text(code)
    assert SceneSource(tmp_path / "a.py").options_of("Video") is None


@pytest.mark.parametrize(
    ("imported", "base", "found"),
    [
        ("from manim_drumkit import DrumScene as Base", "Base", COMMON_OPTIONS),
        ("import manim_drumkit as md", "md.DrumScene", COMMON_OPTIONS),
        ("from studio import DrumScene", "DrumScene", None),
        ("from .base import MyScene", "MyScene", None),
        ("import studio as md", "md.DrumScene", None),
        ("Base = DrumScene", "Base", None),
        ("", "make_base()", None),
    ],
)
def test_bases_are_known_by_where_they_are_imported_from(tmp_path, imported, base, found):
    (tmp_path / "a.py").write_text(f"{imported}\nclass Video({base}): ...\n")
    assert SceneSource(tmp_path / "a.py").options_of("Video") == found


def test_options_that_no_plan_can_hold_are_named_at_the_split(project):
    with pytest.raises(SceneError, match=r"the options of Odd are \{'drift': \[1, 2\]\}"):
        options_of("Odd")


def test_values_come_in_the_kind_of_their_defaults(project):
    assert options_of(drift="3", turns="5", mirror="false", word="1e3", title="007") == {
        **{"drift": 3.0, "turns": 5, "mirror": False, "word": "1e3", "title": "007"}
    }
    assert options_of("Computed", drift="3", mirror="true", word="hm") == {
        **{"drift": 3, "mirror": True, "word": "hm"}
    }


def test_the_command_line_goes_before_the_file(project):
    toml = "[scene]\ndrift = 1\ntitle = 'One take'\nfade = 2"
    assert options_of(toml=toml, drift="7", title="") == {"drift": 7.0, "title": "", "fade": 2.0}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            {"drfit": "1"},
            "Video has no option drfit (did you mean drift?); it has background=, drift=2.5, "
            "fade=0.5, mirror=true, subtitle=, theme=dark, title=, turns=3, word=go",
        ),
        ({"drift": "fast"}, "the scene's option drift is 'fast'; give a number"),
        ({"turns": "2.5"}, "the scene's option turns is 2.5; give a whole number"),
        ({"mirror": "1"}, "the scene's option mirror is 1; give true or false"),
        ({"drift": "nan"}, "drift is nan; give a number up to 2^53"),
        ({"turns": str(2**63)}, f"turns is {2**63}; give a number up to 2^53"),
        ({"fade": "-1"}, "fade is -1.0; give seconds from 0 to 3600"),
        ({"theme": "neon"}, "theme is 'neon'; choose dark or light or okabe-ito"),
        ({"title": "a\nb"}, "title is 'a\\nb'; write one line of plain text"),
        ({"title": "a\x1bb"}, "title is 'a\\x1bb'; write one line of plain text"),
        ({"title": "a\udcffb"}, "title is 'a\\udcffb'; write one line of plain text"),
    ],
)
def test_an_option_that_cannot_be_is_named_at_the_split(project, texts, message):
    with pytest.raises(ConfigError) as caught:
        options_of(**texts)
    assert str(caught.value) == message


def test_a_mistake_in_the_file_is_named_with_its_place(project):
    with pytest.raises(ConfigError, match=r"drumkit\.toml, \[scene\]: Video has no option drfit"):
        options_of(toml="[scene]\ndrfit = 1")
    with pytest.raises(ConfigError, match=r"\[scene\]: drift is \[1\]; give text, a number"):
        options_of("Computed", "[scene]\ndrift = [1]")


def test_what_only_a_drum_scene_has_is_refused_by_others_or_noted(project):
    with pytest.raises(ConfigError, match="no option title, which every DrumScene has; it has zoo"):
        options_of("Mixed", title="One take")
    Image.new("RGB", (9, 9)).save("a.png")
    said = ("--title", "a", "--background", "a.png", "--theme", "light", "--set", "mine=3")
    assert notes("stems", "--scene", "own.py:Stock", *said, "--dry-run") == [
        "Stock is no DrumScene, which would show title and background; it has to read "
        "current_chunk().film.options itself"
    ]


def test_shorthands_and_set_end_in_the_plan(project):
    short = ("--title", '"Heroes"', "--subtitle", "1977", "--fade", "0.25", "--theme", "light")
    split("stems", *short, "--background", "Navy", "--set", "drift=4", "--set", "title=no")
    assert Plan.load(Path("tmp/plan.json")).film.options == {
        **{"title": '"Heroes"', "subtitle": "1977", "fade": 0.25, "theme": "light"},
        **{"background": "#000080", "drift": 4.0},
    }


@pytest.mark.parametrize("text", ["drift", "=3", ""])
def test_set_without_a_key_and_a_value_is_wrong_usage(project, text):
    assert "is not KEY=VALUE" in refused(project, "stems", "--set", text, code=2)


def test_the_theme_colours_stems_for_which_nobody_chose_a_colour(project):
    Path("drumkit.toml").write_text("[stems.Kick]\ncolor = 'Teal'\n[scene]\ntheme = 'okabe-ito'")
    film = check_inputs(Path("stems"), SplitSettings(config=Path("drumkit.toml"))).film
    theirs = THEMES["okabe-ito"].colors
    assert film.colors == ("#008080", theirs[1], theirs[2])


def test_the_theme_of_the_scene_holds_unless_the_user_chooses(project):
    Path("own.py").write_text("class Video(DrumScene):\n    options = {'theme': 'light'}")
    for chosen, theme in (({}, "light"), ({"theme": "dark"}, "dark")):
        film = check_inputs(Path("stems"), SplitSettings(scene="own.py", options=chosen)).film
        assert film.colors == THEMES[theme].colors[:3]
    Path("own.py").write_text("class Video(DrumScene):\n    options = {'theme': 'neon'}")
    assert "theme is 'neon'" in refused(project, "stems", "--scene", "own.py")


@given(st.text(), st.none() | st.sampled_from([0.5, 3, True, "text"]))
def test_any_text_is_read_as_a_value_or_refused_by_name(text, default):
    value = read_value(text, default)
    assert isinstance(value, str | bool | int | float)
    try:
        assert type(fitting("speed", value, 0.5 if default is None else default)) is not None
    except ConfigError as error:
        assert "speed is " in str(error)  # noqa: PT017


def test_deeply_nested_and_long_text_stays_text():
    assert read_value("[" * 100_000) == "[" * 100_000
    assert read_value("9" * 5000) == "9" * 5000


def test_a_config_that_is_a_pipe_does_not_hang(project):
    os.mkfifo("own.toml")
    assert "is not a regular file" in refused(project, "stems", "--config", "own.toml")
