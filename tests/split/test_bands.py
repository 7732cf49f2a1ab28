from pathlib import Path

import numpy as np
import pytest
import soundfile

from manim_drumkit.workspace.plan import Plan
from sounds import clicks, sine, write_sound, write_stems
from splits import notes, refused, split


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sides = [clicks(2, [48000 + 799]) + sine(2, peak=0.05), sine(2, hz=100, peak=0.2)]
    write_sound(tmp_path / "song.wav", np.stack(sides, axis=1))
    write_stems(tmp_path / "stems")
    return tmp_path


def test_a_mixed_file_becomes_a_film_of_its_bands(project):
    assert len(notes("song.wav")) == 1
    film = Plan.load(Path("tmp/plan.json")).film
    assert (
        film.labels
        == film.stems
        == (*("61 Hz", "140 Hz", "340 Hz", "800 Hz", "1.9 kHz", "4.4 kHz", "10 kHz"),)
    )
    assert film.colors[0] == "#FC6255"
    assert len(set(film.colors)) == 7
    np.testing.assert_array_equal(
        soundfile.read("tmp/mix.wav", dtype="float32")[0],
        soundfile.read("song.wav", dtype="float32")[0],
    )


def test_a_finished_mix_goes_before_the_file(project):
    write_sound(project / "mix.wav", sine(2, hz=300, peak=0.5))
    split("song.wav", "--audio", "mix.wav")
    mix, _ = soundfile.read("tmp/mix.wav")
    np.testing.assert_allclose(mix, sine(2, hz=300, peak=0.5), atol=1e-6)


def test_the_table_and_the_csv_have_a_column_for_each_band(project):
    done = split("song.wav", "--bands", 2, "--dry-run", "--csv", "levels.csv")
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:3]] == [
        ["180", "Hz"],
        ["3.6", "kHz"],
    ]
    rows = Path("levels.csv").read_text().splitlines()
    assert rows[0] == "frame,seconds,180 Hz,3.6 kHz"
    assert len(rows) == 121
    assert Path("tmp/levels.png").exists()


def test_one_stem_of_a_folder_has_bands_by_the_config(project):
    Path("drumkit.toml").write_text("[stems.Kick]\nbands = 2\nlabel = 'Low drum'\n")
    split("stems", "--config", "drumkit.toml", "--dry-run", "--csv", "levels.csv")
    header = Path("levels.csv").read_text().splitlines()[0]
    assert "Low drum 180 Hz,Low drum 3.6 kHz" in header


def test_bands_of_a_folder_point_to_the_config(project):
    assert "set bands = N under [stems.NAME] in drumkit.toml" in refused(
        project, "stems", "--bands", 7, code=2
    )


@pytest.mark.parametrize("options", [("--bands", 3, "--split-channels"), ("--bands", 41)])
def test_what_bands_cannot_be_is_wrong_usage(project, options):
    refused(project, "song.wav", *options, code=2)


def test_a_mix_with_bands_beside_its_stems_is_noted_once(project):
    write_sound(project / "stems" / "Master.wav", sine(1, peak=0.1))
    Path("drumkit.toml").write_text("[stems.Master]\nbands = 3\n")
    (note,) = notes("stems", "--config", "drumkit.toml", "--dry-run")
    assert note.startswith("Master.wav is probably a mix of the other stems")


def test_a_file_of_integers_as_floats_is_noted_by_its_name(project):
    write_sound(project / "song.wav", sine(1, hz=800, peak=32768))
    (note,) = notes("song.wav", "--bands", 7, "--dry-run")
    assert note.startswith("song: a peak of 90.3 dBFS is far over full scale")


def test_the_folder_that_a_separator_writes_works_as_it_is(project):
    for name in ("drums", "bass", "other", "vocals"):
        write_sound(project / "separated/htdemucs/song" / f"{name}.wav", sine(1, peak=0.1))
    split("separated/htdemucs/song", "--dry-run", "--csv", "levels.csv")
    header = Path("levels.csv").read_text().splitlines()[0]
    assert set(header.split(",")[2:]) == {"drums", "bass", "other", "vocals"}
