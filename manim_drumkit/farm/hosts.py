"""The hosts: what the client knows of each Dask worker, and which chunks they have in hand."""

import itertools
import time
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

IN_HAND = 2
"""How many chunks each thread of a worker has: one that it draws, and the next one."""
MOST_NAMED = 16
"""How many workers are named one by one."""


@dataclass(eq=False)
class Host:
    """A worker that is ready."""

    address: str
    name: str
    """What to call it: the name of its machine, and its address."""
    threads: int
    hands: list["Hand"] = field(default_factory=list)
    silent_s: float = 0.0
    """How long it has told nothing, though it has chunks in hand."""
    is_silent: bool = False
    """Whether it was given up until it tells something."""
    chunks: int = 0
    """How many whole segments have come from it."""
    bytes: int = 0
    """How many bytes of video these have."""

    @classmethod
    def told(cls, event: Mapping[str, Any]) -> "Host":
        """Return the worker that tells that it is ready."""
        address = event["worker"]
        return cls(address, f"{event['host']} ({address})", event["threads"])

    def has_room(self, depth: int) -> bool:
        """Tell whether it can take one more chunk, to have so many for each thread."""
        return not self.is_silent and len(self.hands) < depth * self.threads

    def hear(self) -> None:
        """Note that it tells something."""
        self.silent_s, self.is_silent = 0.0, False

    def wait(self, passed_s: float, patience_s: float) -> bool:
        """Note that time has passed; return whether it has just been silent for too long."""
        self.silent_s = self.silent_s + passed_s if self.hands else 0.0
        newly = self.silent_s > patience_s and not self.is_silent
        self.is_silent = self.is_silent or newly
        return newly

    def note_frames(self, number: int, frames: int) -> None:
        """Note how many frames it has drawn of a chunk."""
        for hand in self.hands:
            if hand.number == number:
                hand.frames = frames
                hand.begun_at = hand.begun_at or time.monotonic()


@dataclass(eq=False)
class Hand:
    """A chunk that a worker has in hand."""

    number: int
    host: Host
    future: Any
    """Dask's."""
    begun_at: float | None = None
    """When it was begun, as far as the worker has told."""
    frames: int = 0
    """How many frames are drawn."""


class Hands:
    """What all workers have in hand."""

    def __init__(self) -> None:
        self._by_key: dict[Any, Hand] = {}
        self._copies: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Hand]:
        return iter(list(self._by_key.values()))

    def find(self, future: Any) -> Hand | None:
        """Return what a future is of, unless it is forgotten."""
        return self._by_key.get(future.key)

    def add(self, hand: Hand) -> None:
        """Note that a worker has one more."""
        self._by_key[hand.future.key] = hand
        hand.host.hands.append(hand)
        self._copies[hand.number] += 1

    def remove(self, hand: Hand) -> None:
        """Note that a worker has one less."""
        del self._by_key[hand.future.key]
        hand.host.hands.remove(hand)
        self._copies[hand.number] -= 1

    def of(self, number: int) -> list[Hand]:
        """Return who has a chunk."""
        if not self._copies[number]:
            return []
        return [hand for hand in self if hand.number == number]

    def worth_copying(self, idle: Sequence[Host], failed: Container[int]) -> list[tuple[int, Host]]:
        """Choose chunks for idle workers: what nobody has begun, then what is drawn longest.

        Args:
            idle: the workers.
            failed: chunks that have failed before; a copy of these would fail, too.
        """
        single = [
            hand for hand in self if self._copies[hand.number] == 1 and hand.number not in failed
        ]
        single.sort(key=lambda hand: hand.begun_at or 0.0)
        chosen = []
        for host in idle:
            others = (hand for hand in single if hand.host is not host)
            for hand in list(itertools.islice(others, host.threads - len(host.hands))):
                single.remove(hand)
                chosen.append((hand.number, host))
        return chosen

    @property
    def frames(self) -> int:
        """The frames that are drawn of all chunks in hand, of copies the most."""
        drawn: dict[int, int] = {}
        for hand in self:
            drawn[hand.number] = max(hand.frames, drawn.get(hand.number, 0))
        return sum(drawn.values())

    @property
    def drawing(self) -> dict[int, float]:
        """The chunks that are being drawn, and for how many seconds."""
        now = time.monotonic()
        return {hand.number: now - hand.begun_at for hand in self if hand.begun_at is not None}


def tally(hosts: Sequence[Host]) -> list[str]:
    """Return in words how much workers have rendered."""
    hosts = [host for host in hosts if host.chunks]
    if len(hosts) <= MOST_NAMED:
        return [f"{host.name}: {_amount([host])}" for host in hosts]
    return [f"{len(hosts)} workers: {_amount(hosts)}"]


def _amount(hosts: Sequence[Host]) -> str:
    chunks, size = sum(host.chunks for host in hosts), sum(host.bytes for host in hosts)
    return f"{chunks} {'chunk' if chunks == 1 else 'chunks'}, {size / 1e6:.1f} MB"
