from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.segment.h264 import (
    IDR_SLICE,
    SLICE,
    Bits,
    NalUnit,
    ParameterSets,
    StreamError,
    nal_units,
)
from manim_drumkit.segment.h264_slice import Slice
from manim_drumkit.segment.x264 import X264

IN_ORDER = {"preset": "veryfast", "bf": "0", "threads": "1"}


def encoded(count=12, size=(96, 64), **options):
    """Encode noise that fades out; return the parameter sets and the pictures' streams."""
    width, height = size
    context = X264(width, Fraction(60), {**IN_ORDER, **options}).open(height)
    noise = np.random.default_rng(1).integers(0, 256, (count, height * 3 // 2, width), np.uint8)
    packets = []
    for time, pixels in enumerate(noise):
        dimmed = (pixels * (1 - time / count)).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(dimmed, format="yuv420p")
        frame.pts = time
        packets += context.encode(frame)
    return context.extradata, [bytes(packet) for packet in (*packets, *context.encode(None))]


@given(
    st.binary(max_size=60).map(lambda data: data.replace(b"\xff", b"\0").replace(b"\x80", b"\3"))
)
def test_a_nal_unit_is_read_as_it_was_written(rbsp):
    unit = NalUnit(3, SLICE, rbsp + b"\x80")
    written = bytes(unit)
    assert list(nal_units(written + written)) == [unit, unit]
    assert not any(start in written[4:] for start in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))


@pytest.mark.parametrize(
    ("bits", "unsigned", "signed"),
    [("1", 0, 0), ("010", 1, 1), ("011", 2, -1), ("00100", 3, 2), ("00111", 6, -3)],
)
def test_exp_golomb_codes_are_those_of_the_standards_tables(bits, unsigned, signed):
    data = int(bits.ljust(8, "1"), 2).to_bytes()
    assert Bits(data).ue() == unsigned
    assert Bits(data).se() == signed


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"weightp": "2", "refs": "4"},
        {"keyint": "3"},
        {"crf": "51"},
        {"x264-params": "deblock=2,-1"},
        {"x264-params": "no-deblock=1"},
    ],
)
def test_a_slice_is_written_as_x264_wrote_it(options):
    parameter_sets, pictures = encoded(**options)
    sets = ParameterSets.read(parameter_sets)
    for picture in pictures:
        unit = list(nal_units(picture))[-1]
        assert unit.kind in (SLICE, IDR_SLICE)
        assert Slice.read(unit, sets).unit(sets) == unit


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"bf": "2"}, "pic_order_cnt_type"),
        ({"coder": "0"}, "entropy_coding_mode_flag"),
        ({"x264-params": "interlaced=1"}, "pic_order_cnt_type"),
        ({"profile": "high444", "crf": "0"}, "qpprime_y_zero_transform_bypass_flag"),
    ],
)
def test_a_stream_of_another_kind_is_named_by_its_field(options, field):
    parameter_sets, _ = encoded(**options)
    with pytest.raises(StreamError, match=field):
        ParameterSets.read(parameter_sets)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\1", b"\0\0\0\1\x67", b"\0\0\1\x67\x64\0"])
def test_what_ends_too_early_is_no_stream(data):
    with pytest.raises(StreamError):
        ParameterSets.read(data)


def test_slices_of_other_heights_fit_and_of_other_widths_and_settings_do_not():
    whole = ParameterSets.read(encoded(2, (96, 640))[0])
    assert ParameterSets.read(encoded(2, (96, 16))[0]).fits(whole)
    assert not ParameterSets.read(encoded(2, (112, 640))[0]).fits(whole)
    assert not ParameterSets.read(encoded(2, (96, 640), refs="3")[0]).fits(whole)
    assert not ParameterSets.read(encoded(2, (96, 640), crf="40")[0]).fits(whole)
