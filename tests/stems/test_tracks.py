import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.stems.ni_stems import stem_titles
from manim_drumkit.stems.stem import Stem
from manim_drumkit.stems.tracks import split_channels, wide_note

FOUR = ["Drums", "Bass", "Synths", "Vox"]


def stem(name, channels, *titles):
    return Stem(name, Path(f"{name}.wav"), 100, 48000, channels, channel_titles=titles)


def names(*stems):
    return [each.name for each in split_channels(list(stems))]


def test_channels_are_numbered_where_the_file_does_not_name_them():
    found = split_channels([stem("take", 3), stem("Click", 1)])
    assert [(s.name, s.channel, s.channels) for s in found] == [
        ("take 1", 0, 1),
        ("take 2", 1, 1),
        ("take 3", 2, 1),
        ("Click", None, 1),
    ]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Kick", "Snare"], ["Kick", "Snare"]),
        (["Kick", ""], ["Kick", "take 2"]),
        ([" Kick\n In ", "Snare"], ["Kick In", "Snare"]),
        (["Kick"], ["Kick", "take 2"]),
        (["Boom", "Boom"], ["take 1", "take 2"]),
        (["Kick", "Snare", "Tom"], ["Kick", "Snare"]),
        (["U\u0308ber", "Snare"], ["Über", "Snare"]),
    ],
)
def test_channels_are_called_as_the_file_calls_them(titles, expected):
    assert names(stem("take", 2, *titles)) == expected


def test_a_title_that_two_files_have_follows_the_name_of_each():
    assert names(stem("T1", 2, "MixL", "Boom"), stem("T2", 2, "MixL", "Lav")) == [
        *("T1 MixL", "Boom"),
        *("T2 MixL", "Lav"),
    ]
    assert names(stem("Boom", 1), stem("T1", 2, "Boom", "Lav")) == ["Boom", "T1 Boom", "Lav"]


@pytest.mark.parametrize(
    ("channels", "text"),
    [
        ([3], "A.wav has 3 channels"),
        ([2, 8, 4], "B.wav and C.wav have up to 8 channels"),
        ([6] * 9, "A.wav, B.wav, C.wav, D.wav and 5 more have up to 6 channels"),
    ],
)
def test_files_of_many_channels_are_noted_in_one_line(channels, text):
    (note,) = wide_note([stem(chr(65 + i), count) for i, count in enumerate(channels)])
    assert note.startswith(text)


def test_stereo_is_not_noted():
    assert not wide_note([stem("A", 1), stem("B", 2)])


def box(kind, content, *, large=False):
    if large:
        return b"\0\0\0\1" + kind + (len(content) + 16).to_bytes(8, "big") + content
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def stems_file(content, *, large=False):
    """Make the boxes that matter of a Stems file."""
    inner = box(b"trak", b"\0" * 30) + box(b"udta", box(b"stem", content), large=large)
    return box(b"ftyp", b"M4A ") + box(b"mdat", b"\0" * 99, large=large) + box(b"moov", inner)


def content(titles):
    return json.dumps({"stems": [{"color": "#009E73", "name": each} for each in titles]}).encode()


@pytest.mark.parametrize("large", [False, True])
def test_the_stems_of_native_instruments_have_names(tmp_path, large):
    path = tmp_path / "a.stem.mp4"
    path.write_bytes(stems_file(content(FOUR), large=large))
    assert stem_titles(path) == FOUR


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\0" * 40,
        stems_file(b"{"),
        stems_file(b"[" * 9999),
        stems_file(b'{"stems": 3}'),
        stems_file(content(FOUR[:3])),
        stems_file(content(["Bass"] * 4)),
        stems_file(content([*FOUR[:3], " "])),
        stems_file(content(FOUR))[:-9],
        box(b"moov", box(b"udta", b"\0\0\0\3stem")),
    ],
)
def test_names_that_are_damaged_are_none(tmp_path, damaged):
    path = tmp_path / "a.stem.mp4"
    path.write_bytes(damaged)
    assert stem_titles(path) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_a_crash(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.stem.mp4"
    path.write_bytes(content)
    assert stem_titles(path) == []
