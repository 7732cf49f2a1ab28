import os
from contextlib import suppress
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ConfigError
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.settings import option_name
from manim_drumkit.split.config import Config
from manim_drumkit.stems.settings import StemSettings


def load(folder, text):
    (folder / "drumkit.toml").write_text(text)
    return Config.load(folder / "drumkit.toml")


def test_a_config_is_read_by_the_names_of_the_options(tmp_path):
    config = load(
        tmp_path,
        """
        [levels]
        release = 300
        low-cut = 80.5
        scale = "db"
        [stems.Kick]
        label = "Bass drum"
        color = "#ff8800"
        order = 1
        gain = -3
        pan = 0.25
        gate = -40
        group = "drums"
        [stems."OH_L"]
        leave-out = true
        """,
    )
    assert config.levels == {"release_ms": 300, "low_cut_hz": 80.5, "scale": "db"}
    assert config.stems["Kick"] == StemSettings("Bass drum", "#ff8800", 1, -3, 0.25, -40, "drums")
    assert config.stems["OH_L"].leave_out


def test_names_are_read_in_one_normal_form_and_stand_there_once(tmp_path):
    name = "\u00dcberhead"
    spelled = "U\u0308berhead"
    assert list(load(tmp_path, f"[stems.'{spelled}']").stems) == [name]
    with pytest.raises(ConfigError, match=rf"\[stems\.{name}\] stands there twice"):
        load(tmp_path, f"[stems.'{spelled}']\n[stems.'{name}']")


def test_an_empty_config_changes_nothing(tmp_path):
    assert load(tmp_path, "") == Config()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[levels]\nrelase = 3", r"\[levels\]: unknown setting 'relase'; known are detector,"),
        ("[levels]\nrelease = -1", "release is -1; give a number from 0 to 60000 ms"),
        ("[levels]\nrelease = '3'", "release is '3'; give a number"),
        ("[levels]\nrelease = nan", "release is nan"),
        ("[levels]\nhold = true", "hold is True"),
        ("[levels]\nscale = 'log'", "scale is 'log'; choose linear or db"),
        ("[stems.Kick]\npan = 2", r"\[stems.Kick\]: pan is 2; give a number from -1 to 1"),
        ("[stems.Kick]\ncolor = 'rot'", "color is 'rot'; write #RRGGBB or a colour's name"),
        ("scene = 'ring'", "scene is 'ring'; write a table"),
        ("[stems.Kick]\nlabel = 3", "label is 3; give text in quotes"),
        ("[stems.Kick]\nleave-out = 'yes'", "leave-out is 'yes'; give true or false"),
        ("[stems]\nKick = 3", "Kick is 3; write a table"),
        ("levels = 3", "levels is 3; write a table"),
        ("[level]", r"unknown table \[level\]; known are \[levels\], \[scene\], \[stems.NAME\]"),
        ("[levels", "not TOML"),
        ("\0", "not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, reason):
    with pytest.raises(ConfigError, match=rf"drumkit\.toml.*{reason}"):
        load(tmp_path, text)


def test_a_missing_or_unreadable_config_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no\.toml cannot be read"):
        Config.load(tmp_path / "no.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"bytes\.toml is not TOML"):
        Config.load(tmp_path / "bytes.toml")


@given(st.text())
def test_any_text_is_a_config_or_a_named_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, "utf-8", errors="replace")
    with suppress(ConfigError):
        Config.load(path)


@pytest.mark.parametrize("kind", [LevelSettings, StemSettings])
def test_every_setting_explains_itself_and_accepts_its_default(kind):
    kind()
    for each in fields(kind):
        assert each.metadata["help"].endswith(".")
        assert option_name(each).isascii()


def test_a_pipe_is_named_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "drumkit.toml")
    with pytest.raises(ConfigError, match=r"drumkit\.toml cannot be read \(is not a regular file"):
        Config.load(tmp_path / "drumkit.toml")
