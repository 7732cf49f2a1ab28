from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ConfigError, StemError, UsageError
from manim_drumkit.stems.bands import band_edges, frequency_names
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from sounds import sine, write_sound, write_stems

SEVEN = ["61 Hz", "140 Hz", "340 Hz", "800 Hz", "1.9 kHz", "4.4 kHz", "10 kHz"]


def song(folder, name="song.wav", channels=2, rate=48000):
    tone = sine(1, hz=440, peak=0.3, rate=rate)
    return write_sound(folder / name, np.stack([tone] * channels, axis=1), rate=rate)


def names(place, *arguments, **options):
    return [stem.name for stem in find_stems(place, *arguments, **options).stems]


def test_a_file_has_seven_bands_from_low_to_high_unless_told_otherwise(tmp_path):
    found = find_stems(song(tmp_path))
    assert [stem.name for stem in found.stems] == SEVEN
    assert [stem.settings.label for stem in found.stems] == SEVEN
    assert [stem.sound.name for stem in found.stems] == ["song"] * 7
    (note,) = found.notes
    assert note.startswith("song.wav is one file: its stems are 7 bands of frequencies")


@pytest.mark.parametrize("count", [2, 12, 40])
def test_the_user_says_how_many_bands(tmp_path, count):
    found = find_stems(song(tmp_path), bands=count)
    assert len({stem.name for stem in found.stems}) == count
    assert not found.notes


def test_one_band_is_the_file_itself(tmp_path):
    (stem,) = find_stems(song(tmp_path), bands=1).stems
    assert (stem.name, stem.band, stem.settings.label) == ("song", None, None)


@given(st.integers(1, 40), st.sampled_from([1000, 8000, 22050, 44100, 48000, 768_000]))
def test_bands_are_spaced_evenly_and_named_apart(count, rate):
    edges = band_edges(count, rate)
    assert edges[0] == 40
    assert edges[-1] == pytest.approx(min(16000, 0.45 * rate))
    ratios = np.divide(edges[1:], edges[:-1])
    np.testing.assert_allclose(ratios, ratios[0])
    middles = np.sqrt(np.multiply(edges[1:], edges[:-1]))
    assert len(set(frequency_names(middles.tolist()))) == count


def test_bands_of_a_low_rate_end_below_half_of_it(tmp_path):
    found = names(song(tmp_path, rate=8000), bands=7)
    assert found == ["55 Hz", "100 Hz", "200 Hz", "380 Hz", "720 Hz", "1.4 kHz", "2.6 kHz"]


def test_a_file_of_many_channels_has_bands_only_if_asked(tmp_path):
    path = song(tmp_path, channels=8)
    (note,) = find_stems(path).notes
    assert "8 channels, which move one stem together" in note
    assert names(path) == ["song"]
    assert names(path, channels=True) == [f"song {number}" for number in range(1, 9)]
    assert find_stems(path, bands=7).stems[0].channels == 8
    assert not find_stems(path, bands=7).notes


def test_channels_of_a_stereo_file_are_not_split_into_bands(tmp_path):
    assert names(song(tmp_path), channels=True) == ["song 1", "song 2"]


def test_a_folder_of_one_file_has_bands_only_if_asked(tmp_path):
    song(tmp_path / "stems")
    assert names(tmp_path / "stems") == ["song"]
    assert names(tmp_path / "stems", bands=7) == SEVEN


def test_bands_of_several_stems_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"there are 3 stems.*bands = N under \[stems.NAME\]"):
        find_stems(write_stems(tmp_path / "stems"), bands=7)


def test_bands_and_channels_are_refused(tmp_path):
    with pytest.raises(UsageError, match="--split-channels and --bands exclude each other"):
        find_stems(song(tmp_path), bands=7, channels=True)


def test_one_stem_of_a_folder_may_have_bands(tmp_path):
    write_stems(tmp_path / "stems", names=("01_Kick", "02_Room", "03_Vox"))
    own = StemSettings(bands=2, gain_db=-6, gate_db=-40, group="room")
    found = find_stems(tmp_path / "stems", {"02_Room": own}).stems
    bands = ["02_Room 180 Hz", "02_Room 3.6 kHz"]
    assert [stem.name for stem in found] == ["01_Kick", *bands, "03_Vox"]
    assert [stem.settings.label for stem in found[1:3]] == ["Room 180 Hz", "Room 3.6 kHz"]
    assert {(s.gain, s.settings.gate_db, s.settings.group) for s in found[1:3]} == {
        (own_gain(own), -40, "room")
    }


def own_gain(settings):
    return Stem("a", Path("a.wav"), 1, 1, 1, settings).gain


def test_a_label_and_a_colour_are_for_all_bands(tmp_path):
    own = StemSettings(label="One take", color="#FF8800", bands=3)
    found = find_stems(song(tmp_path), {"song": own}).stems
    assert [stem.settings.label for stem in found] == [
        f"One take {name}" for name in ("110 Hz", "800 Hz", "5.9 kHz")
    ]
    assert {stem.settings.color for stem in found} == {"#FF8800"}


def test_the_command_line_goes_before_the_settings(tmp_path):
    assert len(names(song(tmp_path), {"song": StemSettings(bands=3)}, bands=5)) == 5


def test_a_file_called_like_a_band_is_refused(tmp_path):
    song(tmp_path / "stems", "Room.wav")
    song(tmp_path / "stems", "Room 180 Hz.wav")
    with pytest.raises(StemError, match="both called Room 180 Hz"):
        find_stems(tmp_path / "stems", {"Room": StemSettings(bands=2)})


@pytest.mark.parametrize("bands", [0, 41, 2.5, 3.0, True, "7"])
def test_other_numbers_of_bands_are_refused(bands):
    with pytest.raises(ConfigError, match=r"bands is .*; give a (whole )?number from 1 to 40"):
        StemSettings(bands=bands)


def test_a_band_knows_what_is_heard(tmp_path):
    whole = find_stems(song(tmp_path), bands=1).stems[0]
    bands = find_stems(song(tmp_path), bands=2).stems
    assert whole.sound is whole
    asked = replace(whole, settings=StemSettings(bands=2))
    assert [band.sound for band in bands] == [asked, asked]
