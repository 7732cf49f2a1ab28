import unicodedata

import pytest

from manim_drumkit.errors import ConfigError, StemError
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.settings import StemSettings
from sounds import sine, write_sound, write_stems

OUT = StemSettings(leave_out=True)
NAMES = ["Überhead", "Grosse Caisse é", "한국", "Å"]
"""Names that NFC and NFD spell differently."""


def nfd(text):
    return unicodedata.normalize("NFD", text)


def test_settings_for_stems_that_are_not_there_are_refused(tmp_path):
    write_stems(tmp_path, 0.1)
    with pytest.raises(ConfigError, match="settings for Tom, but no such stem; the stems are"):
        find_stems(tmp_path, {"Tom": StemSettings()})
    with pytest.raises(ConfigError, match="leave out every stem"):
        find_stems(tmp_path, {"Kick": OUT, "OH_L": OUT, "Snare": OUT})


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_the_same_in_both_normal_forms(tmp_path, name):
    write_sound(tmp_path / f"{nfd(name)}.wav", sine(0.1))
    for typed in (name, nfd(name)):
        (stem,) = find_stems(tmp_path, {typed: StemSettings(pan=1)}).stems
        assert (stem.name, stem.settings.pan) == (name, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_stem_can_be_left_out_by_its_name_in_the_other_form(tmp_path, name):
    write_sound(tmp_path / f"{nfd(name)}.wav", sine(0.1))
    write_sound(tmp_path / "Kick.wav", sine(0.1))
    assert [stem.name for stem in find_stems(tmp_path, {name: OUT}).stems] == ["Kick"]


def test_the_order_does_not_depend_on_the_normal_form(tmp_path):
    for name in (nfd("Überhead"), "Uz", "Vz"):
        write_sound(tmp_path / f"{name}.wav", sine(0.1))
    assert [stem.name for stem in find_stems(tmp_path).stems] == ["Uz", "Vz", "Überhead"]


def test_two_files_that_differ_in_the_normal_form_only_are_refused(tmp_path):
    for name in ("Überhead", nfd("Überhead")):
        write_sound(tmp_path / f"{name}.wav", sine(0.1))
    with pytest.raises(StemError, match=r"both called Überhead \(.*NFC and NFD\)") as caught:
        find_stems(tmp_path)
    assert str(tmp_path / "Überhead.wav") in str(caught.value)
    assert str(tmp_path / nfd("Überhead.wav")) in str(caught.value)


def test_two_files_of_one_name_are_refused(tmp_path):
    write_sound(tmp_path / "Kick.wav", sine(1))
    write_sound(tmp_path / "Kick.flac", sine(1), subtype="PCM_16")
    with pytest.raises(StemError, match=r"Kick.flac and .*Kick.wav are both called Kick; rename"):
        find_stems(tmp_path)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["Kick.wav"], "Kick"),
        (["Kick.flac", "Snare.WAV"], "Kick, Snare"),
        ([nfd("Über.head.wav")], "Über.head"),
    ],
)
def test_a_key_with_its_ending_is_named_without(tmp_path, keys, names):
    write_stems(tmp_path, 0.1, ["Kick", "Snare", "Über.head"])
    with pytest.raises(ConfigError, match=f"named without its ending: {names}$"):
        find_stems(tmp_path, dict.fromkeys(keys, OUT))


def test_an_ending_may_be_part_of_a_name(tmp_path):
    write_stems(tmp_path, 0.1, ["Kick.wav", "Snare"])
    assert len(find_stems(tmp_path, {"Kick.wav": OUT}).stems) == 1
