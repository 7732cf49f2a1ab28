import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.manim_cli import REFUSED_OPTIONS, check_manim_options, settings_with
from programs import PYRAMIDS


def test_options_are_read_as_manim_reads_them():
    options = ("-r", "640,360", "--encoder-option", "crf=0", "--seed", "3")
    assert check_manim_options(options)["resolution"] == (640, 360)


@pytest.mark.parametrize("options", [["--bogus"], ["--seed", "x"], ["--encoder-option", "crf"]])
def test_what_manim_does_not_know_is_refused(options):
    with pytest.raises(PlanError, match="manim does not accept"):
        check_manim_options(options)


@pytest.mark.parametrize(
    "options",
    [
        ["--chunk-file", "a.npy"],
        ["--segment-dir", "a"],
        ["--media_dir", "a"],
        ["-o", "a"],
        ["--fps", "30"],
        ["-s"],
        ["--dry_run"],
        ["-a"],
        ["-n", "1,2"],
        ["-p"],
        ["--show_in_file_browser"],
        ["--jupyter"],
        ["-t"],
        ["--format", "gif"],
        ["OtherScene"],
    ],
)
def test_what_does_not_fit_many_manims_is_refused_with_its_reason(options):
    with pytest.raises(PlanError, match=r"cannot stand after --: .+"):
        check_manim_options(options)


@pytest.mark.parametrize("options", [["--help"], ["-r", "wide"]])
def test_where_manim_itself_would_end_the_program_we_name_the_cause(options):
    with pytest.raises(PlanError, match="options for manim render"):
        check_manim_options(options)


def test_all_refused_options_exist_in_manim():
    assert set(REFUSED_OPTIONS) <= set(check_manim_options([]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("background_opacity", 0.5),
        ("dry_run", True),
        ("from_animation_number", 3),
        ("write_all", True),
    ],
)
def test_a_setting_of_a_manim_cfg_that_makes_no_film_is_named(name, value):
    from manim import tempconfig

    with (
        tempconfig({name: value}),
        pytest.raises(PlanError, match=rf"manim\.cfg sets {name} to {value}"),
    ):
        settings_with(PYRAMIDS, "Video", (), fps=60)
