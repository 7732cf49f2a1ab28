"""Ten thousand chunks: checked, joined and looked through, with few files open at a time."""

import os
import resource
from dataclasses import replace

import pytest

from films import split
from manim_drumkit.run.film import film_problems
from manim_drumkit.video import video_times
from manim_drumkit.workspace.plan import ChunkPlace, Plan
from manim_drumkit.workspace.receipt import Receipt
from programs import TINY, run
from sounds import sine, write_sound

pytestmark = pytest.mark.film

SEGMENTS, FRAMES = 10_000, 3
OPEN_FILES = 256
"""What macOS allows by default; Linux allows 1024."""


@pytest.fixture
def project(tmp_path):
    """A film of one rendered segment, over and over."""
    write_sound(tmp_path / "stems" / "Kick.wav", sine(FRAMES / 10))
    options = ("--fps", "10", "--no-audio", "--jobs", "1", "--", *TINY)
    split(tmp_path, "stems", *options)
    run("./tmp/run_all.sh", cwd=tmp_path)
    out = tmp_path / "tmp"
    plan = Plan.load(out / "plan.json")
    (chunk,) = plan.chunks
    places = tuple(ChunkPlace(n * FRAMES, FRAMES, chunk.sha256) for n in range(SEGMENTS))
    plan = replace(plan, film=replace(plan.film, total_frames=SEGMENTS * FRAMES), chunks=places)
    plan.save(out / "plan.json")
    receipt = Receipt.load(out / "media/0")
    for number in range(SEGMENTS):
        segment = out / "media" / str(number)
        if number:
            segment.mkdir()
            os.link(out / "0.npy", out / f"{number}.npy")
            os.link(out / "media/0/Video.mp4", segment / "Video.mp4")
        recipe = replace(receipt.made_from, chunk=plan.digest_of(number))
        replace(receipt, made_from=recipe).save(segment)
    return tmp_path


def test_ten_thousand_segments_are_joined_with_few_files_open_and_looked_at_in_no_time(project):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, before[1]))
    try:
        done = run("./tmp/run_all.sh", cwd=project)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert "Rendered already: all 10000 chunks" in done.stderr
    plan = Plan.load(project / "tmp" / "plan.json")
    times = video_times(project / "tmp" / "Video.mp4")
    assert times.frames == SEGMENTS * FRAMES
    assert film_problems(times, plan) == []

    before = cpu_seconds_of_children()
    shown = run("drumkit-status", cwd=project).stdout
    assert "10000: 10000 done" in shown
    assert cpu_seconds_of_children() - before < 5  # it takes 1; see the bench


def cpu_seconds_of_children():
    """Tell what a busy machine does not make much longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
