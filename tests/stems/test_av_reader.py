"""What PyAV reads: times, gaps, delays, tracks; from the beginning and from the middle."""

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from beats import HITS, RATE, assert_in_step, beat, encode, ffmpeg, heard, joined, open_beat
from manim_drumkit.errors import StemError
from manim_drumkit.stems.av_reader import AvSource
from manim_drumkit.stems.blocks import reblock
from manim_drumkit.stems.stem import Stem

FILM = ("-f", "lavfi", "-i", "color=black:s=64x64:r=25:d=4")


def late(path, *options, start=0.04, film=True):
    """Encode the clicks from a time on, and say so by the container's times."""
    plain = path.with_name("late.wav")
    soundfile.write(plain, beat(start=start), RATE, subtype="PCM_16")
    picture = (*FILM, "-map", "1:v", "-map", "0:a", "-c:v", "mpeg4") if film else ()
    ffmpeg("-itsoffset", start, "-i", plain, *picture, *options, path)
    return path


def with_pause(path, *options, first=100, last=120):
    """Encode the clicks and lose some packets."""
    whole = encode(path.with_name(f"whole-{path.name}"), *options)
    drop = f"noise=drop='between(n,{first},{last})'"
    ffmpeg("-i", whole, "-c", "copy", "-bsf:a", drop, path)
    return path


@pytest.mark.parametrize("film", [True, False])
@pytest.mark.parametrize(
    ("name", "codec", "lossy"),
    [
        ("a.mkv", "pcm_s16le", False),
        ("a.mkv", "flac", False),
        ("a.mkv", "aac", True),
        ("a.mkv", "libvorbis", True),
        ("a.mov", "pcm_s16le", False),
        ("a.mp4", "aac", True),
        ("a.mp4", "libmp3lame", True),
        ("a.mp4", "alac", False),
    ],
)
def test_sound_that_begins_later_stands_later(tmp_path, name, codec, lossy, film):
    open_beat(late(tmp_path / name, "-c:a", codec, film=film), lossy=lossy)


@pytest.mark.parametrize("codec", ["aac", "mp2", "ac3"])
def test_the_clock_of_a_broadcast_begins_anywhere(tmp_path, codec):
    stem = Stem.open(late(tmp_path / "a.ts", "-c:a", codec))
    assert_in_step(stem, lossy=True, seconds=stem.seconds)
    assert abs(stem.seconds - 4) < 0.03


@pytest.mark.parametrize(
    ("name", "codec", "lost"),
    [
        ("a.mkv", "pcm_s16le", None),
        ("a.mkv", "aac", 151),
        ("a.mp4", "aac", 151),
        ("a.ts", "aac", 151),
        ("a.webm", "libvorbis", None),
        ("a.nut", "pcm_s16le", None),
    ],
)
def test_lost_packets_leave_silence(tmp_path, name, codec, lost):
    stem = Stem.open(with_pause(tmp_path / name, "-c:a", codec))
    hits = tuple(hit for hit in HITS if hit != lost)
    sound = heard(stem)[:, 0]
    assert_in_step(stem, lossy=True, hits=hits, seconds=stem.seconds)
    assert abs(stem.seconds - 4) < 0.02
    silent = np.flatnonzero(np.abs(sound) > 1e-3) / RATE
    assert np.diff(silent).max() > 0.4


def test_an_excerpt_that_was_copied_begins_where_it_says(tmp_path):
    whole = encode(tmp_path / "whole.m4a")
    ffmpeg("-ss", "1", "-i", whole, "-c", "copy", tmp_path / "a.m4a")
    sound = heard(Stem.open(tmp_path / "a.m4a"))
    np.testing.assert_allclose(
        sound[:140_000], heard(Stem.open(whole))[RATE : RATE + 140_000], atol=0.05
    )


@pytest.mark.parametrize(
    "name", ["a.m4a", "a.mp4", "b.mov", "a.mkv", "a.ts", "a.wv", "a.flac", "a.webm"]
)
def test_reading_from_the_middle_gives_the_same_samples(tmp_path, name):
    sound = np.tile(beat(), 5)
    options = {
        "a.mp4": "-c:a aac -movflags +frag_keyframe+empty_moov -frag_duration 500000",
        "b.mov": "-c:a pcm_s16le",
        "a.wv": "-c:a wavpack",
        "a.mkv": "-c:a aac",
    }
    path = encode(tmp_path / name, *options.get(name, "").split(), sound=sound)
    stem = Stem.open(path)
    whole = heard(stem)
    for start in (30_000, 600_001, stem.samples - 10):
        (part,) = stem.blocks([start, stem.samples])
        np.testing.assert_allclose(part, whole[start:], atol=1e-4)  # the MP2 decoder dithers


def test_each_track_is_a_stem(tmp_path):
    for name in "12":
        encode(tmp_path / f"{name}.wav", sound=beat() * int(name) / 4)
    tracks = ("-i", tmp_path / "1.wav", "-i", tmp_path / "2.wav", "-map", "0", "-map", "1")
    ffmpeg(*tracks, "-c:a", "pcm_s16le", tmp_path / "Song.mov")
    titles = ("-metadata:s:a:0", "title=Drums", "-metadata:s:a:1", "title=Bass")
    ffmpeg(*tracks, "-c:a", "flac", *titles, tmp_path / "Song.mkv")
    plain, named = (Stem.open_all(tmp_path / f"Song.{ending}") for ending in ("mov", "mkv"))
    assert [stem.name for stem in plain] == ["Song 1", "Song 2"]
    assert [(stem.name, stem.title) for stem in named] == [
        ("Song Drums", "Drums"),
        ("Song Bass", "Bass"),
    ]
    for stems in (plain, named):
        assert [stem.track for stem in stems] == [0, 1]
        for number, stem in enumerate(stems, 1):
            assert_in_step(stem)
            assert abs(np.abs(heard(stem)).max() - 0.2 * number) < 1e-3
    assert Stem.open(tmp_path / "Song.mkv") == named[0]


def test_a_single_track_keeps_the_name_of_its_file(tmp_path):
    path = encode(tmp_path / "Kick.m4a", "-metadata:s:a:0", "title=Take 7")
    (stem,) = Stem.open_all(path)
    assert (stem.name, stem.title) == ("Kick", "")  # MP4 has no titles of tracks
    handler = encode(tmp_path / "Snare.m4a", "-metadata:s:a:0", "handler_name=Snare top")
    assert Stem.open(handler).title == "Snare top"


def test_a_film_without_sound_and_no_sound_at_all_are_refused(tmp_path):
    ffmpeg(*FILM, "-t", "0.2", "-c:v", "mpeg4", tmp_path / "a.mp4")
    with pytest.raises(StemError, match=r"a\.mp4 has no sound"):
        Stem.open(tmp_path / "a.mp4")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n"
    script = "ffconcat version 1.0\nfile 'a.mp4'\n"
    for text in ("not a sound", playlist, script, "<svg/>"):
        (tmp_path / "b.m4a").write_text(text)
        with pytest.raises(StemError, match=r"b\.m4a cannot be read as audio"):
            Stem.open(tmp_path / "b.m4a")


def test_a_packet_that_cannot_be_decoded_is_silent_and_noted(tmp_path, capfd):
    path = encode(
        tmp_path / "a.m4a", "-b:a", "256k", sound=beat() + 0.01 * np.sin(np.arange(4 * RATE))
    )
    with av.open(str(path)) as container:
        packet = [p for p in container.demux(container.streams.audio[0]) if p.size][60]
        position, size = packet.pos, packet.size
    content = bytearray(path.read_bytes())
    content[position : position + size] = b"\xff" * size
    path.write_bytes(content)
    stem = open_beat(path, lossy=True)
    (note,) = stem.notes
    assert note.startswith("a.m4a is damaged, first at 1.2")
    assert capfd.readouterr() == ("", "")


def test_a_raw_stream_that_is_damaged_is_refused(tmp_path):
    path = encode(tmp_path / "a.ac3", "-c:a", "ac3")
    content = bytearray(path.read_bytes())
    at = len(content) // 2
    content[at : at + 3000] = b"\xff" * 3000
    path.write_bytes(content)
    with pytest.raises(StemError, match=r"a\.ac3 is damaged at 1\.\d+ s"):
        Stem.open(path)


def test_a_track_that_goes_on_as_another_is_noted(tmp_path):
    first = encode(tmp_path / "1.ts", "-c:a", "mp2", sound=beat(stop=2))
    other = encode(tmp_path / "2.ts", "-c:a", "mp2", "-mpegts_start_pid", "0x200")
    stem = Stem.open(joined(tmp_path / "a.ts", first, other))
    assert abs(stem.seconds - 2) < 0.1
    assert len(heard(stem)) == stem.samples
    assert stem.notes[0].startswith("a.ts has no sound of this track in its last ")


def test_a_file_is_open_only_while_it_is_read(tmp_path, monkeypatch):
    stem = Stem.open(encode(tmp_path / "a.m4a"))
    opened = []
    whole_open = type(tmp_path).open
    monkeypatch.setattr(
        type(tmp_path),
        "open",
        lambda path, *rest, **more: opened.append(whole_open(path, *rest, **more)) or opened[-1],
    )
    blocks = stem.blocks([0, 100, 200])
    assert not opened
    next(blocks)
    assert opened
    blocks.close()
    assert all(file.closed for file in opened)
    assert isinstance(stem.source, AvSource)


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(1, 9), max_size=9))
def test_blocks_have_their_sizes_and_all_samples_in_order(pieces, sizes):
    total = np.arange(2 * sum(pieces), dtype=np.float32).reshape(-1, 2)
    stream = iter(np.split(total, np.cumsum(pieces))[:-1])
    blocks = list(reblock(stream, 2, sizes))
    ends = np.minimum(np.cumsum([0, *sizes]), len(total))
    assert [len(block) for block in blocks] == np.diff(ends).tolist()
    heard = np.concatenate([np.zeros((0, 2)), *blocks])
    np.testing.assert_array_equal(heard, total[: len(heard)])
