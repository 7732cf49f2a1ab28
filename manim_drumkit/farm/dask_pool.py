"""The pool whose manims run on the workers of a Dask cluster."""

import hashlib
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Client

from manim_drumkit.atomic import write_atomic
from manim_drumkit.errors import RunError
from manim_drumkit.farm.arrivals import Arrivals
from manim_drumkit.farm.bundle import Bundle
from manim_drumkit.farm.hosts import IN_HAND, Hand, Hands, Host, tally
from manim_drumkit.farm.link import GONE, Link, Result
from manim_drumkit.farm.remote import PROGRESS, READY, FarmPlugin, Task
from manim_drumkit.farm.renderer import Segment
from manim_drumkit.farm.versions import differences, own_versions
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.outcomes import Outcomes
from manim_drumkit.run.pool import LONGEST_PAUSE_S, RunOptions
from manim_drumkit.workspace.layout import PROGRESS_NAME, chunk_name, log_path

LOOK_INTERVAL_S = 0.05
READY_PATIENCE_S = 10.0
"""How long the run waits for the workers that are there to unpack the bundle."""
SILENCE_S = 30.0
"""After so long without a word a worker is given up, until it says something again."""
EVENTS_PER_SECOND = 200
"""How many reports of frames all workers together send to the scheduler, about."""
INTERVAL_S = 0.5
"""How often each of them reports, if they are few."""
MOST_LOSSES = 10
"""With so many workers lost that drew it, a chunk counts as failed."""


@dataclass
class DaskPool:
    """The workers of a cluster, and how far they are."""

    run: RunFolder
    options: RunOptions
    cluster: Callable[[], AbstractContextManager[Client]]
    """Connects to the scheduler for as long as something is rendered."""
    say: Callable[[str], None]
    """Is told what the user should know at once."""
    include: Sequence[Path] = ()
    """More files and folders that the scene reads."""
    allow_mismatch: bool = False
    """Whether workers may differ in what is in no receipt."""
    hosts: dict[str, Host] = field(default_factory=dict)
    """The workers that are ready, by address."""
    waiting: deque[int] = field(default_factory=deque)
    _gone: list[Host] = field(default_factory=list)
    frames: int = 0
    """How many frames are drawn, those of chunks that are being drawn too."""
    _hands: Hands = field(default_factory=Hands)
    _losses: Counter[int] = field(default_factory=Counter)
    _failed_on: dict[int, set[str]] = field(default_factory=dict)
    """The workers on which a chunk has failed."""
    _outcomes: Outcomes = field(init=False)

    def __post_init__(self) -> None:
        self._outcomes = Outcomes(self.run, self.options.retries, self.say)

    @property
    def failed(self) -> list[int]:
        """The chunks that failed their last try."""
        return self._outcomes.failed

    @property
    def seconds(self) -> dict[int, float]:
        """How long every chunk that is whole has taken."""
        return self._outcomes.seconds

    @property
    def jobs(self) -> int:
        """How many threads all workers have."""
        return sum(host.threads for host in self.hosts.values())

    def render(self, numbers: Sequence[int], look: Callable[[], None] = lambda: None) -> None:
        """Render chunks, the longest first; ``failed`` lists those that failed.

        Args:
            numbers: the chunks to render.
            look: called many times a second.

        Raises:
            RunError: a worker has other versions, or the scheduler is gone.
            SegmentError: the disk is full, or the first chunks failed alike.
        """
        self.bundle = Bundle.of(self.run, self.include)
        self._arrivals = Arrivals(self.run, self.run.expected_recipe())
        log_path(self.run.folder, 0).parent.mkdir(exist_ok=True)
        places = self.run.plan.chunks
        self.waiting.extend(sorted(numbers, key=lambda n: -places[n].frame_count))
        with self.cluster() as client:
            self._link = Link(client, FarmPlugin(self._plugin_name, self.bundle))
            try:
                self._wait_for_workers(look)
                self.say(self._link.described())
                self._render(look)
            finally:
                self._link.stop([hand.future for hand in self._hands])
        self._count()
        for line in tally([*self.hosts.values(), *self._gone]):
            self.say(line)

    def _render(self, look: Callable[[], None]) -> None:
        looked_at = time.monotonic()
        while (self.waiting or self._hands) and not self._gives_up():
            for event in self._link.events():
                self._take_event(event)
            now = time.monotonic()
            self._drop_silent(min(now - looked_at, LONGEST_PAUSE_S))
            looked_at = now
            self._hand_out()
            for result in self._link.results(LOOK_INTERVAL_S):
                self._take_result(result)
            self._count()
            look()

    def drawing(self) -> dict[int, float]:
        """Return the chunks that are being drawn, and for how many seconds."""
        return self._hands.drawing

    def _gives_up(self) -> bool:
        return self.options.fail_fast and bool(self.failed)

    def _wait_for_workers(self, look: Callable[[], None]) -> None:
        """Wait until the workers that are there are ready; of those that hang, say so."""
        there, begun, told = set(self._link.workers()), time.monotonic(), False
        while not self.hosts or (
            there - self.hosts.keys() and time.monotonic() - begun < READY_PATIENCE_S
        ):
            for event in self._link.events():
                self._take_event(event, late=False)
                if event.get("action") == GONE:
                    there.discard(event["worker"])
            if not told and not self.hosts and time.monotonic() - begun > READY_PATIENCE_S:
                told = True
                self.say("Waiting for workers")
            look()
            time.sleep(LOOK_INTERVAL_S)
        for address in sorted(there - self.hosts.keys()):
            self.say(f"Worker {address} does not answer, and is not used until it does")

    def _take_event(self, event: Mapping[str, Any], *, late: bool = True) -> None:
        action, address = event.get("action"), event.get("worker", "")
        if action == READY and event["digest"] == self.bundle.digest:
            self._welcome(event, late=late)
        elif action == GONE and address in self.hosts:
            self._gone.append(self.hosts.pop(address))
            self._drop(self._gone[-1], "is gone")
        elif action == PROGRESS and address in self.hosts:
            self.hosts[address].hear()
            self.hosts[address].note_frames(event["number"], event["frames"])
            self._show_frames(event["number"], event["frames"])

    def _welcome(self, event: Mapping[str, Any], *, late: bool) -> None:
        """Use a worker that is ready, if it has the right versions."""
        host = Host.told(event)
        strange = differences(own_versions(), event["versions"], allowed=self.allow_mismatch)
        if not strange:
            self.hosts[host.address] = host
            if late:
                self.say(f"Worker {host.name} joins")
            return
        listed = "; ".join(f"{name} {ours} here, {theirs} there"
                           for name, (ours, theirs) in strange.items())  # fmt: skip
        text = f"worker {host.name} would draw other pictures: {listed}"
        if not late:
            raise RunError(f"{text}; install the same there, or pass --allow-mismatch")
        self.say(f"Not used: {text}")

    def _drop_silent(self, passed_s: float) -> None:
        patience_s = max(SILENCE_S, 10 * self._interval_s)
        for host in self.hosts.values():
            if host.wait(passed_s, patience_s):
                self._drop(host, f"says nothing for {patience_s:.0f} s")

    def _drop(self, host: Host, why: str) -> None:
        """Let others draw what a worker has in hand."""
        lost = list(host.hands)
        self.say(f"Worker {host.name} {why}; {len(lost)} chunks go to others")
        self._forget(lost)
        for hand in reversed(lost):
            self._lose(hand, f"worker {host.name} {why}")

    def _lose(self, hand: Hand, why: str) -> None:
        """Let a chunk wait again that a worker was lost with."""
        number = hand.number
        if self._is_settled(number):
            return
        self._losses[number] += hand.begun_at is not None
        if self._losses[number] < MOST_LOSSES:
            self.waiting.appendleft(number)
        else:
            text = f"{why}, the last of {MOST_LOSSES} that drew it"
            self._settle(Segment(number, b"", b"", f"{text}\n".encode(), 0), hand.host)

    @property
    def _plugin_name(self) -> str:
        """The name of the plugin; that of a folder's next run is the same, and replaces it."""
        place = f"{socket.gethostname()} {self.run.folder}"
        return f"drumkit-{hashlib.sha256(place.encode(errors='surrogateescape')).hexdigest()[:16]}"

    @property
    def _interval_s(self) -> float:
        return max(INTERVAL_S, self.jobs / EVENTS_PER_SECOND)

    def _hand_out(self) -> None:
        """Give workers chunks that wait; when none does, let idle ones copy what others draw."""
        for depth in range(1, IN_HAND + 1):
            for host in self.hosts.values():
                while self.waiting and host.has_room(depth):
                    self._send(self._next_for(host), host)
        idle = [host for host in self.hosts.values() if not self.waiting and host.has_room(1)]
        for number, host in self._hands.worth_copying(idle, self._failed_on) if idle else ():
            self._send(number, host)

    def _next_for(self, host: Host) -> int:
        """Take the next chunk off the queue, rather one that has not failed on this worker."""
        chosen = next((n for n in self.waiting if host.address not in self._failed_on.get(n, ())),
                      self.waiting[0])  # fmt: skip
        self.waiting.remove(chosen)
        return chosen

    def _send(self, number: int, host: Host) -> None:
        task = Task(
            self._plugin_name,
            self.bundle.digest,
            number,
            (self.run.folder / chunk_name(number)).read_bytes(),
            self.options.timeout_s,
            self._interval_s,
        )
        self._hands.add(Hand(number, host, self._link.submit(task, host.address)))

    def _take_result(self, result: Result) -> None:
        hand = self._hands.find(result.future)
        if hand is None:
            return
        self._hands.remove(hand)
        hand.host.hear()
        if result.lost:
            self._lose(hand, result.error)
        elif result.segment:
            self._settle(result.segment, hand.host)
        else:
            log = f"{result.error}\n".encode()
            self._settle(Segment(hand.number, b"", b"", log, 0), hand.host)

    def _settle(self, segment: Segment, host: Host) -> None:
        """Write what has come, and note what became of the chunk."""
        number = segment.number
        if not self._arrivals.keep(segment, host.name):
            self._failed_on.setdefault(number, set()).add(host.address)
            if self._hands.of(number):
                return  # another worker draws it, too
        again = self._outcomes.note(number, segment.seconds)
        if number in self._outcomes.seconds:
            host.chunks, host.bytes = host.chunks + 1, host.bytes + len(segment.video)
            self._forget(self._hands.of(number))
        elif again:
            (self.waiting.appendleft if self.options.fail_fast else self.waiting.append)(number)

    def _forget(self, hands: Sequence[Hand]) -> None:
        """Cancel what workers have in hand."""
        self._link.cancel([hand.future for hand in hands])
        for hand in hands:
            self._hands.remove(hand)

    def _is_settled(self, number: int) -> bool:
        """Tell whether a chunk is whole, or another worker has it, too."""
        return number in self._outcomes.seconds or bool(self._hands.of(number))

    def _count(self) -> None:
        self.frames = self._outcomes.frames + self._hands.frames

    def _show_frames(self, number: int, frames: int) -> None:
        """Write how many frames of a chunk are drawn, for drumkit-status."""
        folder = self.run.segment(number)
        if number not in self._outcomes.seconds:
            with suppress(OSError):  # the disk is full, as others will say
                folder.mkdir(parents=True, exist_ok=True)
                write_atomic(folder / PROGRESS_NAME, f"{frames}\n")
