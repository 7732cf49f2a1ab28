import pytest

from manim_drumkit.run.logs import TAIL_LINES, last_words, log_tail, log_tails


@pytest.fixture
def log(tmp_path):
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs" / "3.log"


def test_the_last_words_are_the_last_line_with_something_in_it(tmp_path, log):
    log.write_text("first\nRuntimeError: cursed  \n\n  \n")
    assert last_words(tmp_path, 3) == "RuntimeError: cursed"


def test_the_tail_is_short_however_long_the_log(tmp_path, log):
    log.write_text("".join(f"line {i}\n" for i in range(100_000)))
    lines = log_tail(tmp_path, 3).splitlines()
    assert lines[-1] == "line 99999"
    assert len(lines) == TAIL_LINES


def test_of_many_logs_few_are_shown_and_none_that_ends_as_another(tmp_path, log):
    words = ["cursed", "cursed", "hung", "cursed", "mute", "hung", "late", "late"]
    for number, word in enumerate(words):
        log.with_name(f"{number}.log").write_text(f"It was {number}.\n{word}\n")
    shown = log_tails(tmp_path, range(len(words)))
    assert [word for word in shown.split() if word in words] == ["cursed", "hung", "mute"]
    assert shown.startswith(f"The end of {log.with_name('0.log')}:\nIt was 0.\n")
    assert shown.endswith("… and 5 more")
    assert "more" not in log_tails(tmp_path, [4])


def test_what_a_log_holds_is_only_shown(tmp_path, log):
    log.write_bytes(b"\x1b[31mred \xff\x07\n")
    assert last_words(tmp_path, 3) == "\\x1b[31mred \N{REPLACEMENT CHARACTER}\\x07"


def test_a_log_that_is_not_there_is_said(tmp_path):
    assert last_words(tmp_path, 3) == "it left nothing in its log"
    assert "left nothing in its log" in log_tail(tmp_path, 3)
