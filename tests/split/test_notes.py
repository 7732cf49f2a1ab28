import subprocess
import unicodedata
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
    write_stems(tmp_path / "stems", 1.0)
    return tmp_path


def names():
    return Plan.load(Path("tmp/plan.json")).film.stems


def write_bwf(path, samples, *, reference=0, ixml=""):
    """Write a Broadcast WAV: when it was recorded, since midnight, and what the recorder says."""
    bext = bytearray(602)
    bext[338:346] = reference.to_bytes(8, "little")
    riff = write_sound(path, samples).read_bytes()
    chunks = riff[12:]
    for name, content in ((b"bext", bytes(bext)), (b"iXML", ixml.encode())):
        chunks = name + len(content).to_bytes(4, "little") + content + chunks
    path.write_bytes(riff[:4] + (len(chunks) + 4).to_bytes(4, "little") + b"WAVE" + chunks)
    return path


def tracks(*names):
    """Name the channels as recorders do, in a text of even length."""
    listed = "".join(
        f"<TRACK><CHANNEL_INDEX>{i}</CHANNEL_INDEX><INTERLEAVE_INDEX>{i}</INTERLEAVE_INDEX>"
        f"<NAME>{name}</NAME></TRACK>"
        for i, name in enumerate(names, 1)
    )
    text = f"<BWFXML><TRACK_LIST>{listed}</TRACK_LIST></BWFXML>"
    return text + " " * (len(text.encode()) % 2)


def levels_of(path="levels.csv"):
    rows = Path(path).read_text().splitlines()[1:]
    return np.array([[float(cell) for cell in row.split(",")[2:]] for row in rows])


def test_files_without_anything_to_note_are_not_noted(project):
    (project / "stems" / ".DS_Store").write_bytes(b"Bud1")
    assert notes("stems") == []


def test_what_is_skipped_is_one_line(project):
    for i in range(9):
        (project / "stems" / f"{i}.txt").write_text("mine")
    (line,) = [x for x in split("stems").stdout.splitlines() if x.startswith("Skipped")]
    assert line == (
        "Skipped, not audio: stems/0.txt, stems/1.txt, stems/2.txt, stems/3.txt and 5 more"
    )


@pytest.mark.parametrize("channels", [3, 8, 17])
def test_channels_are_noted_or_split(project, channels):
    sound = np.stack([sine(1, hz=200 + i, peak=0.01 * (i + 1)) for i in range(channels)], axis=1)
    write_sound(project / "poly" / "rec.wav", sound)
    (note,) = notes("poly")
    assert note == (
        f"rec.wav has {channels} channels, which move one stem together; "
        "pass --split-channels to make a stem of each"
    )
    assert names() == ("rec",)
    assert notes("poly", "--split-channels") == []
    assert names() == tuple(f"rec {i + 1}" for i in range(channels))


@pytest.mark.parametrize("place", ["poly", "poly/rec.wav"])
def test_split_channels_are_those_of_the_file(project, place):
    sound = np.stack([clicks(1, [at]) for at in (12000, 24000, 36000)], axis=1)
    write_sound(project / "poly" / "rec.wav", sound)
    Path("drumkit.toml").write_text("[stems.'rec 1']\nlabel = 'Kick'\n[stems.'rec 3']\norder = 1\n")
    bare = ("--hold", "0", "--release", "0", "--config", "drumkit.toml")
    split(place, "--split-channels", "--csv", "levels.csv", *bare)
    assert Path("levels.csv").read_text().startswith("frame,seconds,rec 3,Kick,rec 2\n")
    assert levels_of().argmax(axis=0).tolist() == [45, 15, 30]


def test_channels_have_the_names_that_the_recorder_gave_them(project):
    sound = np.stack([sine(1, hz=100 * i + 100) for i in range(3)], axis=1)
    write_bwf(project / "poly" / "T01.wav", sound, ixml=tracks("Kick", "Snare &amp; Hat", ""))
    split("poly", "--split-channels")
    assert names() == ("Kick", "Snare & Hat", "T01 3")


def test_channels_are_placed_by_the_time_references_of_their_files(project):
    click = np.stack([clicks(1, [6000]), clicks(1, [18000])], axis=1)
    write_bwf(project / "poly" / "T01.wav", click, reference=48000)
    write_bwf(project / "poly" / "T02.wav", click, reference=72000)
    bare = ("--hold", "0", "--release", "0", "--csv", "levels.csv", "--pad")
    (note,) = notes("poly", "--split-channels", *bare)
    assert note.endswith("T02.wav starts last, at 0.500 s")
    assert levels_of().argmax(axis=0).tolist() == [7, 22, 37, 52]
    mix, _ = soundfile.read("tmp/mix.wav")
    assert np.flatnonzero(mix[:, 0] > 0.1).tolist() == [6000, 18000, 30000, 42000]


def test_stereo_is_split_too_and_mono_keeps_its_name(project):
    write_sound(project / "stems" / "Room.wav", np.zeros((48000, 2)) + 0.1)
    split("stems", "--split-channels")
    assert names() == ("Kick", "Snare", "OH_L", "Room 1", "Room 2")


def test_stems_are_placed_by_their_time_references(project):
    noon = 12 * 3600 * 48000
    write_bwf(project / "bwf" / "Kick.wav", clicks(2, [24000]), reference=noon)
    write_bwf(project / "bwf" / "Snare.wav", clicks(1.5, [12000]), reference=noon + 24000)
    write_bwf(project / "bwf" / "Tom.wav", clicks(1, [6000]), reference=noon + 48000)
    bare = ("--hold", "0", "--release", "0", "--csv", "levels.csv")
    assert notes("bwf", *bare) == [
        "stems are placed by the time references of their files; Tom.wav starts last, at 1.000 s"
    ]
    assert levels_of().argmax(axis=0).tolist() == [30, 45, 67]
    mix, _ = soundfile.read("tmp/mix.wav")
    assert np.flatnonzero(mix[:, 0] > 0.1).tolist() == [24000, 36000, 54000]


def test_placed_stems_that_end_apart_are_padded_or_trimmed_at_the_end(project):
    write_bwf(project / "bwf" / "Kick.wav", clicks(1, [100]), reference=0)
    write_bwf(project / "bwf" / "Snare.wav", clicks(1, [100]), reference=24000)
    assert "Snare.wav 1.500 s (72000 samples)" in refused(project, "bwf")
    split("bwf", "--pad")
    assert soundfile.info("tmp/mix.wav").frames == 72000
    split("bwf", "--trim")
    assert soundfile.info("tmp/mix.wav").frames == 48000
    mix, _ = soundfile.read("tmp/mix.wav")
    assert np.flatnonzero(mix[:, 0] > 0.1).tolist() == [100, 24100]


def test_a_master_beside_the_stems_is_noted(project):
    write_sound(project / "stems" / "Master.wav", sine(1, peak=0.1))
    (note,) = notes("stems")
    assert note.startswith("Master.wav is probably a mix of the other stems: its sound is heard")
    (project / "stems" / "Master.wav").rename("Master.wav")
    assert notes("stems", "--audio", "Master.wav") == []


def test_a_dc_offset_is_noted(project):
    write_sound(project / "stems" / "Snare.wav", clicks(1, [24000]) * 0.5 + 0.05)
    (note,) = notes("stems")
    assert note.startswith("Snare: a DC offset of 5.0% of full scale keeps the level up; pass --lo")
    assert notes("stems", "--low-cut", "20") == []


def test_a_file_of_integers_as_floats_is_noted(project):
    write_sound(project / "stems" / "Snare.wav", sine(1, peak=32768))
    (note,) = notes("stems")
    assert note.startswith("Snare: a peak of 90.3 dBFS is far over full scale")


def test_a_sound_that_is_turned_down_is_said(project):
    write_sound(project / "mix.wav", sine(1, peak=1.75))
    (note,) = notes("stems", "--audio", "mix.wav")
    assert note.startswith("mix.wav was turned down by ")
    assert note.endswith(" dB, its peak is over full scale")
    write_sound(project / "stems" / "Tom.wav", sine(1, peak=1.0))
    lines = split("stems").stdout.splitlines()
    assert [x for x in lines if x.startswith("The sum of the stems is turned down by ")]


def test_a_key_is_compared_in_its_normal_form(project):
    write_sound(project / "stems" / (unicodedata.normalize("NFD", "Überhead") + ".wav"), sine(1))
    Path("drumkit.toml").write_text("[stems.'Überhead']\nlabel = 'OH'\n", "utf-8")
    split("stems", "--config", "drumkit.toml")
    assert Plan.load(Path("tmp/plan.json")).film.labels[-1] == "OH"
    assert names()[-1] == "Überhead"


def test_a_file_in_the_output_folder_is_not_split_over_itself(project):
    write_sound(project / "tmp" / "mix.wav", sine(1))
    assert "tmp holds the stems" in refused(project, "tmp/mix.wav")


def encode(path, *options):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *options, str(path)], check=True)


TONES = [f"sine=f={100 * (i + 1)}:d=1:r=48000" for i in range(5)]


def write_tracks(path, count, codec):
    path.parent.mkdir(exist_ok=True)
    inputs = [word for tone in TONES[:count] for word in ("-f", "lavfi", "-i", tone)]
    maps = [word for i in range(count) for word in ("-map", str(i))]
    encode(path, *inputs, *maps, "-c:a", codec, "-shortest")


@pytest.mark.parametrize(
    ("name", "codec"), [("cam.mov", "pcm_s24le"), ("obs.mkv", "pcm_s16le"), ("a.mp4", "aac")]
)
@pytest.mark.parametrize("whole", [True, False])
def test_every_track_of_a_file_is_a_stem(project, name, codec, whole):
    write_tracks(project / "cam" / name, 3, codec)
    place = "cam" if whole else f"cam/{name}"
    assert notes(place) == [f"{name} has 3 audio tracks: one stem each"]
    assert len(set(names())) == 3


@pytest.mark.parametrize("name", ["Song.stem.mp4", "Song.stem.m4a", "SONG.STEM.MP4"])
def test_the_mix_in_a_stems_file_is_left_out(project, name):
    write_tracks(project / "ni" / name, 5, "aac")
    (note,) = notes("ni")
    assert note == (
        f"the first track of {name} is the mix of the other four, and is no stem; "
        f"pass --audio ni/{name} to make it the sound"
    )
    assert len(names()) == 4


@pytest.mark.parametrize(("name", "count"), [("Song.stem.mp4", 4), ("Song.mp4", 5)])
def test_other_files_have_no_mix_in_them(project, name, count):
    write_tracks(project / "ni" / name, count, "aac")
    assert notes("ni") == [f"{name} has {count} audio tracks: one stem each"]
    assert len(names()) == count
