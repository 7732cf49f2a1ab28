"""Blocks of sound: ``float32[samples, channels]``, full scale at ±1."""

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.float32]
Blocks = Generator[Block, None, None]
"""Blocks one after the other; who does not want them all closes it."""

PIECE = 65536
"""In how many samples at once sound is read where nobody asks for a size."""


def silence(samples: int, channels: int) -> Blocks:
    """Yield silence of any length in pieces of a moderate size."""
    for start in range(0, samples, PIECE):
        yield np.zeros((min(PIECE, samples - start), channels), np.float32)


def reblock(pieces: Iterator[Block], channels: int, sizes: Sequence[int]) -> Blocks:
    """Regroup a stream of pieces into blocks of the given sizes; the last may be short."""
    rest = np.zeros((0, channels), np.float32)
    for size in sizes:
        if len(rest) >= size:  # a view is enough
            yield rest[:size]
            rest = rest[size:]
            continue
        block, filled = np.empty((size, channels), np.float32), 0
        while filled < size:
            if not len(rest):
                following = next(pieces, None)
                if following is None:
                    break
                rest = following
            taken = rest[: size - filled]
            block[filled : filled + len(taken)] = taken
            filled, rest = filled + len(taken), rest[len(taken) :]
        yield block[:filled]
