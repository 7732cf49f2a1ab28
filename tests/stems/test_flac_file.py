"""FLAC files whose headers know nothing, or too much."""

import numpy as np
import pytest

from beats import RATE, beat, encode, halves, heard, open_beat, stream
from manim_drumkit.errors import StemError
from manim_drumkit.stems.sndfile_reader import SndfileSource
from manim_drumkit.stems.stem import Stem


def with_total(path, samples):
    """Write another length into the header: 36 bits."""
    content = bytearray(path.read_bytes())
    number = (int.from_bytes(content[21:26], "big") >> 36 << 36) | samples
    content[21:26] = number.to_bytes(5, "big")
    path.write_bytes(content)
    return path


def test_a_file_that_was_streamed_is_as_long_as_its_sound(tmp_path):
    assert open_beat(stream(tmp_path / "a.flac", "-f", "flac")).notes == ()


def test_a_header_that_is_right_is_believed(tmp_path):
    assert isinstance(open_beat(encode(tmp_path / "a.flac")).source, SndfileSource)


@pytest.mark.parametrize("samples", [1, 3 * RATE, 4 * RATE - 1])
def test_a_length_out_of_date_is_read_to_the_end_of_the_file(tmp_path, samples):
    (note,) = open_beat(with_total(encode(tmp_path / "a.flac"), samples)).notes
    assert note.startswith(f"a.flac goes on after the {samples} samples")


@pytest.mark.parametrize("samples", [4 * RATE + 1, 40 * RATE, 2**36 - 1])
def test_a_length_that_is_not_there_is_cut_off(tmp_path, samples):
    path = with_total(encode(tmp_path / "a.flac"), samples)
    with pytest.raises(StemError, match=r"a\.flac is cut off: .* its sound ends after 4\.000 s"):
        Stem.open(path)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(tmp_path, share):
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * RATE)
    path = encode(tmp_path / "a.flac", sound=noise)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StemError, match=r"a\.flac is cut off: its header promises 2\.000 s"):
        Stem.open(path)


def test_joined_files_are_read_one_after_the_other(tmp_path):
    stem = open_beat(halves(tmp_path / "a.flac"))
    assert stem.notes == ()
    np.testing.assert_allclose(heard(stem)[:, 0], beat(), atol=1e-4)


@pytest.mark.parametrize("options", ["-sample_fmt s32", "-ar 96000", "-frame_size 192"])
def test_the_last_frame_is_found_in_all_kinds_of_files(tmp_path, options):
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * RATE)
    stem = Stem.open(encode(tmp_path / "a.flac", *options.split(), sound=noise))
    assert isinstance(stem.source, SndfileSource)
    assert stem.seconds == 2
