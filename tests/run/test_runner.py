import os

import pytest

from manim_drumkit.errors import SegmentError
from manim_drumkit.run.runner import Runner
from manim_drumkit.workspace.state import RunState


@pytest.fixture
def runner_of(pool_of):
    """Make a runner with a pool whose processes do some deeds; it keeps all states it showed."""

    def make(deeds="pass", **options):
        pool, states = pool_of(deeds, **options), []
        runner = Runner(pool.run, pool, process=os.getpid(), show=states.append)
        runner.states = states
        return runner

    return make


def test_the_state_says_how_far_a_run_is(run, runner_of):
    runner = runner_of("time.sleep(0.3)")
    runner.render(range(12))
    state = runner.states[-1]
    assert state == RunState.load(run.folder)
    assert (state.phase, state.process, state.jobs) == ("rendering", os.getpid(), 2)
    assert (state.frames, state.drawn, state.drawing) == (12, 12, {})
    assert len(state.slowest) == 5
    assert list(state.slowest.values()) == sorted(state.slowest.values(), reverse=True)
    drawing = [number for each in runner.states for number in each.drawing]
    assert drawing
    assert set(drawing) <= set(range(12))


def test_chunks_that_failed_are_named_in_the_state_and_in_the_error(run, runner_of):
    runner = runner_of("if chunk.stem in '37': continue")
    with pytest.raises(SegmentError, match=r"2 of 12 chunks failed \(3,7\)"):
        runner.render(range(12))
    assert RunState.load(run.folder).failed == (3, 7)


def test_what_is_rendered_anew_does_not_count_until_it_is_done(run, runner_of):
    segment = run.segment(5)
    segment.mkdir(parents=True)
    (segment / "receipt.json").write_text("{}")
    runner = runner_of("if chunk.stem == '5': continue")
    with pytest.raises(SegmentError):
        runner.render([4, 5])
    assert not (segment / "receipt.json").exists()


def test_a_file_asks_it_to_stop(run, runner_of):
    runner = runner_of("time.sleep(60)")
    (run.folder / ".stop").touch()
    with pytest.raises(KeyboardInterrupt):
        runner.render(range(12))
    assert not list(run.folder.glob("media/*/receipt.json"))
