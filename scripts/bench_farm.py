"""Send thousands of chunks through drumkit-farm's own code, drawn by a stand-in for manim.

.venv/bin/python scripts/bench_farm.py --chunks 10000 --workers 2

It prints chunks per second, the CPU time of client and scheduler (one process here) per chunk,
and the memory of that process as it goes on.
"""

import argparse
import os
import tempfile
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil

from manim_drumkit.atomic import write_json
from manim_drumkit.farm.cluster import local_cluster
from manim_drumkit.farm.dask_pool import DaskPool
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.pool import RunOptions
from manim_drumkit.workspace.film_levels import HIT, write_music
from manim_drumkit.workspace.layout import PLAN_NAME
from manim_drumkit.workspace.plan import Film, Plan
from manim_drumkit.workspace.protocol import OPTIONS_OF_A_RUN

STAND_IN = """
import os, sys, time
from dataclasses import replace
from pathlib import Path
from manim_drumkit.atomic import read_json
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.receipt import Receipt, Recipe, Video
recipe = read_json(Path("recipe.json"), Recipe)
place, log = (next(a.partition("=")[2] for a in sys.argv if a.startswith(f"--{name}="))
              for name in ("segment-dir", "log-file"))
plan, rest = None, b""
while block := os.read(0, 4096):
    *names, rest = (rest + block).split(b"\\0")
    for chunk in (Path(os.fsdecode(name)) for name in names):
        plan = plan or Plan.load(chunk.with_name("plan.json"))
        Path(log.replace("{}", chunk.stem)).touch()
        folder = Path(place.replace("{}", chunk.stem))
        folder.mkdir(parents=True, exist_ok=True)
        video = folder / plan.film_name
        video.write_bytes(os.urandom(SIZE))
        time.sleep(0.001)
        made_from = replace(recipe, chunk=plan.digest_of(int(chunk.stem)))
        Receipt(made_from, Video.of(video, 1)).save(folder)
"""
"""Writes a segment of random bytes after a millisecond."""


def make_run(folder: Path, chunks: int, size: int) -> RunFolder:
    """Write a plan of chunks of one frame, and a scene that nobody draws."""
    levels = np.zeros((chunks, 7), np.float32)
    tmp = folder / "tmp"
    tmp.mkdir()
    (folder / "scene.py").write_text("")
    music = write_music(tmp, levels, np.zeros(0, HIT), range(chunks + 1))
    names = tuple(f"Stem {i}" for i in range(7))
    film = Film(names, names, ("other",) * 7, ("#FFFFFF",) * 7, Fraction(60), chunks)
    plan = Plan(film=film, scene_file="../scene.py", scene="Video", manim_options=(), settings={},
                chunks=music.chunks, levels_sha256=music.levels_sha256,
                hits_sha256=music.hits_sha256)  # fmt: skip
    plan.save(tmp / PLAN_NAME)
    code = STAND_IN.replace("SIZE", str(size))
    command = ("python", "-c", code, str(folder / "scene.py"), plan.scene, *OPTIONS_OF_A_RUN)
    run = RunFolder.open(tmp, command)
    write_json(folder / "recipe.json", run.expected_recipe())
    return run


def main() -> None:
    """Measure, and print a few lines."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--size", type=int, default=100_000, help="bytes per segment")
    asked = parser.parse_args()
    process = psutil.Process()
    seen: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        run = make_run(Path(name), asked.chunks, asked.size)
        options, recipe = RunOptions(0), Path("recipe.json")
        pool = DaskPool(run, options, lambda: local_cluster(asked.workers), print, (recipe,))

        def look() -> None:
            whole = len(pool.seconds)
            if not seen or whole - seen[-1][0] >= asked.chunks / 10:
                seen.append((whole, process.memory_info().rss / 2**20))

        begun, cpu = time.perf_counter(), sum(process.cpu_times()[:2])
        pool.render(run.numbers, look)
        seconds, cpu = time.perf_counter() - begun, sum(process.cpu_times()[:2]) - cpu
        if len(pool.seconds) != asked.chunks:
            raise SystemExit(f"{len(pool.failed)} chunks failed")
        print(
            f"{asked.chunks / seconds:.0f} chunks/s, {1000 * cpu / asked.chunks:.2f} ms of CPU each"
        )
        print("MiB:", ", ".join(f"{mib:.0f} after {whole}" for whole, mib in seen))
        steps = [after - before for (_, before), (_, after) in pairwise(seen[1:])]
        print(f"MiB per tenth, after the first: {sum(steps) / max(len(steps), 1):+.1f}")


if __name__ == "__main__":
    main()
