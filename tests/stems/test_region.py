import io
import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import StemError
from manim_drumkit.stems.region import Region
from manim_drumkit.stems.stem import Stem

CONTENT = bytes(range(256)) * 3


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("region") / "a"
    path.write_bytes(CONTENT)
    return path


@given(
    st.binary(max_size=20),
    st.binary(max_size=20),
    st.tuples(st.integers(0, 768), st.integers(0, 768)).map(sorted),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900))),
)
def test_a_region_reads_like_a_file_of_its_own(path, head, tail, place, reads):
    region = Region.of(path).part(*place, head=head, tail=tail)
    expected = io.BytesIO(head + CONTENT[place[0] : place[1]] + tail)
    assert region.size == len(expected.getvalue())
    with region.open() as file:
        for position, size in reads:
            assert file.seek(position) == expected.seek(position)
            assert file.read(size) == expected.read(size)
        assert file.seek(0, os.SEEK_END) == region.size


def test_a_part_of_a_part_counts_from_its_own_beginning(path):
    part = Region.of(path).part(100, 200).part(10, 20)
    assert part.read(0, 99) == CONTENT[110:120]
    assert not part.whole
    assert Region.of(path).whole


def make_pipe(path):
    os.mkfifo(path)


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def make_link(target):
    return lambda path: path.symlink_to(target)


@pytest.mark.parametrize(
    "make", [make_pipe, make_socket, make_link("/dev/zero"), make_link("/"), os.mkdir]
)
def test_what_is_no_regular_file_is_not_opened(tmp_path, monkeypatch, make):
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    make(tmp_path / "B.wav")
    with pytest.raises(StemError, match=r"B\.wav is not a regular file"):
        Stem.open(tmp_path / "B.wav")


def test_a_link_to_a_pipe_is_none_either(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "B.wav").symlink_to("pipe")
    with pytest.raises(StemError, match=r"B\.wav is not a regular file"):
        Stem.open(tmp_path / "B.wav")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "cannot be opened"),
        (make_link("nowhere"), "cannot be opened"),
        (make_link("B.wav"), "cannot be opened"),
        (lambda path: path.touch(), r"is empty \(0 bytes\)"),
    ],
)
def test_what_cannot_be_opened_is_named(tmp_path, make, reason):
    make(tmp_path / "B.wav")
    with pytest.raises(StemError, match=rf"B\.wav {reason}"):
        Stem.open(tmp_path / "B.wav")
