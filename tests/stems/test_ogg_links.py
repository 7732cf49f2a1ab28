"""Ogg files: joined, without an end mark, cut off, damaged, with pauses."""

import numpy as np
import pytest

from beats import HITS, RATE, assert_in_step, beat, encode, ffmpeg, halves, heard, joined, open_beat
from manim_drumkit.errors import StemError
from manim_drumkit.stems.ogg_links import END, checksum
from manim_drumkit.stems.sndfile_reader import SndfileSource
from manim_drumkit.stems.source import Chain
from manim_drumkit.stems.stem import Stem

CODECS = {"a.ogg": "-c:a libvorbis", "a.opus": "-c:a libopus", "a.oga": "-c:a flac -f ogg"}
KINDS = pytest.mark.parametrize(("name", "options"), CODECS.items())


def pages(path):
    """Return where each page begins."""
    content, places, at = path.read_bytes(), [], 0
    while at < len(content):
        places.append(at)
        count = content[at + 26]
        at += 27 + count + sum(content[at + 27 : at + 27 + count])
    return places


def without_end_mark(path, *, right_checksum):
    content, at = bytearray(path.read_bytes()), pages(path)[-1]
    content[at + 5] &= ~END
    if right_checksum:
        content[at + 22 : at + 26] = checksum(bytes(content[at:]))
    path.write_bytes(content)
    return path


@KINDS
def test_joined_files_are_read_one_after_the_other(tmp_path, name, options):
    stem = open_beat(halves(tmp_path / name, *options.split()), lossy=name != "a.oga")
    assert (stem.samples, stem.notes) == (4 * RATE, ())
    assert isinstance(stem.source, Chain)


def test_vorbis_and_opus_may_be_joined_but_not_other_rates(tmp_path):
    first = encode(tmp_path / "1.ogg", "-c:a", "libvorbis", sound=beat(stop=2))
    second = encode(tmp_path / "2.opus", "-c:a", "libopus", sound=beat(start=2))
    open_beat(joined(tmp_path / "a.ogg", first, second), lossy=True)
    other = encode(tmp_path / "3.ogg", "-c:a", "libvorbis", "-ar", "44100")
    with pytest.raises(StemError, match=r"b\.ogg changes from 48000 Hz.* to 44100 Hz.* 2\.000 s"):
        Stem.open(joined(tmp_path / "b.ogg", first, other))


@KINDS
@pytest.mark.parametrize("right_checksum", [True, False])
def test_an_end_mark_is_not_needed(tmp_path, name, options, right_checksum):
    path = encode(tmp_path / name, *options.split())
    without_end_mark(path, right_checksum=right_checksum)
    stem = open_beat(path, lossy=name != "a.oga")
    noted = (f"{name} has no end mark, and was read up to its last page",)
    assert stem.notes == (noted if right_checksum else ())  # it is known to have been there


@KINDS
def test_a_file_that_is_cut_off_is_refused(tmp_path, name, options):
    path = encode(tmp_path / name, *options.split())
    content = path.read_bytes()
    for share in (0.5, 0.8, 0.99):
        path.write_bytes(content[: int(share * len(content))])
        with pytest.raises(StemError, match=rf"{name} is cut off: its last page is missing"):
            Stem.open(path)


@KINDS
def test_a_page_that_is_damaged_or_missing_is_named(tmp_path, name, options):
    path = encode(tmp_path / name, *options.split(), "-page_duration", "200000")
    content, places = path.read_bytes(), pages(path)
    begin, end = places[8:10]
    damaged = bytearray(content)
    damaged[begin + 40] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StemError, match=rf"{name} is damaged at byte {begin} of"):
        Stem.open(path)
    path.write_bytes(content[:begin] + content[end:])
    with pytest.raises(StemError, match=rf"{name} is damaged at byte {begin} of"):
        Stem.open(path)


@KINDS
def test_what_is_between_pages_and_behind_them_is_no_sound(tmp_path, name, options):
    path = encode(tmp_path / name, *options.split())
    content, at = path.read_bytes(), pages(path)[-1]
    path.write_bytes(content[:at] + b"junk" + content[at:] + b"TAG" + bytes(125))
    assert open_beat(path, lossy=name != "a.oga").notes == ()


def test_a_stream_that_was_tuned_into_begins_where_it_began(tmp_path):
    long = np.tile(beat(), 2)
    path = encode(tmp_path / "a.opus", "-c:a", "libopus", "-page_duration", "20000", sound=long)
    content, places = path.read_bytes(), pages(path)
    path.write_bytes(content[: places[2]] + content[places[205] :])
    stem = Stem.open(path)
    assert 3.8 < stem.seconds < 4
    assert len(heard(stem)) == stem.samples


@pytest.mark.parametrize(("name", "codec"), [("a.opus", "libopus"), ("a.ogg", "libvorbis")])
def test_a_pause_is_silent(tmp_path, name, codec):
    whole = encode(tmp_path / f"whole-{name}", "-c:a", codec)
    assert isinstance(Stem.open(whole).source, SndfileSource)
    drop = "noise=drop='between(n,100,120)'"
    ffmpeg("-i", whole, "-c", "copy", "-bsf:a", drop, tmp_path / name)
    stem = Stem.open(tmp_path / name)
    lost = 120 if codec == "libopus" else 83
    assert_in_step(stem, lossy=True, hits=tuple(hit for hit in HITS if hit != lost))
