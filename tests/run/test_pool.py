import os
import sys
from dataclasses import replace

import pytest

from manim_drumkit.errors import SegmentError
from manim_drumkit.run.logs import last_words
from manim_drumkit.run.pool import Pool, RunOptions


def begun(run):
    """List the process and the number of all chunks begun, in order."""
    return [tuple(map(int, line.split())) for line in (run.folder / "begun").open()]


def whole(run):
    return {int(path.parent.name) for path in run.folder.glob("media/*/receipt.json")}


def render(run, pool_of, deeds="pass", **options):
    """Render twelve chunks; return the process and the number of all begun, and those whole."""
    pool_of(deeds, **options).render(range(12))
    return begun(run), whole(run)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_chunk_is_drawn_once_and_no_process_is_started_that_is_not_needed(run, pool_of, jobs):
    begun, whole = render(run, pool_of, "time.sleep(0.1)", jobs=jobs)
    assert sorted(number for _, number in begun) == list(range(12))
    assert whole == set(range(12))
    assert len({process for process, _ in begun}) == jobs


def test_a_slow_chunk_keeps_at_most_one_other_waiting(run, pool_of):
    others_wait_for_none = "chunk.with_name('begun').read_text().count('\\n') >= 11"
    deeds = f"while chunk.stem == '0' and not {others_wait_for_none}: time.sleep(0.02)"
    begun, whole = render(run, pool_of, deeds, timeout_s=10)
    assert whole == set(range(12))  # it has not waited in vain
    slow = next(process for process, number in begun if number == 0)
    assert sum(process == slow for process, _ in begun) <= 2


def test_what_a_dead_process_left_is_drawn_by_another_and_its_log_says_what_killed_it(run, pool_of):
    begun, whole = render(run, pool_of, "if chunk.stem in '26': os.kill(os.getpid(), 9)")
    assert whole == set(range(12)) - {2, 6}
    assert sorted(number for _, number in begun) == list(range(12))
    for number in (2, 6):
        assert "most likely by the system because memory ran out" in last_words(run.folder, number)


def test_a_command_that_cannot_draw_at_all_ends_too(run):
    pool = Pool(
        replace(run, command=(sys.executable, "-c", "raise SystemExit('no')")), RunOptions(jobs=2)
    )
    pool.render([0, 1, 2])
    assert pool.failed == [0, 1, 2]
    assert last_words(run.folder, 0) == "no"


def test_nothing_runs_on_when_it_is_interrupted(run, pool_of):
    def interrupt():
        if (run.folder / "begun").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool_of("time.sleep(60)").render([0, 1], look=interrupt)
    for process, _ in begun(run):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_death_at_the_end_does_not_harm_the_others(run, pool_of):
    deeds = "time.sleep(0.3); chunk.stem == '2' and os.kill(os.getpid(), 9)"
    pool_of(deeds).render(range(5))
    assert whole(run) == {0, 1, 3, 4}


FAILS_ONCE = "if chunk.stem == '3' and (chunk.with_name('begun').read_text().count(' 3\\n') == 1):"


def test_a_chunk_that_failed_is_tried_again_after_the_others_and_its_first_log_is_kept(
    run, pool_of
):
    said = []
    pool = pool_of(f"{FAILS_ONCE} print('cursed', file=open(log.replace('{{}}', '3'), 'a')); "
                   "continue", retries=1)  # fmt: skip
    pool.say = said.append
    pool.render(range(12))
    numbers = [number for _, number in begun(run)]
    assert (numbers.count(3), numbers[-1]) == (2, 3)
    assert (whole(run), pool.failed) == (set(range(12)), [])
    assert said == ["Chunk 3 failed and will be tried again: cursed"]
    assert "cursed" in (run.folder / "logs/3.failed.log").read_text()


def test_a_chunk_is_not_tried_more_often_than_asked(run, pool_of):
    pool = pool_of("if chunk.stem == '3': continue", retries=2)
    pool.render(range(12))
    assert pool.failed == [3]
    assert [number for _, number in begun(run)].count(3) == 3


def test_fail_fast_stops_all_at_the_first_chunk_that_failed(run, pool_of):
    pool = pool_of("if chunk.stem == '3': continue\n    time.sleep(0.2)", retries=1, fail_fast=True)
    pool.render(range(12))
    assert pool.failed == [3]
    assert len(whole(run)) < 8


def test_a_chunk_that_hangs_is_given_up_and_the_others_are_drawn(run, pool_of):
    pool = pool_of("if chunk.stem == '3': time.sleep(60)", timeout_s=2)
    pool.render(range(12))
    assert (pool.failed, whole(run)) == ([3], set(range(12)) - {3})
    assert last_words(run.folder, 3) == "given up: no new frame for 2 s (--timeout)"


def test_a_slow_chunk_that_draws_frames_is_not_given_up(run, pool_of):
    slow = (
        "for frame in range(9 if chunk.stem == '3' else 0):\n"
        "        time.sleep(0.3)\n"
        "        folder = Path(place.replace('{}', chunk.stem))\n"
        "        folder.mkdir(parents=True, exist_ok=True)\n"
        "        (folder / 'progress').write_text(str(frame))\n"
    )
    pool = pool_of(slow, timeout_s=1.5)
    pool.render(range(5))
    assert pool.failed == []


@pytest.mark.parametrize(("status", "words"), [(0, "with status 0"), (3, "with status 3")])
def test_a_process_that_ends_by_itself_leaves_a_word_in_the_log(run, pool_of, status, words):
    pool = pool_of(f"if chunk.stem == '3': os._exit({status})")
    pool.render(range(12))
    assert (pool.failed, whole(run)) == ([3], set(range(12)) - {3})
    assert last_words(run.folder, 3) == f"manim ended, {words}, before its segment was whole"


def test_where_the_first_chunks_fail_alike_the_others_are_not_tried(run, pool_of):
    fails = (
        "print('No module named studio', file=open(log.replace('{}', chunk.stem), 'a'))\n"
        "    continue"
    )
    with pytest.raises(SegmentError, match="first 5 chunks failed alike") as failure:
        pool_of(fails, retries=1).render(range(12))
    assert "No module named studio" in str(failure.value)
    assert len(begun(run)) < 12


def test_failures_that_differ_in_numbers_alone_are_alike(run, pool_of):
    fails = (
        "print('no', id(chunk), hex(os.getpid()), f'{chunk.stem}.png',\n"
        "      file=open(log.replace('{}', chunk.stem), 'a'))\n"
        "    continue"
    )
    with pytest.raises(SegmentError, match="first 5 chunks failed alike"):
        pool_of(fails, retries=1).render(range(12))
    assert len(begun(run)) < 12


def test_failures_of_several_kinds_are_not_alike(pool_of):
    fails = (
        "print('abcdefghijkl'[int(chunk.stem)] * 7 + '!',\n"
        "      file=open(log.replace('{}', chunk.stem), 'a'))\n"
        "    continue"
    )
    pool = pool_of(fails)
    pool.render(range(12))
    assert sorted(pool.failed) == list(range(12))


def test_every_process_goes_through_a_set_in_the_same_order(run, pool_of):
    notes = "Path(log.replace('{}', chunk.stem)).write_text(str({'Kick', 'Snare', 'Tom', 'Ride'}))"
    pool_of(notes, jobs=4).render(range(12))
    logs = {(run.folder / "logs" / f"{number}.log").read_text() for number in range(12)}
    assert len(logs) == 1


def test_chunks_that_fail_alike_beside_whole_ones_do_not_stop_the_others(run, pool_of):
    fails = "if int(chunk.stem) % 2: continue"
    pool = pool_of(fails)
    pool.render(range(12))
    assert sorted(pool.failed) == [1, 3, 5, 7, 9, 11]


def test_what_chunks_note_is_told_once(run, pool_of):
    pool, said = (
        pool_of("print('Note: a clock', file=open(log.replace('{}', chunk.stem), 'a'))"),
        [],
    )
    pool.say = said.append
    pool.render(range(12))
    assert said == ["Note: a clock"]
