"""Simulate drumkit-farm: how long a film takes on many cores, and what holds it up.

.venv/bin/python scripts/scaling.py                                 # the tables of docs/scaling.md
.venv/bin/python scripts/scaling.py --seconds 89 --cores 2 --chunk-seconds 5 --frame-ms 30

Workers draw chunks, longest first; one client takes the segments, one after the other; all bytes
go through the network of the scheduler's machine. The constants are measured, see docs/scaling.md.
"""

import argparse
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace

FILMS = {"89 s": 89, "4 min": 240, "1 h": 3600, "10 h": 36000}
CORES = (1, 2, 16, 48, 200, 1000, 10_000)
CHUNK_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Constants:
    """What was measured, and what is assumed."""

    fps: int = 60
    frame_s: float = 0.030
    """One frame of the stock scene at 1080p on one core, all cores busy."""
    manim_start_s: float = 1.0
    chunk_s: float = 0.2
    """What a chunk takes on its worker beside its frames."""
    begin_s: float = 2.0
    """From the command to the first chunk sent, with workers that are there."""
    client_s: float = 0.0053
    """What client and scheduler compute for a chunk, on one core."""
    client_byte_s: float = 3.4e-9
    """And for each byte of a segment."""
    film_bytes_s: float = 180_000
    """Bytes of a second of film."""
    levels_bytes: int = 28
    """Bytes of levels for a frame of seven stems, in the bundle."""
    plan_bytes: int = 130
    """Bytes of the plan for a chunk, in the bundle."""
    network_bytes_s: float = 125e6
    """1 Gb/s, assumed."""
    join_s: float = 0.8
    join_frame_s: float = 4e-5
    price_per_core_hour: float = 1.819 / 48


@dataclass(frozen=True)
class Outcome:
    """What a film takes."""

    chunk_seconds: float
    seconds: float
    busy: float
    """The share of the time that the workers draw frames."""
    held_up_by: str
    """What takes the largest part of the time, beside drawing."""
    price: float


def simulate(
    film_seconds: float, cores: int, chunk_seconds: float, constants: Constants
) -> Outcome:
    """Go through a film chunk by chunk."""
    c = constants
    frames = round(film_seconds * c.fps)
    lengths = list(_lengths(frames, max(1, round(chunk_seconds * c.fps))))
    bundle = (frames * c.levels_bytes + len(lengths) * c.plan_bytes) / c.network_bytes_s
    workers = min(cores, len(lengths))
    free = [c.begin_s + (i + 1) * bundle + c.manim_start_s for i in range(workers)]
    arrivals = []
    for length in lengths:
        drawn = heapq.heappop(free) + length * c.frame_s + c.chunk_s
        heapq.heappush(free, drawn)
        arrivals.append((drawn, length))
    client = 0.0
    for arrived, length in sorted(arrivals):
        size = length / c.fps * c.film_bytes_s
        client = max(client, arrived) + max(
            c.client_s + size * c.client_byte_s, size / c.network_bytes_s
        )
    join = c.join_s + frames * c.join_frame_s
    total = client + join
    causes = {
        "start": c.begin_s + c.manim_start_s,
        "sending levels": workers * bundle,
        "client": client - max(free),
        "joining": join,
        "chunks": len(lengths) * c.chunk_s / workers,
        "last chunks": max(free) - min(free),
    }
    busy = frames * c.frame_s / (total * cores)
    worst = max(causes, key=lambda cause: causes[cause])
    price = cores * total / 3600 * c.price_per_core_hour
    return Outcome(chunk_seconds, total, busy, worst, price)


def best(film_seconds: float, cores: int, constants: Constants) -> Outcome:
    """Try several lengths of chunks; return the outcome of the best."""
    tried = (
        simulate(film_seconds, cores, seconds, constants)
        for seconds in CHUNK_SECONDS
        if seconds <= film_seconds and film_seconds / seconds <= 100_000
    )
    return min(tried, key=lambda outcome: outcome.seconds)


def _lengths(frames: int, step: int) -> Iterator[int]:
    for start in range(0, frames, step):
        yield min(step, frames - start)


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def main() -> None:
    """Print tables, or one outcome."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, help="of the film")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--chunk-seconds", type=float)
    parser.add_argument("--frame-ms", type=float, default=1000 * Constants.frame_s)
    parser.add_argument("--fps", type=int, default=Constants.fps)
    parser.add_argument("--begin-s", type=float, default=Constants.begin_s)
    parser.add_argument("--manim-start-s", type=float, default=Constants.manim_start_s)
    asked = parser.parse_args()
    constants = replace(
        Constants(), fps=asked.fps, frame_s=asked.frame_ms / 1000, begin_s=asked.begin_s,
        manim_start_s=asked.manim_start_s,
    )  # fmt: skip
    if asked.seconds and asked.chunk_seconds:
        print(simulate(asked.seconds, asked.cores, asked.chunk_seconds, constants))
        return
    films = {f"{asked.seconds:g} s": asked.seconds} if asked.seconds else FILMS
    for name, seconds in films.items():
        print(f"\n| {name} on cores | time | best chunk | cores busy | held up by | price |")
        print("| ---: | ---: | ---: | ---: | --- | ---: |")
        for cores in CORES:
            found = best(seconds, cores, constants)
            print(
                f"| {cores:,} | {_time(found.seconds)} | {found.chunk_seconds:g} s | "
                f"{100 * found.busy:.0f}% | {found.held_up_by} | ${found.price:.2f} |"
            )


if __name__ == "__main__":
    main()
