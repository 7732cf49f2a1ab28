"""Measure this machine: each row is a ratio of two things measured in turn, in one run.

.venv/bin/python scripts/bench.py             # all rows
.venv/bin/python scripts/bench.py --hours 0.5 --runs 3
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table

from manim_drumkit.demo import perform
from manim_drumkit.frames import frame_count
from manim_drumkit.levels import measure
from manim_drumkit.settings import LevelSettings
from manim_drumkit.stems import find_stems

STEMS = 7
RATE = 48000
BLOCK = 102_400


@dataclass(frozen=True)
class Cost:
    """What a whole process took."""

    seconds: float
    """Wall time."""
    peak_mib: float
    """The largest resident memory."""


def cost_of(*worker: str) -> Cost:
    """Run a worker of this file in a process of its own."""
    command = [sys.executable, __file__, "--worker", *worker]
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    scale = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
    return Cost(time.perf_counter() - start, usage.ru_maxrss / scale)


def write_long_set(folder: Path, hours: float) -> None:
    """Repeat a minute of the demo's snare as long as asked, under seven names for one file."""
    minute = (perform(60)["Snare"] * 32767).astype(np.int16)
    first = folder / "0.wav"
    kind = "RF64" if hours * 3600 * RATE * 2 > 2**32 else "WAV"
    with soundfile.SoundFile(first, "w", RATE, 1, "PCM_16", format=kind) as sound:
        for _ in range(max(round(hours * 60), 1)):
            sound.write(minute)
    for number in range(1, STEMS):
        os.link(first, folder / f"{number}.wav")


def read_alone(folder: Path) -> None:
    """Read all stems with soundfile and do nothing with them."""
    for path in sorted(folder.iterdir()):
        with soundfile.SoundFile(path) as sound:
            buffer = np.empty((BLOCK, 1), np.float32)
            while len(sound.read(out=buffer)):
                pass


def measure_levels(folder: Path, jobs: int) -> None:
    """Measure the levels of all stems."""
    stems, _ = find_stems(folder)
    frames = frame_count(stems[0].samples, RATE, Fraction(60))
    measure(stems, Fraction(60), frames, LevelSettings(), jobs=jobs)


def bench_levels(runs: int, hours: float) -> list[tuple[str, ...]]:
    """Compare measuring levels with reading alone."""
    jobs = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        cost_of("write", temporary, str(hours))  # a child's memory starts from its parent's
        read_alone(folder)  # fills the system's cache for both
        pairs = [
            (cost_of("levels", temporary, str(jobs)), cost_of("read", temporary))
            for _ in range(runs)
        ]
    ratio = statistics.median(ours.seconds / alone.seconds for ours, alone in pairs)
    ours = statistics.median(ours.seconds for ours, _ in pairs)
    memory = max(ours.peak_mib for ours, _ in pairs)
    what = f"levels of {STEMS} stems of {hours:g} h, {jobs} jobs : reading them"
    return [
        (what, f"{ratio:.2f}", "at most 3", f"{ours:.1f} s"),
        ("memory for it", f"{memory:.0f} MiB", "under 300 MiB", ""),
    ]


WORKERS: dict[str, Callable[..., None]] = {
    "levels": lambda folder, jobs: measure_levels(Path(folder), int(jobs)),
    "write": lambda folder, hours: write_long_set(Path(folder), float(hours)),
    "read": lambda folder: read_alone(Path(folder)),
}


def main() -> None:
    """Run the benchmarks and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs; the median counts")
    parser.add_argument("--hours", type=float, default=3.0, help="the length of the long set")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        name, *rest = arguments.worker
        WORKERS[name](*rest)
        return
    table = Table("What", "Measured", "Goal", "Time", box=None)
    for row in bench_levels(arguments.runs, arguments.hours):
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
