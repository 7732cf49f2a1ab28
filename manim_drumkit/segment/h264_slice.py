"""Slices of H.264: their headers, read and written anew, so that they fit into another picture.

Tables and clauses are those of Recommendation ITU-T H.264 (08/2021).
"""

from dataclasses import dataclass, replace
from typing import Self

from manim_drumkit.segment.h264 import IDR_SLICE, SLICE, Bits, NalUnit, ParameterSets, StreamError

P, I = 0, 2  # noqa: E741 # the standard's names
"""Values of slice_type, table 7-6."""
ALL = 5
"""What is added to the slice_type if all slices of the picture have it, 7.4.3."""
NOT_ACROSS_SLICES = 2
"""The value of disable_deblocking_filter_idc, 7.4.3, for filtering only within each slice."""
HEADER_BYTES = 64
"""More than any header of a slice takes here: references, and their weights, are one or two."""


@dataclass(frozen=True)
class Slice:
    """A slice of a picture: what of its header depends on the picture, and all else as it is."""

    ref_idc: int
    is_idr: bool
    first_mb: int
    slice_type: int
    frame_num: int
    idr_pic_id: int
    choices: str
    """Zeros and ones: from the number of references to slice_qp_delta."""
    filter_idc: int
    filter_offsets: str
    """Zeros and ones: the rest of the header."""
    data: bytes
    """Its slice_data, 7.3.4, from the first byte after cabac_alignment_one_bit."""

    @classmethod
    def read(cls, unit: NalUnit, sets: ParameterSets) -> Self:
        """Read a slice, 7.3.3.

        Raises:
            StreamError: it is of another kind, or it has what is not expected.
        """
        is_idr = unit.kind == IDR_SLICE
        bits = Bits(unit.rbsp[:HEADER_BYTES])
        first_mb = bits.ue()
        slice_type = bits.expect("slice_type", bits.ue(), P, I, *(P + ALL, I + ALL))
        bits.expect("pic_parameter_set_id", bits.ue(), 0)
        frame_num = bits.u(sets.frame_num_length)
        idr_pic_id = bits.ue() if is_idr else 0
        start = bits.position
        _read_choices(bits, sets, slice_type % ALL, is_idr=is_idr, is_reference=unit.ref_idc > 0)
        choices = bits.since(start)
        filter_idc = bits.ue()
        start = bits.position
        if filter_idc != 1:
            bits.se()  # slice_alpha_c0_offset_div2
            bits.se()  # slice_beta_offset_div2
        offsets = bits.since(start)
        return cls(
            *(unit.ref_idc, is_idr, first_mb, slice_type, frame_num, idr_pic_id),
            *(choices, filter_idc, offsets),
            unit.rbsp[-(-bits.position // 8) :],
        )

    def placed(self, first_mb: int, picture: "Slice", idr_pic_id: int) -> "Slice":
        """Return it as a slice of the picture that another is of.

        Args:
            first_mb: the number of its first macroblock in the picture.
            picture: the other.
            idr_pic_id: another than that of the IDR picture before.

        Raises:
            StreamError: the two cannot be of one picture.
        """
        if (self.is_idr, self.ref_idc > 0) != (picture.is_idr, picture.ref_idc > 0):
            raise StreamError("slices of one picture differ in nal_unit_type or nal_ref_idc")
        return replace(
            self,
            ref_idc=picture.ref_idc,
            first_mb=first_mb,
            slice_type=self.slice_type % ALL,
            frame_num=picture.frame_num,
            idr_pic_id=idr_pic_id,
            filter_idc=self.filter_idc or NOT_ACROSS_SLICES,
        )

    def unit(self, sets: ParameterSets) -> NalUnit:
        """Return it as a NAL unit."""
        header = (
            _ue(self.first_mb) + _ue(self.slice_type) + _ue(0)
            + _u(self.frame_num, sets.frame_num_length)
            + (_ue(self.idr_pic_id) if self.is_idr else "")
            + self.choices + _ue(self.filter_idc) + self.filter_offsets
        )  # fmt: skip
        aligned = header.ljust(-(-len(header) // 8) * 8, "1")
        kind = IDR_SLICE if self.is_idr else SLICE
        rbsp = int(aligned, 2).to_bytes(len(aligned) // 8) + self.data
        return NalUnit(self.ref_idc, kind, rbsp)


def _read_choices(
    bits: Bits, sets: ParameterSets, slice_type: int, *, is_idr: bool, is_reference: bool
) -> None:
    """Read the middle of a slice header: references, weights, marking, and quantiser."""
    if slice_type == P:
        references = bits.ue() + 1 if bits.u(1) else sets.num_ref_idx_default
        if bits.u(1):  # ref_pic_list_modification_flag_l0, 7.3.3.1
            while bits.ue() != 3:
                bits.ue()
        if sets.weighted_pred:
            _read_weights(bits, references)
    if is_reference and is_idr:
        bits.expect("no_output_of_prior_pics_flag", bits.u(1), 0)
        bits.expect("long_term_reference_flag", bits.u(1), 0)
    elif is_reference:
        bits.expect("adaptive_ref_pic_marking_mode_flag", bits.u(1), 0)
    if slice_type == P:
        bits.ue()  # cabac_init_idc
    bits.se()  # slice_qp_delta


def _read_weights(bits: Bits, references: int) -> None:
    """Read pred_weight_table, 7.3.3.2."""
    bits.ue()  # luma_log2_weight_denom
    bits.ue()  # chroma_log2_weight_denom
    for _ in range(references):
        for components in (1, 2):
            for _ in range(2 * components * bits.u(1)):
                bits.se()


def _ue(value: int) -> str:
    """Write an unsigned Exp-Golomb code, 9.1."""
    code = format(value + 1, "b")
    return "0" * (len(code) - 1) + code


def _u(value: int, length: int) -> str:
    """Write an unsigned integer of some bits."""
    return format(value % (1 << length), f"0{length}b")
