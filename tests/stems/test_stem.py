from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from beats import RATE, beat, encode, halves, heard
from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem, readable
from sounds import sine, write_sound

OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def stem(tmp_path):
    sound = np.stack([sine(0.5), sine(0.5, hz=300), sine(0.5, hz=70)], axis=1)
    return Stem.open(write_sound(tmp_path / "Kick.wav", sound))


def test_blocks_lie_between_their_edges(stem):
    whole = heard(stem)
    edges = [5, 5, 100, 23_999, 24_000, 30_000, 30_001]
    blocks = list(stem.blocks(edges))
    assert [len(block) for block in blocks] == [0, 95, 23_899, 1, 0, 0]
    np.testing.assert_array_equal(np.concatenate(blocks), whole[5:])
    assert all(block.dtype == np.float32 and block.shape[1] == 3 for block in blocks)


def test_a_delay_is_silent(stem):
    whole = heard(stem)
    late = replace(stem, delay=1000, samples=stem.samples + 1000)
    assert not heard(late)[:1000].any()
    np.testing.assert_array_equal(heard(late)[1000:], whole)
    for edges in ([0, 500, 999], [999, 1001], [1000, 1100], [1500, 26_000], [30_000, 40_000]):
        blocks = np.concatenate([np.zeros((0, 3)), *late.blocks(edges)])
        expected = np.concatenate([np.zeros((1000, 3)), whole])[edges[0] : edges[-1]]
        np.testing.assert_array_equal(blocks, expected)


def test_one_channel_can_be_heard_alone(stem):
    second = replace(stem, channel=1, channels=1, delay=7, samples=stem.samples + 7)
    np.testing.assert_array_equal(heard(second)[7:, 0], heard(stem)[:, 1])
    assert second.whole_track() == replace(stem, delay=7, samples=stem.samples + 7)


def test_a_stem_can_be_read_that_was_not_opened(stem):
    np.testing.assert_array_equal(heard(replace(stem, source=None)), heard(stem))


def test_a_file_that_shrinks_after_it_was_opened_is_an_error(tmp_path):
    for name in ("a.wav", "a.flac", "a.m4a", "a.mp3"):
        stem = Stem.open(encode(tmp_path / name))
        content = stem.path.read_bytes()
        stem.path.write_bytes(content[: len(content) // 2])
        with pytest.raises(StemError, match=rf"{name} (is cut off|cannot be decoded)"):
            heard(stem)
        stem.path.unlink()
        with pytest.raises(StemError, match=rf"{name} cannot be decoded"):
            heard(stem)


def test_a_name_that_is_not_unicode_becomes_readable(tmp_path):
    for name in ("a.wav", "a.m4a", "a.mp3"):
        path = encode(tmp_path / name).rename(tmp_path / f"Tr\udce4ngel{name}")
        assert Stem.open(path).name == "Tr\N{REPLACEMENT CHARACTER}ngela"
        assert heard(Stem.open(path)).any()
    assert readable("Überhead") == "Überhead"


@pytest.mark.parametrize("name", ["concat:a|b.m4a", "-i.m4a", "http:a.m4a", "a%d.m4a", "$(x).mp3"])
def test_a_name_is_only_a_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    encode(tmp_path / f"plain{name[-4:]}").rename(name)
    assert heard(Stem.open(Path(name))).any()


def test_samples_that_are_no_numbers_are_named(tmp_path):
    sound = beat(stop=1)
    sound[36_000] = np.nan
    stem = Stem.open(write_sound(tmp_path / "a.wav", sound))
    (block,) = stem.blocks([24_000, 48_000])
    with pytest.raises(StemError, match=r"a\.wav holds a sample that is not a number.*0\.750 s"):
        stem.refuse_bad_samples(block, 24_000)


def test_float_samples_over_full_scale_are_kept(tmp_path):
    for name, options in (("a.wav", {}), ("a.caf", {"format": "CAF"})):
        path = write_sound(tmp_path / name, beat() * 100, **options)
        assert heard(Stem.open(path)).max() == pytest.approx(80, rel=1e-3)


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux lists a process's open files")
def test_a_file_is_closed_with_its_blocks(tmp_path):
    stems = [Stem.open(halves(tmp_path / name)) for name in ("a.wav", "a.mp3", "a.ogg", "a.mov")]
    before = len(list(OPEN_FILES.iterdir()))
    for stem in stems:
        blocks = stem.blocks([0, 10, 3 * RATE])
        assert len(list(OPEN_FILES.iterdir())) == before
        next(blocks)
        assert len(list(OPEN_FILES.iterdir())) > before
        blocks.close()
        assert len(list(OPEN_FILES.iterdir())) == before


def test_libsndfile_says_nothing_on_its_own(tmp_path, capfd):
    path = encode(tmp_path / "a.mp3")
    path.write_bytes(path.read_bytes()[:9000] + b"\xff\xfb" * 3000)
    with pytest.raises(StemError):
        Stem.open(path)
    assert capfd.readouterr() == ("", "")
    assert soundfile.info(encode(tmp_path / "b.wav")).frames == 4 * RATE
