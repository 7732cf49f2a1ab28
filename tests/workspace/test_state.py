import pytest

from manim_drumkit.workspace.state import PHASES, RunState, set_phase


@pytest.mark.parametrize("phase", PHASES)
def test_a_state_is_read_as_it_was_written(tmp_path, phase):
    state = RunState(phase, 7, 2, 61.5, 70, 4, 2.5, 90.0, {3: 7.0}, (5,), {0: 12.5})
    state.save(tmp_path)
    assert RunState.load(tmp_path) == state
    assert state.ended == (phase in ("done", "partly done", "stopped", "failed"))


def test_a_new_phase_keeps_what_was_written_and_draws_nothing(tmp_path):
    RunState("rendering", 7, drawing={3: 7.0}, failed=(5,)).save(tmp_path)
    set_phase(tmp_path, "failed")
    assert RunState.load(tmp_path) == RunState("failed", 7, drawing={}, failed=(5,), slowest={})


def test_without_a_state_no_phase_is_written(tmp_path):
    set_phase(tmp_path, "done")
    assert RunState.load(tmp_path) is None


@pytest.mark.parametrize("change", ['"phase": "asleep"', '"process": -1', '"drawn": 1e999'])
def test_a_strange_state_is_none(tmp_path, change):
    RunState("rendering", 7).save(tmp_path)
    path = tmp_path / ".run.json"
    name = change.partition(":")[0]
    lines = [line for line in path.read_text().splitlines() if name not in line]
    path.write_text("\n".join([lines[0], change + ",", *lines[1:]]))
    assert RunState.load(tmp_path) is None
