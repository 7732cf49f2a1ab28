"""MP3 and MP2 files: with and without headers, joined, cut off and damaged."""

import random

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from beats import RATE, assert_in_step, beat, encode, halves, heard, joined, open_beat
from manim_drumkit.errors import StemError
from manim_drumkit.stems.mpeg_audio import frames_in, header_at
from manim_drumkit.stems.mpeg_reader import MpegSource
from manim_drumkit.stems.region import Region
from manim_drumkit.stems.stem import Stem

PLAIN = ("-c:a", "libmp3lame", "-b:a", "192k", "-write_xing", "0", "-id3v2_version", "0")
LOSSY = {"lossy": True}


def frames_of(path):
    return [frame for frame in frames_in(Region.of(path)) if frame.header]


def changed(path, position, content):
    data = bytearray(path.read_bytes())
    data[position : position + len(content)] = content
    path.write_bytes(data)
    return path


def noise(size):
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize("options", ["-b:a 192k", "-q:a 0", "-b:a 64k -ac 1", "-ar 22050 -b:a 32k"])
def test_a_header_tells_the_length_to_the_sample(tmp_path, options):
    path = encode(tmp_path / "a.mp3", *options.split())
    stem = open_beat(path, **LOSSY)
    expected, rate = soundfile.read(path)
    assert (stem.samples, stem.rate) == (len(expected), rate)
    np.testing.assert_allclose(heard(stem)[:, 0], expected, atol=1e-3)


@pytest.mark.parametrize(
    "options",
    ["-b:a 192k", "-b:a 64k", "-b:a 320k", "-abr 1 -b:a 128k", "-q:a 4", "-ar 44100", "-ar 24000"],
)
def test_without_a_header_all_frames_are_counted(tmp_path, options):
    stem = Stem.open(encode(tmp_path / "a.mp3", *options.split(), "-write_xing", "0"))
    assert stem.notes == ()
    open_beat(stem.path, seconds=stem.seconds, **LOSSY)
    assert 0 <= stem.seconds - 4 < 0.06


def test_reading_may_begin_anywhere(tmp_path):
    stem = Stem.open(encode(tmp_path / "a.mp3", sound=np.tile(beat(), 3)))
    assert isinstance(stem.source, MpegSource)
    whole = heard(stem)
    for start in (1, 47, 30_000, 300_001):
        (part,) = stem.blocks([start, start + 5000])
        np.testing.assert_array_equal(part, whole[start : start + 5000])


def test_joined_files_are_read_without_what_their_encoders_added(tmp_path):
    stem = open_beat(halves(tmp_path / "a.mp3"), **LOSSY)
    assert (stem.samples, stem.notes) == (4 * RATE, ())


def test_frames_that_no_header_promises_are_read_as_well(tmp_path):
    first = encode(tmp_path / "1.mp3")
    second = encode(tmp_path / "2.mp3", *PLAIN)
    stem = Stem.open(joined(tmp_path / "a.mp3", first, second))
    assert 8 <= stem.seconds < 8.06
    np.testing.assert_allclose(heard(stem)[: 4 * RATE], heard(Stem.open(first)), atol=1e-6)


@pytest.mark.parametrize("options", [("-ar", "44100"), ("-ac", "2")])
def test_joined_files_that_differ_are_refused(tmp_path, options):
    path = joined(
        tmp_path / "a.mp3", encode(tmp_path / "1.mp3"), encode(tmp_path / "2.mp3", *options)
    )
    with pytest.raises(StemError, match=r"a\.mp3 goes on with sound of another kind"):
        Stem.open(path)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_file_that_is_cut_off_is_refused(tmp_path, share):
    path = encode(tmp_path / "a.mp3")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(StemError, match=r"a\.mp3 is cut off: its header promises 4\.0"):
        Stem.open(path)


def test_without_a_header_a_cut_is_only_noted(tmp_path):
    path = encode(tmp_path / "a.mp3", *PLAIN)
    path.write_bytes(path.read_bytes()[:40_000])
    stem = Stem.open(path)
    assert stem.notes == ("a.mp3 ends in the middle of a frame, and was read up to there",)
    assert 1.6 < stem.seconds < 1.7


@pytest.mark.parametrize(
    ("kind", "lost"),
    [("a sync", 1), ("a bit rate", 1), ("zeros", 6), ("noise", 6), ("what is in a frame", 1)],
)
def test_damage_is_silent_and_noted_and_the_rest_stays_in_time(tmp_path, kind, lost, capfd):
    path = encode(tmp_path / "a.mp3", *PLAIN)
    frames = frames_of(path)
    at, size = frames[60].position, frames[60].size
    changes = {
        "a sync": (at, b"\0"),
        "a bit rate": (at + 2, b"\x54"),
        "zeros": (at, bytes(5 * size)),
        "noise": (at, noise(5 * size)),
        "what is in a frame": (at + 4, noise(size - 4)),
    }
    stem = open_beat(changed(path, *changes[kind]), seconds=Stem.open(path).seconds, **LOSSY)
    (note,) = stem.notes
    assert note.startswith("a.mp3 is damaged, first at 1.4")
    assert int(note.split()[-6]) in (lost, lost - 1)
    assert capfd.readouterr() == ("", "")


def test_damage_at_a_changing_bit_rate_is_measured_by_the_header(tmp_path):
    sound = beat() + 0.01 * np.sin(np.arange(4 * RATE))
    path = encode(tmp_path / "a.mp3", "-q:a", "4", sound=sound)
    frame = frames_of(path)[70]
    stem = Stem.open(changed(path, frame.position, bytes(frame.size)))
    assert "is damaged" in stem.notes[0]
    assert_in_step(stem, **LOSSY)


def test_bytes_that_are_missing_are_an_error_that_names_the_time(tmp_path):
    path = encode(tmp_path / "a.mp3", *PLAIN)
    at = frames_of(path)[60].position
    content = path.read_bytes()
    path.write_bytes(content[: at + 100] + content[at + 876 :])
    with pytest.raises(StemError, match=r"a\.mp3 is damaged at 1\.4\d\d s.*cannot be told"):
        Stem.open(path)


def test_a_file_that_is_damaged_all_over_is_refused(tmp_path):
    path = encode(tmp_path / "a.mp3", *PLAIN)
    for frame in frames_of(path)[::3]:
        changed(path, frame.position + 4, noise(frame.size - 4))
    with pytest.raises(StemError, match=r"a\.mp3 is damaged: \d+ of its \d+ frames"):
        Stem.open(path)


def test_mp2_is_read_without_the_delay_of_its_filters(tmp_path):
    for options in ("-b:a 192k", "-b:a 64k -ar 24000"):
        open_beat(encode(tmp_path / "a.mp2", *options.split()), **LOSSY)


def test_text_and_random_bytes_are_no_mpeg_audio(tmp_path):
    for content in (b"\xff\xfe" + "a list\n".encode("utf-16-le") * 500, noise(100_000)):
        (tmp_path / "a.mp3").write_bytes(content)
        with pytest.raises(StemError, match=r"a\.mp3 (cannot be read as audio|has no sound)"):
            Stem.open(tmp_path / "a.mp3")


@given(st.binary(min_size=4, max_size=4))
def test_every_header_is_either_none_or_possible(data):
    header = header_at(b"\xff" + data[1:])
    if header is not None:
        assert 8_000 <= header.rate <= 48_000
        assert header.channels in (1, 2)
        assert 20 < header.size < 3000
        assert header.samples in (384, 576, 1152)


def test_a_link_in_the_middle_is_read_from_its_own_beginning(tmp_path):
    stem = Stem.open(halves(tmp_path / "a.mp3"))
    whole = heard(stem)
    for start in (2 * RATE - 1, 2 * RATE, 3 * RATE):
        (part,) = stem.blocks([start, start + 500])
        np.testing.assert_array_equal(part, whole[start : start + 500])
