"""The peaks of an onset function: where a stem may be struck."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

PeakFinder: TypeAlias = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.int64]]
"""What returns the hops at which an onset function peaks."""

LEAST_RISE = 0.8
"""The least rise of a hit, summed over the bands: of 2 dB in each, say."""
HOPS_APART = 9
"""No drum is struck again within 30 ms."""


def load_scipy() -> None:
    """Load what finds peaks, which takes long, beside other work."""
    import scipy.signal  # noqa: F401


def find_peaks(onset: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return the hops at which an onset function, ``float32[hops]``, peaks.

    What begins at once is a peak, too.
    """
    from scipy import signal  # takes long to load, and is not needed before

    before = np.zeros(1, np.float32)
    peaks, _ = signal.find_peaks(
        np.concatenate([before, onset]), height=LEAST_RISE, distance=HOPS_APART
    )
    hops: npt.NDArray[np.int64] = peaks - 1
    return hops
