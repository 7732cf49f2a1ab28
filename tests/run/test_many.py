"""Ten thousand chunks: checked, joined and looked through, with few files open at a time."""

import json
import os
import resource
import time
from dataclasses import replace

import pytest

from films import TINY, run
from manim_drumkit.run.film import film_problems
from manim_drumkit.video import video_times
from manim_drumkit.workspace.plan import ChunkPlace, Plan
from sounds import sine, write_sound

SEGMENTS, FRAMES = 10_000, 3
OPEN_FILES = 256
"""What macOS allows by default; Linux allows 1024."""


@pytest.fixture
def project(tmp_path):
    """A film of one rendered segment, over and over."""
    write_sound(tmp_path / "stems" / "Kick.wav", sine(FRAMES / 10))
    options = ("--fps", "10", "--no-audio", "--jobs", "1", "--", *TINY)
    run("drumkit-split", "stems", *options, cwd=tmp_path)
    run("./tmp/run_all.sh", cwd=tmp_path)
    out = tmp_path / "tmp"
    plan = Plan.load(out / "plan.json")
    (chunk,) = plan.chunks
    places = (ChunkPlace(n * FRAMES, FRAMES, chunk.sha256) for n in range(SEGMENTS))
    plan = replace(plan, chunks=tuple(places))
    plan.save(out / "plan.json")
    receipt = json.loads((out / "media/0/receipt.json").read_text())
    for number in range(SEGMENTS):
        segment = out / "media" / str(number)
        if number:
            segment.mkdir()
            os.link(out / "0.npy", out / f"{number}.npy")
            os.link(out / "media/0/Video.mp4", segment / "Video.mp4")
        receipt["made_from"]["chunk"] = plan.digest_of(number)
        (segment / "receipt.json").write_text(json.dumps(receipt))
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

    start = time.monotonic()
    shown = run("drumkit-status", cwd=project).stdout
    assert "10000: 10000 done" in shown
    assert time.monotonic() - start < 3  # under 1 on a quiet machine; see the bench
