import pytest

from manim_drumkit.workspace.state import STEPS, Journal, turn_page


@pytest.mark.parametrize("step", STEPS)
def test_a_journal_is_read_as_it_was_written(tmp_path, step):
    journal = Journal(step, 7, 2, 61.5, 70, 4, 2.5, 90.0, {3: 7.0}, (5,), {0: 12.5})
    journal.save(tmp_path)
    assert Journal.load(tmp_path) == journal
    assert journal.ended == (step in ("done", "partly done", "stopped", "failed"))


def test_a_new_page_keeps_what_was_written_and_draws_nothing(tmp_path):
    Journal("rendering", 7, drawing={3: 7.0}, failed=(5,)).save(tmp_path)
    turn_page(tmp_path, "failed")
    assert Journal.load(tmp_path) == Journal("failed", 7, drawing={}, failed=(5,), slowest={})


def test_where_there_is_no_journal_no_page_is_turned(tmp_path):
    turn_page(tmp_path, "done")
    assert Journal.load(tmp_path) is None
