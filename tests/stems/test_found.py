"""What ten minutes of damaging files of every kind have found."""

import subprocess

import pytest

from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem
from sounds import sine, write_sound


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, words)], check=True)


def test_a_small_file_that_claims_to_last_a_day_is_refused(tmp_path):
    ffmpeg("-i", write_sound(tmp_path / "a.wav", sine(2)), "-c:a", "aac", tmp_path / "a.m4a")
    content = bytearray((tmp_path / "a.m4a").read_bytes())
    first_delta = content.index(b"stts") + 16  # after version, count, and the first sample count
    content[first_delta : first_delta + 4] = (2**31).to_bytes(4, "big")
    (tmp_path / "a.m4a").write_bytes(content)
    with pytest.raises(StemError, match=r"a\.m4a"):
        Stem.open_all(tmp_path / "a.m4a")


def test_a_stream_that_appears_in_the_middle_of_a_file_is_read_or_named(tmp_path):
    sound = write_sound(tmp_path / "a.wav", sine(1))
    ffmpeg("-i", sound, tmp_path / "1.ts")
    video = ("-f", "lavfi", "-i", "color=black:s=64x64:r=30:d=1")
    ffmpeg("-i", sound, *video, "-map", "0:a", "-map", "1:v", "-map", "0:a", tmp_path / "2.ts")
    both = (tmp_path / "1.ts").read_bytes() + (tmp_path / "2.ts").read_bytes()
    (tmp_path / "both.ts").write_bytes(both)
    try:
        assert Stem.open_all(tmp_path / "both.ts")
    except StemError as error:
        assert "both.ts" in str(error)  # noqa: PT017
