"""What a worker of the local cluster does first (a Dask preload): it leaves the terminal's group.

Ctrl-C then reaches drumkit-farm alone, which ends its workers.
"""

import os
from typing import Any


def dask_setup(worker: Any) -> None:
    """Make a process group of this worker's own."""
    os.setpgid(0, 0)
