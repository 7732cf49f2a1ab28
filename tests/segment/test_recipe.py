from manim_drumkit.segment.manim_cli import settings_with
from manim_drumkit.segment.recipe import recipe, settings_of
from programs import PYRAMIDS


def test_the_recipe_names_the_scene_its_modules_and_the_versions(tmp_path):
    (tmp_path / "own.py").write_text("import colors\n")
    (tmp_path / "colors.py").write_text("MAIN = 1\n")
    made = recipe(chunk="c", scene_file=tmp_path / "own.py", scene="Video", settings={"a": "b"})
    assert set(made.modules) == {"colors.py"}
    assert {"av", "manim", "manim-drumkit", "pycairo"} == made.versions.keys()
    (tmp_path / "colors.py").write_text("MAIN = 2\n")
    again = recipe(chunk="c", scene_file=tmp_path / "own.py", scene="Video", settings={"a": "b"})
    assert again.scene_file == made.scene_file
    assert again.modules != made.modules


def test_a_scene_without_a_file_has_no_checksum(tmp_path):
    made = recipe(chunk=None, scene_file=tmp_path / "-", scene="Video", settings={})
    assert (made.scene_file, made.modules) == (None, {})


def test_settings_that_do_not_show_are_left_out():
    config = {
        "background_color": "BLACK",
        "media_dir": "a",
        "verbosity": "INFO",
        "video_encoder_options": {"crf": "0", "threads": "1"},
    }
    assert settings_of(config) == {
        "background_color": "BLACK",
        "seed": "0",
        "video_encoder_options": "{'crf': '0'}",
    }


def test_the_settings_of_a_run_are_known_without_changing_manims_own():
    from manim import config

    before = dict(config)
    options = ("-r", "160,90", "--encoder-option", "crf=0")
    found = settings_with(PYRAMIDS, "Video", options, fps=24)
    assert (found["pixel_width"], found["frame_rate"]) == ("160", "24.0")
    assert dict(config) == before
