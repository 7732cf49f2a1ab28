"""What scripts/bench.py runs in processes of its own, to see what they take.

The first argument names the work, the others are its arguments.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from av import VideoFrame

from manim_drumkit.errors import SegmentError
from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.pool import Pool, RunOptions
from manim_drumkit.run.runner import Runner
from manim_drumkit.stems.demo import perform
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.timing import frame_count
from manim_drumkit.workspace.layout import PLAN_NAME, RECEIPT_NAME
from manim_drumkit.workspace.plan import ChunkPlace

STEMS = 7
RATE = 48000
BLOCK = 102_400
SAMPLE_FRAMES = 300


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


def write_demo(folder: Path, seconds: float) -> None:
    """Write a performance of the demo."""
    for name, sound in perform(seconds).items():
        soundfile.write(folder / f"{name}.wav", sound, RATE)


def read_alone(folder: Path) -> None:
    """Read all stems with soundfile and do nothing with them."""
    for stem in find_stems(folder).stems:
        with soundfile.SoundFile(stem.path) as sound:
            buffer = np.empty((BLOCK, sound.channels), np.float32)
            while len(sound.read(out=buffer)):
                pass


def measure_levels(folder: Path, jobs: int) -> None:
    """Measure the levels of all stems."""
    stems = find_stems(folder).stems
    frames = frame_count(stems[0].samples, RATE, Fraction(60))
    measure(stems, Fraction(60), frames, LevelSettings(), jobs=jobs)


def write_raw(scene: Path, chunk: Path, target: Path, segment: Path) -> None:
    """Render the beginning of a chunk, and write its frames as x264 takes them, in 4:2:0."""
    left = SAMPLE_FRAMES
    with target.open("wb") as file:

        def write(pixels):
            nonlocal left
            if left:
                left -= 1
                frame = VideoFrame.from_numpy_buffer(pixels, format="rgba")
                file.write(frame.reformat(format="yuv420p").to_ndarray().data)

        render(scene, chunk, segment, write)


def draw(scene: Path, chunk: Path, segment: Path) -> None:
    """Draw a chunk, and encode of it only the first frame."""
    render(scene, chunk, segment, lambda pixels: None)


def render(scene: Path, chunk: Path, segment: Path, write: Callable[[np.ndarray], None]) -> None:
    """Render a chunk; do something else with its frames than encode them."""
    from manim.__main__ import main
    from manim.scene.scene_file_writer import SceneFileWriter

    own, first = SceneFileWriter.write_frame, True

    def write_frame(writer, pixels, *, repeat=1):
        nonlocal first
        if first:
            own(writer, pixels)
        first = False
        write(pixels)

    SceneFileWriter.write_frame = write_frame
    words = ["--chunk-file", str(chunk), "--media_dir", str(segment), "-qh"]
    quiet = "--silent --disable_caching --progress_bar none".split()
    main(["render", str(scene), "Video", *words, *quiet], standalone_mode=False)


def write_done(folder: Path, count: int) -> None:
    """Make a split look like one of many chunks with as many receipts."""
    run = RunFolder.open(folder)
    chunks = tuple(ChunkPlace(n, 1, run.plan.chunks[0].sha256) for n in range(count))
    plan = replace(run.plan, film=replace(run.plan.film, total_frames=count), chunks=chunks)
    plan.save(folder / PLAN_NAME)
    for number in range(count):
        run.segment(number).mkdir(parents=True)
        made_from = {"chunk": plan.digest_of(number), "film": None}
        (run.segment(number) / RECEIPT_NAME).write_text(json.dumps({"made_from": made_from}))


def watch_over(folder: Path, jobs: int, seconds: float) -> None:
    """Run all that a run does beside drawing; print its CPU time as a share of a core."""
    idle = ("sh", "-c", f"exec sleep {seconds}", "sh")
    run = RunFolder.open(folder, idle)
    runner = Runner(
        run,
        Pool(run, RunOptions(jobs)),
        process=os.getpid(),
        show=lambda state: None,
    )
    used, began = time.process_time(), time.monotonic()
    try:
        runner.render(range(jobs))
    except SegmentError:  # nothing was drawn
        print((time.process_time() - used) / (time.monotonic() - began))


WORKERS: dict[str, Callable[..., None]] = {
    "demo": lambda folder, seconds: write_demo(Path(folder), float(seconds)),
    "levels": lambda folder, jobs: measure_levels(Path(folder), int(jobs)),
    "raw": lambda *paths: write_raw(*map(Path, paths)),
    "draw": lambda *paths: draw(*map(Path, paths)),
    "done": lambda folder, count: write_done(Path(folder), int(count)),
    "watch": lambda folder, jobs, seconds: watch_over(Path(folder), int(jobs), float(seconds)),
    "read": lambda folder: read_alone(Path(folder)),
    "write": lambda folder, hours: write_long_set(Path(folder), float(hours)),
}


if __name__ == "__main__":
    WORKERS[sys.argv[1]](*sys.argv[2:])
