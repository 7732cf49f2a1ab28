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

from manim_drumkit.errors import SegmentError
from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.pool import Pool, RunOptions
from manim_drumkit.run.runner import Runner
from manim_drumkit.split.scene_file import DEFAULT_SCENE, find_scene
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


def write_raw(chunk: Path, target: Path, segment: Path) -> None:
    """Render a chunk with the stock scene, and write its frames as they are drawn."""
    from manim.__main__ import main
    from manim.scene.scene_file_writer import SceneFileWriter

    own, left = SceneFileWriter.write_frame, SAMPLE_FRAMES
    with target.open("wb") as file:

        def write_frame(writer, pixels, *, repeat=1):
            nonlocal left
            if left:
                left -= 1
                file.write(pixels.data)
            return own(writer, pixels, repeat=repeat)

        SceneFileWriter.write_frame = write_frame
        scene, name = find_scene(DEFAULT_SCENE)
        command = [
            "render",
            str(scene),
            name,
            "--chunk-file",
            str(chunk),
            "--segment-dir",
            str(segment),
        ]
        main(
            [
                *command,
                "--silent",
                "--disable_caching",
                "--progress_bar",
                "none",
                "-qh",
                "--encoder-option",
                "preset=ultrafast",
            ],
            standalone_mode=False,
        )


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
    "raw": lambda chunk, target, segment: write_raw(Path(chunk), Path(target), Path(segment)),
    "done": lambda folder, count: write_done(Path(folder), int(count)),
    "watch": lambda folder, jobs, seconds: watch_over(Path(folder), int(jobs), float(seconds)),
    "read": lambda folder: read_alone(Path(folder)),
    "write": lambda folder, hours: write_long_set(Path(folder), float(hours)),
}


if __name__ == "__main__":
    WORKERS[sys.argv[1]](*sys.argv[2:])
