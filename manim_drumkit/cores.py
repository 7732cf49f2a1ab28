"""The number of cores that this process may use: affinity and CPU quota, not what is built in."""

import os
from pathlib import Path

CGROUP_ROOT = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")


def usable_cores(*, root: Path = CGROUP_ROOT, own: Path = OWN_CGROUP) -> int:
    """Return how many cores this process may use, at least 1.

    A container's or a service's CPU quota counts (cgroup v2 ``cpu.max``, v1
    ``cpu.cfs_quota_us``), the tightest of those above this process, rounded up.

    Args:
        root: where cgroups are mounted.
        own: the file that names the cgroups of this process.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quotas = [quota for folder in _cgroups(root, own) if (quota := _quota(folder))]
    return max(1, min([cores or 1, *(-(-quota // period) for quota, period in quotas)]))


def _cgroups(root: Path, own: Path) -> list[Path]:
    """List the cgroups of this process that may have a quota, and all above them."""
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        controllers, _, path = line.partition(":")[2].partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = root / controllers if controllers else root
        place = top / path.lstrip("/")
        found += [place, *(above for above in place.parents if above.is_relative_to(top))]
    return found


def _quota(cgroup: Path) -> tuple[int, int] | None:
    """Return the microseconds of CPU per period, and the period; ``None`` without a quota."""
    try:
        if (cgroup / "cpu.max").exists():
            quota, period = (cgroup / "cpu.max").read_text("utf-8").split()
        else:
            quota = (cgroup / "cpu.cfs_quota_us").read_text("utf-8")
            period = (cgroup / "cpu.cfs_period_us").read_text("utf-8")
        amounts = int(quota), int(period)
    except (OSError, ValueError):  # no such file, or "max"
        return None
    return amounts if min(amounts) > 0 else None
