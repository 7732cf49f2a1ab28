import hashlib
import os
from dataclasses import dataclass

import pytest

from manim_drumkit.atomic import (
    atomic_path,
    read_json,
    read_regular,
    sha256,
    temporary_name,
    write_atomic,
    write_json,
)


@dataclass(frozen=True)
class Take:
    name: str
    seconds: float = 1.5


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def test_a_file_appears_whole_and_with_nothing_beside_it(tmp_path):
    path = tmp_path / "film.mp4"
    with atomic_path(path) as part:
        assert part.suffix == ".mp4"  # which tells ffmpeg what to write
        assert part.parent == tmp_path  # a rename across disks would be a copy
        part.write_text("half")
        assert not path.exists()
        part.write_text("whole")
    assert path.read_text() == "whole"
    assert names_in(tmp_path) == {"film.mp4"}


def test_what_fails_leaves_the_older_file_and_nothing_else(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_text("older")
    with pytest.raises(ZeroDivisionError), atomic_path(path) as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "older"
    assert names_in(tmp_path) == {"film.mp4"}


def test_what_was_left_by_one_who_was_killed_is_written_over(tmp_path):
    path = tmp_path / "film.mp4"
    temporary_name(path).write_text("left")
    write_atomic(path, "new")
    assert path.read_text() == "new"
    assert names_in(tmp_path) == {"film.mp4"}


@pytest.mark.parametrize("content", ["Trängel\n", "a\r\nb", b"\0\xff"])
def test_text_is_written_as_utf8_and_bytes_as_they_are(tmp_path, content):
    write_atomic(tmp_path / "file", content)
    written = (tmp_path / "file").read_bytes()
    assert written == (content if isinstance(content, bytes) else content.encode())


def test_a_checksum_is_that_of_the_whole_file(tmp_path):
    content = bytes(range(256)) * 9999
    (tmp_path / "file").write_bytes(content)
    assert sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


def test_json_is_read_as_it_was_written_and_people_can_read_it_too(tmp_path):
    path = tmp_path / "take.json"
    write_json(path, Take("Trängel", 0.1))
    assert read_json(path, Take) == Take("Trängel", 0.1)
    assert path.read_text("utf-8") == '{\n "name": "Trängel",\n "seconds": 0.1\n}\n'


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"name": 3}', b'{"name": "\xff"}', b"[" * 100_000, None]
)
def test_json_that_is_missing_damaged_or_of_another_kind_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "take.json").write_bytes(content)
    assert read_json(tmp_path / "take.json", Take) is None


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path):
    (tmp_path / "victim").write_text("mine")
    temporary_name(tmp_path / "a.json").symlink_to(tmp_path / "victim")
    write_atomic(tmp_path / "a.json", "ours")
    assert (tmp_path / "victim").read_text() == "mine"
    assert (tmp_path / "a.json").read_text() == "ours"


@pytest.mark.parametrize("read", [read_regular, sha256])
def test_a_pipe_is_named_instead_of_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "plan.json")
    with pytest.raises(OSError, match=r"is not a regular file.*plan\.json"):
        read(tmp_path / "plan.json")
