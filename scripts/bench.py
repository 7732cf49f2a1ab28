"""Measure this machine: each row is a ratio of two things measured in turn, in one run.

.venv/bin/python scripts/bench.py                        # all rows, about an hour
.venv/bin/python scripts/bench.py film jobs --runs 3     # some rows
.venv/bin/python scripts/bench.py --stems stems/ --json bench.json --plot bench.png
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).parent.parent
SCENES = PROJECT / "scripts/bench_scenes.py"
PLAIN_ROW = PROJECT / "scripts/bench_plain_row.py"
STOCK_SCENE = PROJECT / "scenes/pyramids.py"
RELEASE = "d5291ae"
"""A commit of version 0.2.0."""
TOOLS = Path(sys.executable).parent
QUIET = "--silent --disable_caching --progress_bar none --encoder-queue-size 2 -v ERROR".split()
ONE_THREAD = "--encoder-option preset=veryfast --encoder-option threads=1".split()
ENCODER = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-threads", "1")
STEMS = 7


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ratio: float
    goal: str
    note: str


@dataclass(frozen=True)
class Cost:
    """What a whole command took, with all that it started."""

    seconds: float
    """Wall time."""
    cpu_seconds: float
    peak_mib: float
    """The largest resident memory of any one process."""


@dataclass(frozen=True)
class Bench:
    """What the measurements are made with."""

    runs: int
    hours: float
    stems: Path
    work: Path

    def pairs(self, ours: Callable[[], Cost], other: Callable[[], Cost]) -> list[tuple[Cost, Cost]]:
        """Measure two things in turn, as often as asked."""
        return [(ours(), other()) for _ in range(self.runs)]


def cost_of(*commands: Sequence[object], cwd: Path | None = None, **env: str) -> Cost:
    """Run commands in parallel, and wait for all."""
    start = time.perf_counter()
    environment = {**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}", **env}
    started = [
        subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    ends = [os.wait4(process.pid, 0) for process in started]
    if any(status for _, status, _ in ends):
        raise SystemExit(f"one of these failed: {commands}")
    usages = [usage for _, _, usage in ends]
    scale = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
    return Cost(
        time.perf_counter() - start,
        sum(usage.ru_utime + usage.ru_stime for usage in usages),
        max(usage.ru_maxrss for usage in usages) / scale,
    )


def worker(*words: object) -> list[object]:
    """Give the command that runs a worker of this file in a process of its own."""
    return [sys.executable, Path(__file__).with_name("bench_work.py"), *words]


def time_ratio(pairs: list[tuple[Cost, Cost]]) -> float:
    """Take the median over runs of how many times as long the first takes."""
    return median(pairs, lambda ours, other: ours.seconds / other.seconds)


def median(pairs: list[tuple[Cost, Cost]], figure: Callable[[Cost, Cost], float]) -> float:
    """Take the median over runs of a figure of both costs."""
    return statistics.median(figure(ours, other) for ours, other in pairs)


def film(bench: Bench) -> list[Row]:
    """Compare a film, from stems to the checked file, with encoding its frames from memory."""
    return film_of(bench, PLAIN_ROW, "plain row") + film_of(bench, STOCK_SCENE, "pyramids")


def film_of(bench: Bench, scene: Path, name: str) -> list[Row]:
    """Compare a film of one scene with encoding its frames, ready in the encoder's colours."""
    jobs = os.cpu_count() or 1
    out = bench.work / "film"
    split(bench, out, "--scene", scene)
    raw = [shared_memory() / f"drumkit-bench-{os.getpid()}-{i}.yuv" for i in range(jobs)]
    plan = json.loads((out / "plan.json").read_text())["chunks"]
    frames = sum(chunk["frame_count"] for chunk in plan)
    try:
        for i, path in enumerate(raw):
            chunk = out / f"{(2 * i + 1) * len(plan) // (2 * jobs)}.npy"
            cost_of(worker("raw", scene, chunk, path, bench.work / "raw"))
        sample = sum(path.stat().st_size for path in raw) // (1920 * 1080 * 3 // 2)

        def ours() -> Cost:
            shutil.rmtree(out)
            return added(split(bench, out, "--scene", scene), cost_of([out / "run_all.sh"]))

        pairs = bench.pairs(ours, lambda: cost_of(*(encoding(path) for path in raw)))
    finally:
        for path in raw:
            path.unlink(missing_ok=True)
    shutil.rmtree(out)
    wall = median(pairs, lambda a, b: (a.seconds / frames) / (b.seconds / sample))
    cpu = median(pairs, lambda a, b: (a.cpu_seconds / frames) / (b.cpu_seconds / sample))
    seconds = statistics.median(a.seconds for a, _ in pairs)
    memory = max(a.peak_mib for a, _ in pairs)
    what = f"{name}, {frames} frames, split and run_all : encoding alone"
    return [
        Row(what, wall, "at most 1", f"{seconds:.1f} s, {seconds / frames * 1e3:.1f} ms a frame"),
        Row(f"{what}, CPU time", cpu, "", ""),
        Row(f"{name}, frames a second : 60", frames / seconds / 60, "", ""),
        Row(
            f"{name}, memory of the largest process : 400 MiB",
            memory / 400,
            "under 1",
            f"{memory:.0f} MiB",
        ),
    ]


def release(bench: Bench) -> list[Row]:
    """Compare the film of the plain row with one of the last release, installed from git."""
    folder, end = bench.work / "release", ("--end", "20")
    levels = ("--peak", "100", "--release", "150")  # as its own, so that as much moves
    install(RELEASE, folder)
    ours, theirs = bench.work / "ours", bench.work / "theirs"

    def film_of_ours() -> Cost:
        shutil.rmtree(ours, ignore_errors=True)
        words = ("--scene", PLAIN_ROW, *end, *levels)
        return added(split(bench, ours, *words), cost_of([ours / "run_all.sh"]))

    def film_of_theirs() -> Cost:
        shutil.rmtree(theirs, ignore_errors=True)
        env = {"PATH": f"{folder}/bin:{os.environ['PATH']}"}
        words = ["drumkit-split", bench.stems, "--out", theirs, "--quiet", *end]
        return added(
            cost_of(words, cwd=bench.work, **env),
            cost_of([theirs / "run_all.sh"], cwd=bench.work, **env),
        )

    pairs = bench.pairs(film_of_ours, film_of_theirs)
    size = (ours / "Video.mp4").stat().st_size / (theirs / "Video.mp4").stat().st_size
    what = f"plain row, 20 s : the same by {RELEASE}"
    seconds = statistics.median(a.seconds for a, _ in pairs)
    cpu = median(pairs, lambda a, b: a.cpu_seconds / b.cpu_seconds)
    return [
        Row(what, time_ratio(pairs), "", f"{seconds:.1f} s"),
        Row(f"{what}, CPU time", cpu, "at most 0.55", ""),
        Row(f"{what}, size of the film", size, "at most 1.2", ""),
    ]


def jobs(bench: Bench) -> list[Row]:
    """Compare two processes with one, which may use all cores, and with one on one core."""
    out = bench.work / "jobs"
    split(bench, out, "--end", "20")
    pairs = bench.pairs(lambda: rendered(out, JOBS="1"), lambda: rendered(out, JOBS="2"))
    rows = [
        Row("rendering with 1 job : with 2", time_ratio(pairs), "at least 1.8", "20 s of music")
    ]
    if shutil.which("taskset"):
        pairs = bench.pairs(
            lambda: rendered(out, "taskset", "-c", "0", JOBS="1"),
            lambda: rendered(out, "taskset", "-c", "0,1", JOBS="2"),
        )
        rows.append(Row("1 job on 1 core : 2 on 2", time_ratio(pairs), "", "20 s of music"))
    return rows


def chunks(bench: Bench) -> list[Row]:
    """Compare many chunks with few."""
    few, many = bench.work / "few", bench.work / "many"
    split(bench, few, "--end", "40", "--chunk-seconds", "20")
    split(bench, many, "--end", "40", "--chunk-seconds", "2")
    pairs = bench.pairs(lambda: rendered(many), lambda: rendered(few))
    ratio = time_ratio(pairs)
    return [Row("rendering in 20 chunks : in 2", ratio, "at most 1.08", "40 s of music")]


def stock(bench: Bench) -> list[Row]:
    """Compare our solids with the same picture from manim's own mobjects."""
    frames = {"Solids": 120, "DotAndLine": 60, "SphereAndLine3D": 3}
    levels = {count: write_levels(bench.work, STEMS, count) for count in (1, *frames.values())}
    costs = {
        scene: statistics.median(
            frame_cost(levels[1], levels[count], count, scene) for _ in range(bench.runs)
        )
        for scene, count in frames.items()
    }
    ours = costs["Solids"]
    return [
        Row("Sphere and Line3D, CPU time a frame : ours", costs["SphereAndLine3D"] / ours,
            "at least 150", f"{costs['SphereAndLine3D'] * 1e3:.0f} ms, ours {ours * 1e3:.1f} ms"),
        Row("Dot and Line, CPU time a frame : ours", costs["DotAndLine"] / ours,
            "", f"{costs['DotAndLine'] * 1e3:.1f} ms"),
    ]  # fmt: skip


def scenes(bench: Bench) -> list[Row]:
    """Compare the scenes that the package carries with `pyramids`."""
    one, many = (write_levels(bench.work, STEMS, count) for count in (1, 120))
    folder = PROJECT / "scenes"

    def cost(name: str) -> float:
        return frame_cost(one, many, 120, "Video", file=folder / f"{name}.py")

    rows = []
    for name in sorted(path.stem for path in folder.glob("*.py")):
        pairs = [(cost(name), cost("pyramids")) for _ in range(bench.runs)]
        ratio = statistics.median(a / b for a, b in pairs)
        seconds = statistics.median(a for a, _ in pairs)
        note = f"{seconds * 1e3:.1f} ms"
        rows.append(Row(f"{name}, CPU time a frame : pyramids", ratio, "at most 2", note))
    return rows


def sizes(bench: Bench) -> list[Row]:
    """Compare numbers of stems and sizes of the picture with 7 stems at 1080p."""
    lines = {"l": "480p", "m": "720p", "h": "1080p", "p": "1440p", "k": "4K"}
    rows = []
    base = [write_levels(bench.work, STEMS, count) for count in (1, 90)]
    for stems, quality in ((1, "h"), (40, "h"), (7, "l"), (7, "m"), (7, "p"), (7, "k")):
        levels = [write_levels(bench.work, stems, count) for count in (1, 90)]
        pairs = [
            (frame_cost(*levels, 90, quality=quality), frame_cost(*base, 90))
            for _ in range(bench.runs)
        ]
        ratio = statistics.median(a / b for a, b in pairs)
        cost = statistics.median(a for a, _ in pairs)
        name = f"{stems} stem{'s' if stems > 1 else ''} at {lines[quality]}"
        goal = "at most 1.3" if stems > STEMS else ""
        what = f"{name}, CPU time a frame : 7 at 1080p"
        rows.append(Row(what, ratio, goal, f"{cost * 1e3:.1f} ms"))
    few, many = ([write_levels(bench.work, n, count) for count in (1, 400)] for n in (STEMS, 40))
    pairs = [(drawing_cost(*many, 400), drawing_cost(*few, 400)) for _ in range(bench.runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    note = f"{statistics.median(a for a, _ in pairs) * 1e3:.1f} ms"
    return [*rows, Row("40 stems, CPU time of drawing a frame : 7 stems", ratio, "", note)]


def reading(bench: Bench) -> list[Row]:
    """Compare splitting, and measuring the levels of long stems, with reading alone."""
    long = bench.work / "long"
    long.mkdir()
    cost_of(worker("write", long, bench.hours))
    cost_of(worker("read", long))  # fills the system's cache for both
    jobs = os.cpu_count() or 1
    levels = bench.pairs(
        lambda: cost_of(worker("levels", long, jobs)), lambda: cost_of(worker("read", long))
    )
    short = bench.pairs(
        lambda: split(bench, bench.work / "split"),
        lambda: cost_of(worker("read", bench.stems)),
    )
    ratio = time_ratio(levels)
    seconds = statistics.median(a.seconds for a, _ in levels)
    memory = max(a.peak_mib for a, _ in levels)
    apart = time_ratio(short)
    whole = statistics.median(a.seconds for a, _ in short)
    what = f"levels of {STEMS} stems of {bench.hours:g} h"
    return [
        Row(f"{what} : reading them", ratio, "at most 3", f"{seconds:.1f} s"),
        Row("memory for it : 300 MiB", memory / 300, "under 1", f"{memory:.0f} MiB"),
        Row("whole drumkit-split : reading its stems", apart, "", f"{whole:.1f} s, as processes"),
    ]


def starting(bench: Bench) -> list[Row]:
    """Compare what users wait for all day with one import of manim; and many jobs with few."""
    out, look = bench.work / "look", ("--end", "5", "--quality", "l")

    def manim() -> Cost:
        return cost_of([sys.executable, "-c", "import manim"])

    def quick_look() -> Cost:
        shutil.rmtree(out, ignore_errors=True)
        return added(split(bench, out, *look), cost_of([out / "run_all.sh"]))

    looks = bench.pairs(quick_look, manim)
    again = bench.pairs(lambda: cost_of([out / "run_all.sh"]), manim)
    folders = {jobs: bench.work / f"of-{jobs}" for jobs in (2, 8)}
    for jobs, folder in folders.items():
        seconds = f"{10 / 15:.4f}"  # of 10 frames
        length = f"{jobs * 10 / 15:.4f}"
        split(bench, folder, "--quality", "l", "--chunk-seconds", seconds, "--end", length)
    many = bench.pairs(
        lambda: rendered(folders[8], JOBS="8"), lambda: rendered(folders[2], JOBS="2")
    )
    return [
        Row(f"{what} : import of manim", time_ratio(pairs), goal,
            f"{statistics.median(a.seconds for a, _ in pairs):.2f} s")
        for what, pairs, goal in (
            ("quick look, 5 s at 480p, split and run_all", looks, "at most 2.2"),
            ("run_all of a finished film", again, "at most 0.5"),
        )
    ] + [Row("8 jobs of 10 frames : 2 jobs", time_ratio(many), "at most 2.2", "")]  # fmt: skip


def watching(bench: Bench) -> list[Row]:
    """Tell what watching over a run takes, and looking at one of very many chunks."""
    jobs, many, out = os.cpu_count() or 1, 10_000, bench.work / "watching"
    split(bench, out)
    watched = subprocess.run(
        [str(word) for word in worker("watch", out, jobs, 20)], capture_output=True, check=True
    )
    cost_of(worker("done", out, many))
    looks = [cost_of(["drumkit-status", out, "--json"]).seconds for _ in range(bench.runs)]
    seconds = statistics.median(looks)
    share = float(watched.stdout) / jobs
    return [
        Row(
            f"CPU time of watching over {jobs} processes : {jobs} busy cores",
            share,
            "under 0.01",
            "",
        ),
        Row(f"drumkit-status of {many} chunks : 1 s", seconds, "under 1", f"{seconds:.2f} s"),
    ]


ROWS: dict[str, Callable[[Bench], list[Row]]] = {
    each.__name__: each
    for each in (film, release, jobs, chunks, starting, stock, scenes, sizes, reading, watching)
}


def install(commit: str, folder: Path) -> None:
    """Install a version of this project from git into an environment that has all else of ours."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/*/site-packages")
    (packages / "all_else.pth").write_text(f"{Path(np.__file__).parent.parent}\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", folder / "bin/python", "install"]
    source = f"git+file://{PROJECT}@{commit}"
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", source], check=True)


def split(bench: Bench, out: Path, *options: object) -> Cost:
    """Split the stems."""
    return cost_of(["drumkit-split", bench.stems, "--out", out, "--quiet", *options])


def rendered(out: Path, *before: str, **env: str) -> Cost:
    """Render all of a split, with words before the command."""
    shutil.rmtree(out / "media", ignore_errors=True)
    return cost_of([*before, out / "run_all.sh"], **env)


def added(first: Cost, second: Cost) -> Cost:
    """Give the cost of one thing after the other."""
    return Cost(
        first.seconds + second.seconds,
        first.cpu_seconds + second.cpu_seconds,
        max(first.peak_mib, second.peak_mib),
    )


def encoding(raw: Path) -> list[object]:
    """Give the command that encodes raw frames, and does nothing else."""
    source = "-f rawvideo -pix_fmt yuv420p -s 1920x1080 -r 60 -i".split()
    return ["ffmpeg", "-nostdin", "-y", *source, raw, *ENCODER, "-f", "mp4", "/dev/null"]


def frame_cost(
    one: Path,
    many: Path,
    count: int,
    scene: str = "Solids",
    quality: str = "h",
    file: Path = SCENES,
) -> float:
    """Give the CPU seconds of one frame: those of many frames without those of one."""
    folder = one.parent / "segment"
    own = scene in ("SphereAndLine3D", "DotAndLine")  # with manim's own way of encoding
    place = ["--media_dir", folder] if own else ["--segment-dir", folder]
    options = [
        *QUIET,
        f"-q{quality}",
        "--encoder-option",
        "preset=veryfast",
        "--encoder-option",
        "threads=1",
    ]

    def cost(levels: Path) -> float:
        command = ["manim", "--hide-splash", "render", file, scene, "--chunk-file", levels]
        return cost_of([*command, *place, *options]).cpu_seconds

    return (cost(many) - cost(one)) / (count - 1)


def drawing_cost(one: Path, many: Path, count: int) -> float:
    """Give the CPU seconds of drawing one frame of the plain row, without encoding it."""

    def cost(levels: Path) -> float:
        folder = levels.parent / "drawn"
        return cost_of(worker("draw", PLAIN_ROW, levels, folder)).cpu_seconds

    return (cost(many) - cost(one)) / (count - 1)


def write_levels(folder: Path, stems: int, frames: int) -> Path:
    """Write levels that jump about as drums do."""
    path = folder / f"{stems}-stems-{frames}.npy"
    levels = np.random.default_rng(1).random((frames, stems)) ** 3
    np.save(path, levels.astype(np.float32))
    return path


def shared_memory() -> Path:
    """Give a folder in memory, where the system has one."""
    memory = Path("/dev/shm")  # noqa: S108  # the names in it are our own
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


def table(rows: list[Row]) -> Table:
    """Lay the rows out for a terminal."""
    made = Table("What", "Ratio", "Goal", "Measured", box=None)
    for row in rows:
        made.add_row(row.what, f"{row.ratio:.3g}", row.goal, row.note)
    return made


def plot(rows: list[Row], path: Path) -> None:
    """Draw the ratios as bars, on a logarithmic scale."""
    figure = Figure(figsize=(10, 0.4 * len(rows) + 1), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([row.what for row in rows], [row.ratio for row in rows], color="#58A")
    axes.bar_label(bars, [f"{row.ratio:.3g}  {row.goal}" for row in rows], padding=4)
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.invert_yaxis()
    axes.margins(x=0.3)
    figure.savefig(path)


def main() -> None:
    """Run the benchmarks and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROWS", help=f"which of {', '.join(ROWS)}; all")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs; the median counts")
    parser.add_argument("--hours", type=float, default=3.0, help="the length of the long set")
    parser.add_argument("--stems", type=Path, help="stems for the film; a demo of 89 s without")
    parser.add_argument("--json", type=Path, help="write the rows as JSON, too")
    parser.add_argument("--plot", type=Path, help="draw the rows, too")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows) - set(ROWS):
        parser.error(f"there are no rows {', '.join(unknown)}; choose from {', '.join(ROWS)}")
    console, rows = Console(), []
    with tempfile.TemporaryDirectory() as temporary:
        stems = arguments.stems.absolute() if arguments.stems else Path(temporary) / "stems"
        if not arguments.stems:
            stems.mkdir()
            cost_of(worker("demo", stems, 89))
        bench = Bench(arguments.runs, arguments.hours, stems, Path(temporary))
        for name in arguments.rows or ROWS:
            rows += ROWS[name](bench)
            console.print(f"{name} measured", style="dim")
    console.print(table(rows))
    if arguments.json:
        machine = {"cores": os.cpu_count(), "system": platform.platform(), "runs": bench.runs}
        content = {"machine": machine, "rows": [asdict(row) for row in rows]}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n")
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
