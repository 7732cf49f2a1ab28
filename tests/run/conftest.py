import sys
from dataclasses import replace

import numpy as np
import pytest

from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.pool import Pool, RunOptions
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from plans import PLAN, plan_with

STANDS_FOR_MANIM = """
import os, sys, time
from pathlib import Path
argv = sys.argv[1:]
def told():
    rest = b""
    while block := os.read(0, 999):
        *names, rest = (rest + block).split(b"\\0")
        yield from (Path(os.fsdecode(name)) for name in names)
place, log = (next(a.partition("=")[2] for a in argv if a.startswith(f"--{name}="))
              for name in ("segment-dir", "log-file"))
for chunk in told():
    with open(chunk.with_name("begun"), "a") as file:
        print(os.getpid(), chunk.stem, file=file)
    Path(log.replace("{}", chunk.stem)).write_text("begun\\n")
    DEEDS
    folder = Path(place.replace("{}", chunk.stem))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "receipt.json").write_text("{}")
"""
"""Notes what it begins, and writes receipts."""


@pytest.fixture
def run(tmp_path):
    """A folder of twelve chunks of one frame."""
    levels = np.zeros((1, len(PLAN.film.stems)), np.float32)
    places = tuple(ChunkPlace(n, 1, levels_digest(levels)) for n in range(12))
    plan_with(chunks=places).save(tmp_path / "plan.json")
    return RunFolder.open(tmp_path)


@pytest.fixture
def pool_of(run):
    """Make a pool for the folder, of processes that do some deeds for every chunk."""

    def make(deeds="pass", *, jobs=2, **options):
        command = (sys.executable, "-c", STANDS_FOR_MANIM.replace("DEEDS", deeds))
        return Pool(replace(run, command=command), RunOptions(jobs, **options))

    return make
