import os
import re
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

from manim_drumkit.errors import StemError
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.row import labels_of
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from sounds import sine, write_sound, write_stems


def cut(path, share=0.5):
    """Keep the first part of a file's bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def test_stems_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("Track 10", "track 2", "Kick", "Track 1"):
        write_sound(tmp_path / f"{name}.wav", sine(0.1))
    stems = find_stems(tmp_path).stems
    assert [stem.name for stem in stems] == ["Track 1", "track 2", "Track 10", "Kick"]


def test_hidden_files_are_skipped_and_others_named(tmp_path):
    write_stems(tmp_path, 0.1)
    for name in (".DS_Store", "._Kick.wav", ".Room.wav", "notes.txt"):
        (tmp_path / name).write_text("not audio")
    (tmp_path / "takes").mkdir()
    found = find_stems(tmp_path)
    assert [stem.name for stem in found.stems] == ["Kick", "Snare", "OH_L"]
    assert [path.name for path in found.skipped] == ["notes.txt"]
    assert not found.notes


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", {"subtype": "PCM_24"}),
        ("a.aif", {"format": "AIFF", "subtype": "PCM_16"}),
        ("a.flac", {"subtype": "PCM_16"}),
        ("a.ogg", {"subtype": "VORBIS"}),
        ("A.WAV", {"format": "RF64"}),
    ],
)
def test_formats_are_read_with_any_number_of_channels(tmp_path, name, options):
    sound = np.stack([sine(0.5, peak=0.5)] * 3, axis=1)
    stem = Stem.open(write_sound(tmp_path / name, sound, **options))
    assert (stem.samples, stem.rate, stem.channels) == (24000, 48000, 3)
    (block,) = stem.blocks([0, 24000])
    assert block.shape == (24000, 3)
    assert 0.45 < block.max() < 0.55


def test_blocks_past_the_end_are_shorter_or_empty(tmp_path):
    stem = Stem.open(write_sound(tmp_path / "a.wav", sine(0.1)))
    assert [len(block) for block in stem.blocks([4000, 4800, 5000, 6000])] == [800, 0, 0]


def test_a_missing_and_an_empty_folder_are_refused(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    reasons = {tmp_path / "no": "does not exist", empty: "no audio"}
    for folder, reason in reasons.items():
        with pytest.raises(StemError, match=f"{re.escape(str(folder))}.*{reason}"):
            find_stems(folder)


@pytest.mark.parametrize("folders", [["Song"], ["htdemucs/Song"], ["a/b/c/Song", "Song 2", "x y"]])
def test_folders_inside_that_have_the_stems_are_named(tmp_path, folders):
    for folder in folders:
        write_stems(tmp_path / folder, 0.01)
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._Kick.wav").write_text("not audio")
    with pytest.raises(StemError, match=r"holds no audio files, but .* instead") as caught:
        find_stems(tmp_path)
    assert all(str(tmp_path / folder) in str(caught.value) for folder in folders)
    assert "MACOSX" not in str(caught.value)


def test_one_file_is_a_performance_of_one_stem(tmp_path):
    path = write_sound(tmp_path / "song.wav", np.zeros((4800, 2)))
    write_sound(tmp_path / "other.wav", sine(1))
    found = find_stems(path, bands=1)
    assert [(stem.name, stem.channels) for stem in found.stems] == [("song", 2)]
    assert not found.notes


def write_text(path):
    path.write_text("not a sound")


def write_nothing(path):
    write_sound(path, np.zeros(0))


def write_cut_wav(path):
    cut(write_sound(path, sine(1), subtype="PCM_16"))


def write_cut_rf64(path):
    cut(write_sound(path, sine(1), format="RF64"))


def write_cut_aiff(path):
    cut(write_sound(path, sine(1), format="AIFF", subtype="PCM_16"))


def write_cut_ogg(path):
    cut(write_sound(path, sine(3), format="OGG", subtype="VORBIS"), 0.6)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (write_text, "cannot be read as audio"),
        (write_nothing, "no sound"),
        (write_cut_wav, "cut off"),
        (write_cut_rf64, "cut off"),
        (write_cut_aiff, "cut off"),
        (write_cut_ogg, "cut off"),
        (lambda path: path.symlink_to("nowhere.wav"), "cannot be opened"),
    ],
)
def test_a_broken_file_is_found_before_it_is_read(tmp_path, write, reason):
    write(tmp_path / "Snare.wav")
    with pytest.raises(StemError, match=f"Snare.wav.*{reason}"):
        find_stems(tmp_path)


def test_a_file_whose_header_was_never_finished_is_read_and_noted(tmp_path):
    content = write_sound(tmp_path / "Kick.wav", sine(1), subtype="PCM_16").read_bytes()
    at = content.index(b"data") + 4
    (tmp_path / "Kick.wav").write_bytes(content[:at] + b"\xff" * 4 + content[at + 4 :])
    write_sound(tmp_path / "Snare.wav", sine(1))
    (note,) = find_stems(tmp_path).notes
    assert "Kick.wav" in note


@pytest.mark.parametrize(("name", "subtype"), [("a.flac", "PCM_16"), ("a.mp3", "MPEG_LAYER_III")])
def test_a_compressed_file_that_ends_early_is_found(tmp_path, name, subtype):
    noise = np.random.default_rng(1).normal(0, 0.1, 96000)
    cut(write_sound(tmp_path / name, noise, subtype=subtype))
    with pytest.raises(StemError, match=rf"{name}.*cut off"):
        list(Stem.open(tmp_path / name).blocks([0, 48000, 96000]))


def test_stems_of_different_length_are_listed(tmp_path):
    write_sound(tmp_path / "Kick.wav", sine(2))
    write_sound(tmp_path / "Snare.wav", sine(1.5))
    with pytest.raises(StemError, match=r"length.*Kick.wav 2\.000 s.*Snare.wav 1\.500 s"):
        find_stems(tmp_path)
    write_sound(tmp_path / "Snare.wav", sine(1.95))
    assert len(find_stems(tmp_path, fps=Fraction(15)).stems) == 2


@pytest.mark.parametrize("lengths", ["pad", "trim"])
def test_stems_of_different_length_may_be_asked_for(tmp_path, lengths):
    write_sound(tmp_path / "Kick.wav", sine(2))
    write_sound(tmp_path / "Snare.wav", sine(1.5))
    assert len(find_stems(tmp_path, lengths=lengths).stems) == 2


def test_stems_of_different_rate_may_differ_by_a_sample(tmp_path):
    write_sound(tmp_path / "Kick.wav", sine(1.00001))
    write_sound(tmp_path / "Snare.wav", sine(1, rate=44100), rate=44100)
    assert [stem.rate for stem in find_stems(tmp_path).stems] == [48000, 44100]


def test_settings_choose_order_and_leave_stems_out(tmp_path):
    write_stems(tmp_path, 0.1, ("A", "B", "C", "D", "Click"))
    settings = {
        "D": StemSettings(order=1),
        "B": StemSettings(order=2, label="Snare"),
        "Click": StemSettings(leave_out=True),
    }
    stems = find_stems(tmp_path, settings).stems
    assert labels_of(stems) == ("D", "Snare", "A", "C")


def test_a_stem_that_is_left_out_need_not_be_readable(tmp_path):
    write_stems(tmp_path, 0.1)
    (tmp_path / "Click.wav").write_text("not a sound")
    stems = find_stems(tmp_path, {"Click": StemSettings(leave_out=True)}).stems
    assert len(stems) == 3


def write_with_av(path, codec, seconds=1.0, *, rate=48000, channels=1, video=False):
    """Encode a sine, with a picture beside it if asked for."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono" if channels == 1 else "stereo"
        if video:
            picture = container.add_stream("libx264", rate=10)
            picture.width = picture.height = 32
            picture.pix_fmt = "yuv420p"
            frame = av.VideoFrame(32, 32, "yuv420p")
            container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        sound = np.tile(sine(seconds, peak=0.5, rate=rate), (channels, 1)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout=stream.layout.name)
        frame.rate = rate
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.m4a", "aac", {}),
        ("a.m4a", "alac", {"channels": 2}),
        ("a.mp4", "aac", {"video": True, "channels": 2}),
        ("a.mkv", "pcm_f32le", {"rate": 44100}),
    ],
)
def test_what_libsndfile_cannot_read_is_read_in_step(tmp_path, name, codec, options):
    stem = Stem.open(write_with_av(tmp_path / name, codec, **options))
    rate = options.get("rate", 48000)
    assert abs(stem.samples - rate) <= 1024
    assert (stem.rate, stem.channels) == (rate, options.get("channels", 1))
    blocks = list(stem.blocks([4800, 9600, 30000, stem.samples]))
    assert [len(b) for b in blocks] == [4800, 20400, stem.samples - 30000]
    expected = sine(1, peak=0.5, rate=rate)[4800:30000]
    np.testing.assert_allclose(np.concatenate(blocks[:2])[:, 0], expected, atol=0.03)


def test_a_video_without_sound_and_a_text_named_m4a_are_refused(tmp_path):
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 32
        container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(StemError, match=r"a\.mp4 has no sound"):
        Stem.open(tmp_path / "a.mp4")
    (tmp_path / "b.m4a").write_text("not a sound")
    with pytest.raises(StemError, match=r"b\.m4a cannot be read as audio"):
        Stem.open(tmp_path / "b.m4a")


def test_a_name_that_is_not_unicode_becomes_readable(tmp_path):
    write_sound(tmp_path / "a.wav", sine(0.1)).rename(tmp_path / "Tr\udce4ngel.wav")
    (stem,) = find_stems(tmp_path).stems
    assert stem.name == "Tr\N{REPLACEMENT CHARACTER}ngel"
    assert soundfile.info(os.fsencode(stem.path)).frames == 4800
