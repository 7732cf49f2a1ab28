import re
import sys

import numpy as np
import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.manim_cli import (
    FAST_PRESET,
    REFUSED_OPTIONS,
    check_manim_options,
    encoder_options,
    settings_with,
)
from programs import PYRAMIDS, manim, run


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


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "mp4"],
        ["--video-codec", "qtrle"],
        ["--pixel-format", "argb"],
        ["--renderer", "opengl"],
    ],
)
def test_a_transparent_film_is_of_one_format(options):
    check_manim_options(options)
    with pytest.raises(PlanError, match=rf"^{options[0]} cannot stand after -- beside --trans"):
        check_manim_options(options, transparent=True)


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
        ("upto_animation_number", 0),
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


@pytest.mark.parametrize("size", ["161,90", "160,91", "0,0", "20000,100"])
def test_a_picture_that_no_encoder_takes_is_named(size):
    with pytest.raises(PlanError, match="pixels cannot be encoded; choose even numbers of 2 to"):
        settings_with(PYRAMIDS, "Video", ("-r", size), fps=60)


def test_odd_sides_are_fine_where_colours_are_not_halved():
    options = ("-r", "161,91", "--pixel-format", "yuv444p")
    assert settings_with(PYRAMIDS, "Video", options, fps=60)["pixel_width"] == "161"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("manim.cfg", "[CLI", r"manim\.cfg .*cannot be used: File contains no section headers"),
        ("manim.cfg", "[CLI]\nquality = best", r"manim\.cfg .*cannot be used: quality must be"),
        ("other.cfg", "[CLI]\npixel_width = wide", r"stands after -- cannot be used: .*'wide'"),
        ("", "", r"nosuch\.tex, named in what stands after --, does not exist"),
    ],
)
def test_settings_that_manim_cannot_use_are_one_line_that_says_where(tmp_path, name, text, reason):
    if name:
        (tmp_path / name).write_text(text)
    options = ["--tex_template", "nosuch.tex"] if not name else []
    options += ["--config_file", name] if name == "other.cfg" else []
    asked = (
        "from fractions import Fraction; from pathlib import Path\n"
        "from manim_drumkit.segment.manim_cli import settings_with\n"
        f"settings_with(Path({str(PYRAMIDS)!r}), 'Video', {options!r}, fps=Fraction(60))"
    )
    done = run(sys.executable, "-c", asked, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert re.search(reason, done.stderr.splitlines()[-1])


@pytest.mark.film
def test_the_fast_preset_has_neither_b_frames_nor_a_long_search(tmp_path):
    np.save(tmp_path / "0.npy", np.random.default_rng(1).random((6, 3), np.float32))
    words = encoder_options({}, preset=FAST_PRESET, jobs=1, cores=1)
    chunk = ("--chunk-file", "0.npy", "--segment-dir", "seg")
    manim(PYRAMIDS, "Video", *chunk, *words, cwd=tmp_path)
    said = (tmp_path / "seg" / "Video.mp4").read_bytes()  # x264 writes what it was told
    for setting in (b"bframes=0", b"subme=1", b"me=dia", b"crf=23.7", b"threads=1"):
        assert setting in said


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("auto", "preset=slow threads=1"),
        ("mpeg4", "threads=1"),
        ("libx265", "threads=1 x265-params=pools=1"),
    ],
)
def test_no_encoder_has_more_threads_where_the_processes_fill_the_cores(codec, options):
    parameters = {"video_codec": codec}
    words = encoder_options(parameters, preset="slow", jobs=48, cores=48)
    assert " ".join(words).replace("--encoder-option ", "") == options
    few = encoder_options(parameters, preset="slow", jobs=3, cores=48)
    assert not any("threads" in word or "pools" in word for word in few)
