from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from manim_drumkit.levels.measure import StemLevels
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.split.hints import level_hints, mix_hints
from manim_drumkit.stems.stem import Stem


def stems(*names):
    return [Stem(name, Path(f"{name}.wav"), 48000, 48000, 1) for name in names]


@pytest.mark.parametrize(
    "name",
    "Master|mix|MIXDOWN|2mix|Bounce|Song - Rough Mix|drums_master_v2|FinalMix|mixture".split("|"),
)
def test_a_mix_beside_its_stems_is_named(name):
    (hint,) = mix_hints(stems("Kick", name, "Snare"), summed=True)
    assert hint.startswith(f"{name}.wav is probably a mix of the other stems: its sound is heard")
    assert f"pass --audio {name}.wav" in hint
    assert "leave-out = true under [stems." in hint


@pytest.mark.parametrize(
    "names",
    [
        ["Kick", "Remix", "Mic 1", "Masterclass"],
        ["Mix", "Kick"],
        ["Kick bounce", "Snare bounce", "Tom bounce", "Click"],
        ["Mastermix", "Bouncer", "Admix", "Hat"],
        ["Mix"],
    ],
)
def test_stems_that_are_no_mix_are_not(names):
    assert not mix_hints(stems(*names), summed=True)


def test_a_mix_that_is_not_added_up_is_only_seen():
    (hint,) = mix_hints(stems("Kick", "Rough Mix", "Snare"), summed=False)
    assert "twice" not in hint
    assert '[stems."Rough Mix"]' in hint


def test_a_mix_inside_a_file_cannot_be_given_as_a_file():
    mix = replace(stems("Mix")[0], path=Path("take.wav"), channel=3)
    (hint,) = mix_hints([*stems("Kick", "Snare"), mix], summed=True)
    assert hint.startswith("Mix is")
    assert "--audio" not in hint


def measured(*, peak=0.5, mean=0.0, lowest=1e-4):
    levels = np.concatenate([np.geomspace(1, lowest, 100), np.zeros(20)]).astype(np.float32)
    return StemLevels(levels, peak, mean)


def hints(*found, **settings):
    return level_hints(stems(*"ABCDEFG"[: len(found)]), found, LevelSettings(**settings))


@pytest.mark.parametrize("mean", [0.03, -0.03])
def test_a_dc_offset_is_named_with_its_remedy(mean):
    (hint,) = hints(measured(mean=mean, lowest=0.2), measured())
    assert hint == "A: a DC offset of 3.0% of full scale keeps the level up; pass --low-cut 20"


def test_many_dc_offsets_are_one_hint():
    (hint,) = hints(*[measured(mean=0.02 + i / 100, lowest=0.5) for i in range(7)])
    assert hint.startswith("A, B, C, D and 3 more: a DC offset of up to 8.0% of full scale")


@pytest.mark.parametrize(
    "found",
    [
        measured(mean=0.03),
        measured(lowest=0.5),
        measured(mean=0.009, lowest=0.5),
        StemLevels(np.zeros(10, np.float32), 0.03, 0.03),
    ],
)
def test_a_level_that_falls_or_has_no_offset_is_not(found):
    assert not hints(found)


def test_a_low_cut_has_taken_the_offset_off_already():
    assert not hints(measured(mean=0.03, lowest=0.5), low_cut_hz=20)


@pytest.mark.parametrize(("peak", "text"), [(32768.0, "90.3 dBFS"), (10.1, "20.1 dBFS")])
def test_values_far_over_full_scale_are_named(peak, text):
    (hint,) = hints(measured(), measured(peak=peak))
    assert hint.startswith(f"B: a peak of {text} is far over full scale; export")


@pytest.mark.parametrize("peak", [0.0, 1.0, 9.9])
def test_a_hot_float_file_is_fine(peak):
    assert not hints(measured(peak=peak))
