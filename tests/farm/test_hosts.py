from types import SimpleNamespace

from manim_drumkit.farm.hosts import MOST_NAMED, Hand, Hands, Host, tally


def hosts_with(*hands):
    """Make a host of one thread for each list of chunks; return hosts and hands."""
    hosts, all_hands = [Host(f"tcp://{i}", f"node{i}", 1) for i in range(len(hands))], Hands()
    for host, numbers in zip(hosts, hands):
        for number in numbers:
            all_hands.add(Hand(number, host, SimpleNamespace(key=(host.address, number))))
    return hosts, all_hands


def test_idle_workers_copy_what_is_not_begun_then_what_is_drawn_longest_and_nothing_twice():
    hosts, hands = hosts_with([4, 5], [6, 7], [], [], [], [])
    for number, host, at in ((4, hosts[0], 20.0), (6, hosts[1], 10.0)):
        host.note_frames(number, 3)
        next(hand for hand in host.hands if hand.number == number).begun_at = at
    chosen = hands.worth_copying(hosts[2:], {7})
    assert [(number, host.name) for number, host in chosen] == [
        (5, "node2"), (6, "node3"), (4, "node4")]  # fmt: skip
    for number, host in chosen:
        hands.add(Hand(number, host, SimpleNamespace(key=(host.address, number))))
    assert hands.worth_copying(hosts[5:], {7}) == []


def test_of_copies_the_frames_of_the_faster_count():
    hosts, hands = hosts_with([1], [1], [2])
    for host, frames in zip(hosts, (3, 8, 5)):
        host.note_frames(host.hands[0].number, frames)
    assert hands.frames == 13
    assert hands.drawing.keys() == {1, 2}


def test_a_worker_is_silent_once_and_only_while_it_has_something_to_do():
    (busy, idle), _ = hosts_with([1], [])
    assert [busy.wait(20, 30), busy.wait(20, 30), busy.wait(20, 30)] == [False, True, False]
    assert not busy.has_room(2)
    busy.hear()
    assert busy.has_room(2)
    assert not any(idle.wait(20, 30) for _ in range(9))


def test_few_workers_are_named_and_many_are_summed_up():
    hosts, _ = hosts_with(*[[]] * (MOST_NAMED + 1))
    for host in hosts:
        host.chunks, host.bytes = 2, 1_500_000
    hosts[0].chunks = 1
    assert tally(hosts[:2]) == ["node0: 1 chunk, 1.5 MB", "node1: 2 chunks, 1.5 MB"]
    assert tally(hosts) == ["17 workers: 33 chunks, 25.5 MB"]
