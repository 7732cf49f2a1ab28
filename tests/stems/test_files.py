import os
import socket
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from manim_drumkit.errors import StemError
from manim_drumkit.stems.files import folders_with_audio
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.settings import StemSettings
from sounds import sine, write_sound, write_stems

LFS = """version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""


@pytest.fixture
def folder(tmp_path):
    return write_stems(tmp_path / "stems", 0.5, ["Kick", "Snare"])


def encode(path, *options):
    """Encode half a second of a tone with ffmpeg."""
    tone = ("-f", "lavfi", "-i", "sine=440:duration=0.5:sample_rate=48000")
    command = ["ffmpeg", "-v", "error", "-nostdin", *tone, *options, str(path)]
    subprocess.run(command, check=True)
    return path


def names(found):
    return [stem.name for stem in found.stems]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Tom.wv", []),
        ("Tom.mp2", []),
        ("Tom.tta", []),
        ("Tom.au", []),
        ("Tom.ac3", []),
        ("Tom.wav", ["-f", "ipod"]),
        ("Tom.mp3", ["-f", "flac"]),
        ("Tom.oga", ["-f", "ogg", "-c:a", "flac"]),
        ("Tom", ["-f", "wav"]),
        ("Tom", ["-f", "flac"]),
        ("Tom", ["-f", "mp3", "-id3v2_version", "0", "-write_xing", "0"]),
        ("Tom.take", ["-f", "adts"]),
        ("Tom.bin", ["-f", "matroska"]),
        ("Tom.L", ["-f", "ogg", "-c:a", "flac"]),
    ],
)
def test_audio_is_read_whatever_its_ending(folder, name, options):
    encode(folder / name, *options)
    found = find_stems(folder, lengths="pad")
    assert names(found) == ["Kick", "Snare", "Tom"]
    assert abs(found.stems[2].seconds - 0.5) < 0.06
    assert not found.skipped
    unusual = [f"{name}: read as audio for what is in it"]
    assert found.notes == (unusual if name.partition(".")[2] in ("", "take", "bin", "L") else [])


def picture(path):
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)


def film(path):
    options = ("-f", "lavfi", "-i", "color=black:s=16x16:d=0.2", "-f", "mp4", str(path))
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *options], check=True)


NOT_AUDIO = {
    "notes.txt": b"Kick: D112, 57 dB\n",
    "notes.md": "\N{BYTE ORDER MARK}Kick: D112\n".encode("utf-16-le"),
    "playlist.m3u8": b"#EXTM3U\n#EXTINF:1,\nKick.wav\n",
    "list.ffconcat": b"ffconcat version 1.0\nfile Kick.wav\n",
    "chart.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)),
    "song.als": b"\x1f\x8b\x08" + bytes(range(256)),
    "song.cpr": b"RIFF\x00\x00\x01\x00NUNDROOT" + bytes(300),
    "Kick.reapeaks": b"RPKM\x02" + bytes(range(256)) * 9,
    "song.mid": b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk",
    "cover": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300),
    "empty": b"",
    "Icon\r": b"",
}


@pytest.mark.parametrize("name", NOT_AUDIO)
def test_what_is_clearly_not_audio_is_skipped(folder, name):
    (folder / name).write_bytes(NOT_AUDIO[name])
    found = find_stems(folder)
    assert names(found) == ["Kick", "Snare"]
    assert [path.name for path in found.skipped] == [name]
    assert not found.notes


@pytest.mark.parametrize(
    ("name", "write"), [("cover.png", picture), ("a.gif", picture), ("f", film)]
)
def test_pictures_are_skipped(folder, name, write):
    write(folder / name)
    assert [path.name for path in find_stems(folder).skipped] == [name]


@pytest.mark.parametrize("name", ["Kick.wav.bak", "Kick.wav~", "Kick.wav.part", "Snare.wav.old"])
def test_a_copy_beside_its_file_is_skipped(folder, name):
    (folder / name).write_bytes((folder / "Kick.wav").read_bytes())
    found = find_stems(folder)
    assert names(found) == ["Kick", "Snare"]
    assert [path.name for path in found.skipped] == [name]


@pytest.mark.parametrize("name", ["Tom.wv", "Tom.mp2", "Tom.mov"])
def test_what_should_be_audio_and_cannot_be_read_is_an_error(folder, name):
    (folder / name).write_bytes(b"not a sound" * 99)
    with pytest.raises(StemError, match=name):
        find_stems(folder)


def test_what_begins_as_audio_and_cannot_be_read_is_an_error(folder):
    (folder / "Tom").write_bytes((folder / "Kick.wav").read_bytes()[:30])
    with pytest.raises(StemError, match="Tom"):
        find_stems(folder)


@pytest.mark.parametrize(
    "name",
    [".Tom.wav.icloud", "Tom.wav.cloudf", "Tom.flac.cloud", "Tom.aif.part", "Tom.wav.crdownload"],
)
def test_a_file_that_is_not_downloaded_yet_is_an_error(folder, name):
    (folder / name).write_bytes(b"bplist00")
    with pytest.raises(StemError, match=r"Tom\.\w+ is not downloaded yet, .*om\..* stands for it"):
        find_stems(folder)
    assert len(find_stems(folder, {"Tom": StemSettings(leave_out=True)}).stems) == 2


@pytest.mark.parametrize("content", ["", LFS])
@pytest.mark.parametrize("name", ["Tom.wav", "Tom.m4a"])
def test_a_file_with_nothing_in_it_yet_is_an_error(folder, name, content):
    (folder / name).write_text(content)
    with pytest.raises(StemError, match=rf"{name} is .*not downloaded yet"):
        find_stems(folder)


@pytest.mark.parametrize("name", [".Kick.wav.icloud", ".notes.pdf.icloud", ".Kick.icloud"])
def test_a_placeholder_of_what_is_there_or_is_no_audio_does_not_matter(folder, name):
    (folder / name).write_bytes(b"bplist00")
    assert names(find_stems(folder)) == ["Kick", "Snare"]


def pipe(path):
    os.mkfifo(path)


def named_socket(path):
    socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))


def device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [pipe, named_socket, device])
@pytest.mark.parametrize("name", ["B.wav", "B.m4a", "B.wv"])
def test_what_is_no_regular_file_is_not_opened(folder, make, name, monkeypatch):
    monkeypatch.chdir(folder)
    make(folder / name)
    with pytest.raises(StemError, match=f"{name} is not a regular file"):
        find_stems(folder)
    with pytest.raises(StemError, match=f"{name} is not a regular file"):
        find_stems(folder / name)


@pytest.mark.parametrize("make", [pipe, device])
def test_without_an_audio_ending_it_is_skipped(folder, make):
    make(folder / "control")
    assert [path.name for path in find_stems(folder).skipped] == ["control"]


@pytest.mark.parametrize("target", ["nowhere.wav", "Tom.wav"])
def test_a_link_to_nowhere_is_an_error(folder, target):
    (folder / "Tom.wav").symlink_to(target)
    with pytest.raises(StemError, match=r"Tom\.wav"):
        find_stems(folder)


def test_a_link_to_a_file_elsewhere_is_read(folder, tmp_path):
    write_sound(tmp_path / "else.wav", sine(0.5))
    (folder / "Tom.wav").symlink_to(tmp_path / "else.wav")
    assert names(find_stems(folder)) == ["Kick", "Snare", "Tom"]


def test_our_output_is_not_taken_for_a_folder_of_stems(tmp_path):
    write_stems(tmp_path / "tmp", 0.01, ["mix"])
    (tmp_path / "tmp" / "plan.json").write_text("{}")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert not folders_with_audio(tmp_path)


def test_three_hundred_stems_need_few_open_files(tmp_path):
    write_stems(tmp_path / "stems", 0.01, [f"S{i}" for i in range(300)])
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from manim_drumkit.stems.folder import find_stems\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
        "print(len(find_stems(Path(sys.argv[1])).stems))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "stems")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "300"
