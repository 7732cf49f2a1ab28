import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from manim_drumkit.cores import usable_cores
from manim_drumkit.segment.manim_cli import FAST_ENCODER
from manim_drumkit.split.settings import QUALITIES
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.plan import Plan
from sounds import clicks, sine, write_sound, write_stems
from splits import refused, split


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 2.0)
    return tmp_path


def film_levels(out="tmp"):
    plan = Plan.load(Path(out) / "plan.json")
    chunks = [Chunk.load(Path(out) / f"{i}.npy") for i in range(len(plan.chunks))]
    return np.concatenate([chunk.levels for chunk in chunks])


def test_a_split_writes_chunks_sound_plan_and_script(project):
    done = split("stems", "--chunk-seconds", "0.5", "--jobs", "3")
    assert {path.name for path in Path("tmp").iterdir()} == {
        *(f"{i}.npy" for i in range(4)),
        *("levels.npy", "hits.npy"),
        *("levels.png", "mix.wav", "plan.json", "run_all.sh", ".lock"),
    }
    assert os.access("tmp/run_all.sh", os.X_OK)
    assert "120 frames at 60 fps (0:02) in 4 chunks of 0.5 s" in done.stdout
    assert done.stdout.splitlines()[-1] == "Next: ./tmp/run_all.sh"
    first = np.load("tmp/0.npy", allow_pickle=False)
    assert (first.dtype, first.shape, first.flags.c_contiguous) == (np.float32, (30, 3), True)


def test_the_table_tells_of_each_stem(project):
    write_sound(project / "stems" / "Quiet.wav", np.zeros((96000, 2)))
    write_sound(project / "stems" / "Tone.wav", sine(2, hz=1200, peak=0.5))
    (project / "stems" / "notes.txt").write_text("mine")
    lines = [line.split() for line in split("stems").stdout.splitlines()]
    assert ["Quiet", "2.000", "s", "48000", "Hz", "2", "silent"] in lines
    assert ["Tone", "2.000", "s", "48000", "Hz", "1", "-6.0"] in lines
    assert ["Skipped,", "not", "audio:", "stems/notes.txt"] in lines


def test_levels_do_not_depend_on_how_the_film_is_cut(project):
    split("stems", "--chunk-seconds", "auto", "--jobs", "1", "--out", "whole")
    split("stems", "--chunk-seconds", "0.3", "--jobs", "7", "--out", "cut")
    np.testing.assert_array_equal(film_levels("whole"), film_levels("cut"))


def test_an_excerpt_has_the_levels_of_the_whole(project):
    split("stems", "--out", "whole")
    split("stems", "--start", "0.5", "--end", "1.25", "--out", "part")
    np.testing.assert_array_equal(film_levels("part"), film_levels("whole")[30:75])
    assert soundfile.info("part/mix.wav").frames == 36000


@pytest.mark.parametrize("quality", QUALITIES)
def test_qualities_are_those_of_manim(quality):
    from manim.constants import QUALITIES as MANIMS

    theirs = next(each for each in MANIMS.values() if each["flag"] == quality)
    names = ("pixel_width", "pixel_height", "frame_rate")
    assert QUALITIES[quality] == tuple(theirs[name] for name in names)


def test_the_frame_rate_is_the_qualitys_unless_given(project):
    split("stems", "--quality", "l")
    assert Plan.load(Path("tmp/plan.json")).film.fps == 15
    split("stems", "--quality", "l", "--fps", "23.976")
    assert str(Plan.load(Path("tmp/plan.json")).film.fps) == "24000/1001"


def test_splitting_again_leaves_no_stale_chunk_and_keeps_what_is_not_ours(project):
    split("stems", "--chunk-seconds", "0.1")
    Path("tmp/99.npy").write_text("mine")
    split("stems", "--chunk-seconds", "1", "--no-audio")
    names = {path.name for path in Path("tmp").iterdir() if path.name != ".lock"}
    ours = {"0.npy", "1.npy", "levels.npy", "hits.npy", "levels.png", "plan.json", "run_all.sh"}
    assert names == ours | {"99.npy"}


def test_a_finished_mix_is_the_sound(project):
    write_sound(project / "mix.flac", clicks(2, [24000]), subtype="PCM_24")
    split("stems", "--audio", "mix.flac")
    sound, _ = soundfile.read("tmp/mix.wav")
    assert np.argmax(sound) == 24000
    assert len(sound) == 96000


def test_a_finished_mix_of_another_length_is_noted(project):
    write_sound(project / "mix.wav", sine(5))
    done = split("stems", "--audio", "mix.wav")
    assert "Note: mix.wav lasts 5.00 s, the stems 2.00 s" in done.stdout


def test_a_config_shapes_film_and_sound(project):
    Path("drumkit.toml").write_text(
        "[levels]\nrelease = 0\nhold = 0\n"
        "[stems.Snare]\nlabel = 'Big snare'\ncolor = '#00ff00'\norder = 1\n"
        "[stems.OH_L]\nleave-out = true\n"
    )
    split("stems", "--config", "drumkit.toml")
    plan = Plan.load(Path("tmp/plan.json"))
    assert plan.film.stems == ("Snare", "Kick")
    assert plan.film.labels == ("Big snare", "Kick")
    assert plan.film.colors == ("#00FF00", "#FF862F")
    kept = film_levels()
    split("stems", "--config", "drumkit.toml", "--release", "500")
    assert (film_levels() >= kept).all()
    assert (film_levels() != kept).any()


def test_unequal_stems_are_padded_or_trimmed(project):
    write_sound(project / "stems" / "Short.wav", sine(1))
    error = refused(project, "stems")
    assert "Short.wav 1.000 s" in error
    assert "pass --pad to extend the shorter with silence, or --trim" in error
    split("stems", "--pad")
    assert len(film_levels()) == 120
    assert film_levels()[59, 3] > 0.9
    assert film_levels()[-1, 3] < 0.01
    split("stems", "--trim")
    assert len(film_levels()) == 60
    assert soundfile.info("tmp/mix.wav").frames == 48000


def test_stems_of_different_rates_become_one_film(project):
    write_sound(project / "stems" / "Old.wav", sine(2, rate=44100), rate=44100)
    split("stems")
    assert film_levels().shape == (120, 4)
    assert soundfile.info("tmp/mix.wav").samplerate == 48000


def test_a_dry_run_shows_all_and_writes_only_the_plot(project):
    done = split("stems", "--dry-run", "--out", "look")
    assert "120 frames at 60 fps" in done.stdout
    assert "Next:" not in done.stdout
    assert [path.name for path in Path("look").iterdir()] == ["levels.png"]
    split("stems", "--dry-run", "--out", "look")
    split("stems", "--out", "look")
    split("stems", "--dry-run", "--out", "look")


def test_a_picture_of_ones_own_is_not_overwritten(project):
    Path("look").mkdir()
    Path("look/levels.png").write_bytes(b"mine")
    for option in ("--dry-run", "--no-audio"):
        assert "levels.png was not written by" in refused(project, "stems", "--out", "look", option)


def test_levels_can_be_read_by_other_programs(project):
    split("stems", "--csv", "levels.csv", "--chunk-seconds", "0.7")
    header, *rows = Path("levels.csv").read_text().splitlines()
    assert header == "frame,seconds,Kick,Snare,OH L"
    read = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    np.testing.assert_allclose(read[:, 2:], film_levels(), atol=1e-6)
    np.testing.assert_allclose(read[:, 1], np.arange(120) / 60, atol=1e-6)


def test_a_silent_stem_is_named(project):
    write_sound(project / "stems" / "Room.wav", np.zeros(96000))
    assert "Silent, and flat in the film: Room" in split("stems").stdout


def test_quiet_is_quiet(project):
    assert split("stems", "--quiet").output == ""


def test_options_of_manim_are_checked_before_the_work(project):
    assert "No such option '--bogus'" in refused(project, "stems", "--", "--bogus")
    split("stems", "--", "-r", "160,90")
    assert Plan.load(Path("tmp/plan.json")).manim_options[-2:] == ("-r", "160,90")


def options_after(*arguments):
    split("stems", *arguments)
    return " ".join(Plan.load(Path("tmp/plan.json")).manim_options)


def test_processes_that_fill_the_cores_encode_with_one_thread_each(project):
    fast = "".join(f" --encoder-option {key}={value}" for key, value in FAST_ENCODER.items())
    preset = f"--quality h --encoder-option preset=veryfast{fast}"
    assert options_after("--jobs", usable_cores()) == f"{preset} --encoder-option threads=1"
    if usable_cores() > 1:
        assert options_after("--jobs", usable_cores() - 1) == preset


def test_what_the_user_says_of_the_encoder_wins(project):
    assert "preset=slow " in options_after("--jobs", "99", "--preset", "slow")
    assert "bf=0" not in options_after("--jobs", "99", "--preset", "slow")
    assert "crf=23.7" not in options_after("--", "--encoder-option", "crf=18")
    own = options_after("--jobs", "99", "--", "--encoder-option", "preset=medium")
    assert own == ("--quality h --encoder-option threads=1 --encoder-option preset=medium")
    other = options_after("--jobs", "99", "--", "--video-codec", "mpeg4")
    assert other == "--quality h --encoder-option threads=1 --video-codec mpeg4"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none"], "none does not exist"),
        (["stems", "--scene", "no.py:Video"], r"no.py cannot be read"),
        (["stems", "--scene", "my.py:Movie"], "my.py has no scene called Movie"),
        (["stems", "--fps", "0"], "frame rate of 0"),
        (["stems", "--config", "none.toml"], "none.toml cannot be read"),
        (["stems", "--window", "5"], "window of 5 ms is shorter than a frame"),
        (["stems", "--low-cut", "30000"], "needs more than the 48000 Hz"),
        (["stems", "--start", "2"], "no music from 2 s"),
        (["stems", "--start", "1", "--end", "1"], "no music from 1 s to 1 s"),
        (["stems", "--audio", "my.py"], "my.py cannot be read as audio"),
        (["stems", "--audio", "none.wav"], "none.wav cannot be opened"),
        (["stems", "--out", "my.py"], "my.py cannot be made"),
        (["stems", "--out", "./stems/"], "stems holds the stems"),
        (["stems", "--out", "a{b}"], "brace"),
        (["stems", "--out", "x" * 300], "File name too long"),
        (["y" * 300], "File name too long"),
        (["stems", "--fps", ""], "not a frame rate"),
        (["stems", "--", "-c", "none.cfg"], "none.cfg, named after --, does not exist"),
        (["stems", "--chunk-seconds", "0.001"], "shorter than one frame"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(project, arguments, reason):
    (project / "my.py").write_text("class Video: ...")
    assert reason in refused(project, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["stems", "--jobs", "0"],
        ["stems", "--quality", "x"],
        ["stems", "--chunk-seconds", "soon"],
        ["stems", "--chunk-seconds", "-1"],
        ["stems", "--start", "-1"],
        ["stems", "--start", "nan"],
        ["stems", "--end", "inf"],
        ["stems", "--intro", "nan"],
        ["stems", "--chunk-seconds", "inf"],
        ["stems", "--release", "-5"],
        ["stems", "--detector", "ears"],
        ["stems", "--audio", "mix.wav", "--no-audio"],
    ],
)
def test_wrong_usage_is_status_2(project, arguments):
    refused(project, *arguments, code=2)


def test_a_stem_that_breaks_while_it_is_read_leaves_nothing(project):
    sound = sine(2)
    sound[50000] = np.nan
    write_sound(project / "stems" / "Zap.wav", sound)
    assert "Zap.wav" in refused(project, "stems", "--out", "new/deep")


def test_no_ffmpeg_is_said_before_the_work(project, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "ffmpeg is not installed" in refused(project, "stems")


def test_help_has_an_example_and_every_option_of_the_design():
    text = split("--help").stdout
    assert "Example: drumkit-split stems/" in text
    options = (
        "out scene quality preset fps chunk-seconds jobs start end intro audio no-audio pad trim "
        "config detector window attack hold release low-cut high-cut floor gate scale normalize "
        "peak csv dry-run"
    ).split()
    assert not [option for option in options if f"--{option}" not in text]
