"""The H.264 byte stream: its units, and the parameter sets that slices depend on.

Tables and clauses are those of Recommendation ITU-T H.264 (08/2021). Only streams with CABAC and
without fields, B slices, slice groups and redundant pictures are read, whose pictures are shown
in the order of decoding; anything else is a :class:`StreamError`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

SLICE, IDR_SLICE, SPS, PPS = 1, 5, 7, 8
"""Values of nal_unit_type, table 7-1."""
WITH_CHROMA_FORMAT = (100, 110, 122, 244)
"""Values of profile_idc with further fields, 7.3.2.1.1, as far as x264 writes them."""
YUV420 = 1
"""The value of chroma_format_idc, table 6-1."""
IN_DECODING_ORDER = 2
"""The value of pic_order_cnt_type, 8.2.1.3, of pictures that are shown as they are decoded."""


class StreamError(Exception):
    """A byte stream has what this module does not read."""


class Bits:
    """Reads the fields of an RBSP, the payload of a NAL unit without emulation prevention."""

    def __init__(self, rbsp: bytes) -> None:
        self._bits = format(int.from_bytes(b"\1" + rbsp), "b")[1:]
        self.position = 0
        """How many bits were read."""

    def u(self, length: int) -> int:
        """Read an unsigned integer of some bits, 7.2.

        Raises:
            StreamError: there are not as many.
        """
        start, self.position = self.position, self.position + length
        if self.position > len(self._bits):
            raise StreamError("it ends too early")
        return int(self._bits[start : self.position] or "0", 2)

    def ue(self) -> int:
        """Read an unsigned Exp-Golomb code, 9.1."""
        one = self._bits.find("1", self.position)
        if one < 0:
            raise StreamError("it ends too early")
        zeros, self.position = one - self.position, one
        return self.u(zeros + 1) - 1

    def se(self) -> int:
        """Read a signed Exp-Golomb code, 9.1.1."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -code // 2

    def expect(self, name: str, value: int, *expected: int) -> int:
        """Return the value of a field that was read.

        Raises:
            StreamError: it is none of those expected.
        """
        if value not in expected:
            raise StreamError(f"{name} is {value}")
        return value

    def since(self, start: int) -> str:
        """Return the bits read since a position, as zeros and ones."""
        return self._bits[start : self.position]


@dataclass(frozen=True)
class NalUnit:
    """A NAL unit, 7.3.1."""

    ref_idc: int
    kind: int
    """Its nal_unit_type."""
    rbsp: bytes

    def __bytes__(self) -> bytes:
        """Return it with a start code and emulation prevention, 7.4.1.1 and B.1.1."""
        escaped = re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", self.rbsp)
        return bytes((0, 0, 0, 1, self.ref_idc << 5 | self.kind)) + escaped


def nal_units(stream: bytes) -> Iterator[NalUnit]:
    """Yield the NAL units of a byte stream, annex B."""
    for unit in filter(None, re.split(b"\x00*\x00\x00\x01", stream)[1:]):
        rbsp = unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")
        yield NalUnit(unit[0] >> 5 & 3, unit[0] & 31, rbsp)


@dataclass(frozen=True)
class ParameterSets:
    """What slices depend on, of a sequence and a picture parameter set."""

    profile_idc: int
    frame_num_length: int
    """In bits."""
    max_num_ref_frames: int
    width_in_mbs: int
    height_in_mbs: int
    num_ref_idx_default: int
    weighted_pred: bool
    pps: bytes
    """The whole picture parameter set."""

    @classmethod
    def read(cls, stream: bytes) -> Self:
        """Read one set of each kind from a byte stream.

        Raises:
            StreamError: there are others, or they have what is not expected.
        """
        units = {unit.kind: unit.rbsp for unit in nal_units(stream)}
        if not {SPS, PPS} <= set(units):
            raise StreamError("it has no parameter sets")
        return cls(**_read_sps(Bits(units[SPS])), **_read_pps(Bits(units[PPS])), pps=units[PPS])

    def fits(self, whole: "ParameterSets") -> bool:
        """Tell whether slices made with these can be those of a picture that may be higher."""
        return replace(self, height_in_mbs=whole.height_in_mbs) == whole


def _read_sps(bits: Bits) -> dict[str, Any]:
    """Read seq_parameter_set_data, 7.3.2.1.1, as far as the size of the picture."""
    profile_idc = bits.u(8)
    bits.u(8 + 8)  # constraint flags, level_idc
    bits.expect("seq_parameter_set_id", bits.ue(), 0)
    if profile_idc in WITH_CHROMA_FORMAT:
        bits.expect("chroma_format_idc", bits.ue(), YUV420)
        bits.expect("bit_depth_luma_minus8", bits.ue(), 0)
        bits.expect("bit_depth_chroma_minus8", bits.ue(), 0)
        bits.expect("qpprime_y_zero_transform_bypass_flag", bits.u(1), 0)
        bits.expect("seq_scaling_matrix_present_flag", bits.u(1), 0)
    frame_num_length = bits.ue() + 4
    bits.expect("pic_order_cnt_type", bits.ue(), IN_DECODING_ORDER)
    max_num_ref_frames = bits.ue()
    bits.expect("gaps_in_frame_num_value_allowed_flag", bits.u(1), 0)
    width, height = bits.ue() + 1, bits.ue() + 1
    bits.expect("frame_mbs_only_flag", bits.u(1), 1)
    return {
        "profile_idc": profile_idc,
        "frame_num_length": frame_num_length,
        "max_num_ref_frames": max_num_ref_frames,
        "width_in_mbs": width,
        "height_in_mbs": height,
    }


def _read_pps(bits: Bits) -> dict[str, Any]:
    """Read pic_parameter_set_rbsp, 7.3.2.2, as far as what slices depend on."""
    bits.expect("pic_parameter_set_id", bits.ue(), 0)
    bits.expect("seq_parameter_set_id", bits.ue(), 0)
    bits.expect("entropy_coding_mode_flag", bits.u(1), 1)
    bits.expect("bottom_field_pic_order_in_frame_present_flag", bits.u(1), 0)
    bits.expect("num_slice_groups_minus1", bits.ue(), 0)
    num_ref_idx_default = bits.ue() + 1
    bits.ue()  # num_ref_idx_l1_default_active_minus1
    weighted_pred = bool(bits.u(1))
    bits.u(2)  # weighted_bipred_idc
    bits.se()  # pic_init_qp_minus26
    bits.se()  # pic_init_qs_minus26
    bits.se()  # chroma_qp_index_offset
    bits.expect("deblocking_filter_control_present_flag", bits.u(1), 1)
    bits.u(1)  # constrained_intra_pred_flag
    bits.expect("redundant_pic_cnt_present_flag", bits.u(1), 0)
    return {"num_ref_idx_default": num_ref_idx_default, "weighted_pred": weighted_pred}
