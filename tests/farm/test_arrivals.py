import hashlib
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from manim_drumkit.farm.arrivals import Arrivals
from manim_drumkit.farm.renderer import Segment
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.logs import last_words
from manim_drumkit.workspace.chunk import levels_digest
from manim_drumkit.workspace.plan import ChunkPlace
from manim_drumkit.workspace.receipt import Receipt, Video
from plans import PLAN, plan_with

VIDEO = b"all the frames"


@pytest.fixture
def arrivals(tmp_path):
    """What keeps the segments of two chunks of a frame, whose scene is there."""
    levels = np.zeros((1, len(PLAN.film.stems)), np.float32)
    places = tuple(ChunkPlace(n, 1, levels_digest(levels)) for n in range(2))
    (tmp_path / "tmp" / "logs").mkdir(parents=True)
    (tmp_path / "own.py").touch()
    plan_with(chunks=places, scene_file="../own.py").save(tmp_path / "tmp" / "plan.json")
    run = RunFolder.open(tmp_path / "tmp")
    return Arrivals(run, run.expected_recipe())


def segment(arrivals, *, video=VIDEO, **changes):
    """Return the segment of chunk 1 as a worker sends it, made from something else if asked."""
    run = arrivals.run
    made_from = replace(arrivals.expected, chunk=run.plan.digest_of(1), **changes)
    digest = hashlib.sha256(VIDEO).hexdigest()
    receipt = Receipt(made_from, Video(run.plan.film_name, 1, len(VIDEO), digest))
    return Segment(1, msgspec.json.encode(receipt), video, b"manim says\n", 1.0)


def keep(arrivals, segment):
    """Let a segment arrive; return whether it counts, and the last line of its log."""
    arrivals.keep(segment, "node1")
    return arrivals.run.todo([0, 1]) == [0], last_words(arrivals.run.folder, 1)


def test_a_segment_that_is_right_counts_as_one_that_was_rendered_here(arrivals):
    assert keep(arrivals, segment(arrivals)) == (True, "manim says")
    log = (arrivals.run.folder / "logs" / "1.log").read_text()
    assert log == "Rendered by node1\nmanim says\n"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"video": VIDEO[:-1]}, "its video was damaged on the way"),
        ({"video": VIDEO[::-1]}, "its video was damaged on the way"),
        ({"scene_file": "0" * 64}, "the worker drew it from something else: scene_file"),
        ({"modules": {"a.py": "0"}}, "the worker drew it from something else: modules"),
        ({"versions": {"av": "1"}}, "the worker drew it from something else: versions"),
        (
            {"settings": {"pixel_width": "99"}},
            "manim's settings pixel_width, which a manim.cfg has",
        ),
        ({"film": "0" * 64}, "the worker drew it from something else: another chunk"),
    ],
)
def test_one_that_is_wrong_does_not_and_its_log_says_why(arrivals, changes, words):
    counts, last = keep(arrivals, segment(arrivals, **changes))
    assert not counts
    assert words in last
    assert not arrivals.run.segment(1).exists()


def test_neither_does_the_segment_of_another_chunk_nor_a_receipt_that_cannot_be_read(arrivals):
    right = segment(arrivals)
    arrivals.keep(replace(right, number=0), "node1")
    assert last_words(arrivals.run.folder, 0).endswith("another chunk")
    assert keep(arrivals, replace(right, receipt=b"{")) == (False, "its receipt cannot be read")
    assert arrivals.run.todo([0, 1]) == [0, 1]
