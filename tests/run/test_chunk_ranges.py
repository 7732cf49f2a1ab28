import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import RunError
from manim_drumkit.run.chunk_ranges import chunk_ranges, parse_chunk_ranges


@given(st.sets(st.integers(0, 500), min_size=1))
def test_what_is_written_is_read_again(numbers):
    assert parse_chunk_ranges(chunk_ranges(sorted(numbers)), 501) == sorted(numbers)


@given(st.text(alphabet="0123456789,- x"))
def test_any_text_is_ranges_of_chunks_or_a_named_error(text):
    try:
        numbers = parse_chunk_ranges(text, 50)
    except RunError:
        return
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(range(50))


@pytest.mark.parametrize("text", ["50", "3-1", "0-50", "1,,2"])
def test_chunks_that_are_not_there_are_refused(text):
    with pytest.raises(RunError):
        parse_chunk_ranges(text, 50)
