from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import StemError
from manim_drumkit.stems.lengths import check_lengths
from manim_drumkit.stems.stem import Stem

RATE = 48000


def stems(*lengths):
    """Make stems, named by letters, of so many samples at 48 kHz, or at another rate."""
    pairs = [each if isinstance(each, tuple) else (each, RATE) for each in lengths]
    return [
        Stem(name := chr(65 + i), Path(f"{name}.wav"), samples, rate, 1)
        for i, (samples, rate) in enumerate(pairs)
    ]


def refused(*lengths, fps=60):
    with pytest.raises(StemError) as caught:
        check_lengths(stems(*lengths), Fraction(fps))
    return str(caught.value)


@pytest.mark.parametrize(
    ("lengths", "fps"),
    [
        ([192000], 60),
        ([192000, 191995], 60),
        ([192000, 192000 - 799], 60),
        ([96000, 96000 - 3199], 15),
        ([192000, (176400 - 700, 44100)], 60),
        ([(4000, 4000), (384000 - 5000, 384000)], 60),
    ],
)
def test_less_than_a_frame_is_no_difference(lengths, fps):
    check_lengths(stems(*lengths), Fraction(fps))


@pytest.mark.parametrize(
    ("lengths", "fps"),
    [([192000, 191200], 60), ([192000, 192800], 60), ([192000, 191995], 1000 * 12)],
)
def test_a_frame_is_a_difference(lengths, fps):
    assert "the stems differ in length: A.wav 4.000 s (192000 samples), B.wav" in refused(
        *lengths, fps=fps
    )


def test_the_odd_ones_are_named_and_the_others_counted():
    message = refused(*[192000] * 5, 96000, *[192000 - 3] * 5, 240001)
    assert message == (
        "the stems differ in length: F.wav 2.000 s (96000 samples), L.wav 5.000 s "
        "(240001 samples), the other 10 last 4.000 s (192000 samples); pass --pad to extend the "
        "shorter with silence, or --trim to cut the longer"
    )


def test_rates_are_named_where_they_differ():
    assert "B.wav 2.000 s (88200 samples at 44100 Hz), the other 2" in refused(
        192000, (88200, 44100), 192000
    )


def test_lengths_of_which_none_is_common_are_all_named_up_to_a_dozen():
    assert refused(48000, 96000).count(".wav") == 2
    assert refused(48000, 96000, 144000).count(".wav") == 3
    message = refused(*range(48000, 48000 * 31, 48000))
    assert message.count(".wav") == 12
    assert "18 more" in message


def test_a_stem_among_others_of_its_file_is_named_itself():
    one = Stem("cam 2", Path("cam.mov"), 48000, RATE, 1, track=1)
    with pytest.raises(StemError, match=r"cam\.mov \(cam 2\) 1\.000 s"):
        check_lengths([*stems(96000, 96000), one], Fraction(60))


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=20), st.integers(1, 240))
def test_lengths_that_differ_are_refused_whatever_they_are(lengths, fps):
    frame, spread = Fraction(RATE, fps), max(lengths) - min(lengths)
    if spread >= 2 * frame:
        assert ".wav" in refused(*lengths, fps=fps)
    elif spread < frame:
        check_lengths(stems(*lengths), Fraction(fps))
