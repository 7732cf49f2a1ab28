"""The runner: renders what is missing, joins the film, and keeps the state of the run."""

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from manim_drumkit.atomic import sha256
from manim_drumkit.errors import RunError
from manim_drumkit.run.control import raise_if_stopped
from manim_drumkit.run.ffmpeg import Ffmpeg, encode_mix_command
from manim_drumkit.run.film import (
    FilmReceipt,
    joined_from,
    publish,
    whole_film,
    write_segment_list,
)
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.speed import FrameRateMeter
from manim_drumkit.workspace.layout import (
    ENCODED_MIX_NAME,
    MIX_NAME,
    film_names,
    unchecked_path,
)
from manim_drumkit.workspace.links import refuse_links
from manim_drumkit.workspace.receipt import forget_segment
from manim_drumkit.workspace.state import RunState, set_phase

STATE_INTERVAL_S = 1.0
SLOWEST = 5
"""How many of the slowest chunks are noted."""


class ChunkPool(Protocol):
    """What renders chunks: manims of this machine, or of others."""

    frames: int

    @property
    def failed(self) -> list[int]:
        """The chunks that failed their last try."""

    @property
    def seconds(self) -> dict[int, float]:
        """How long every chunk that is whole has taken."""

    @property
    def jobs(self) -> int:
        """How many processes run in parallel."""

    def render(self, numbers: Sequence[int], look: Callable[[], None]) -> None:
        """Render chunks, and return when no process is left."""

    def drawing(self) -> dict[int, float]:
        """Return the chunks that are being drawn, and for how many seconds."""


class Runner:
    """The supervisor of one run."""

    def __init__(
        self,
        run: RunFolder,
        pool: ChunkPool,
        *,
        process: int,
        show: Callable[[RunState], None],
    ) -> None:
        """Prepare a run, for whose folder the lock is held.

        Args:
            run: the folder of the plan.
            pool: what renders.
            process: the process that supervises, for the state.
            show: is shown the state once a second.
        """
        self._run = run
        self._pool = pool
        self._process = process
        self._show = show
        self._meter = FrameRateMeter()
        self._written_at = float("-inf")

    def render(self, numbers: Sequence[int]) -> None:
        """Render some chunks anew.

        Raises:
            KeyboardInterrupt: the run is asked to stop.
            DrumkitError: chunks failed, the disk is full, or manim's settings have changed.
        """
        plan = self._run.plan
        for number in numbers:
            segment = self._run.segment(number)
            forget_segment(segment)
            (segment / film_names(plan.scene)[not plan.transparent]).unlink(missing_ok=True)
        self._pool.render(numbers, look=lambda: self._look(numbers))
        self._write_state(numbers)
        if self._pool.failed:
            raise self._run.failure(sorted(self._pool.failed))

    def start_sound(self) -> Ffmpeg | None:
        """Start to encode the sound of the film, if it has any; editors get it as it is."""
        if not self._run.plan.audio or self._run.plan.transparent:
            return None
        return Ffmpeg(encode_mix_command(), self._run.folder / ENCODED_MIX_NAME)

    def join(self, command: Sequence[str], sound: Ffmpeg | None) -> FilmReceipt:
        """Join all segments, check the film and give it its name.

        Args:
            command: ffmpeg's command line.
            sound: what encodes the sound, to wait for.

        Raises:
            KeyboardInterrupt: the run is asked to stop.
            FilmError: ffmpeg failed, or the film is not exact.
        """
        folder, plan = self._run.folder, self._run.plan
        set_phase(folder, "joining")
        write_segment_list(folder, plan)
        if sound:
            sound.finish("encode the sound", self._raise_if_stopped)
        source, unchecked = (
            joined_from(folder, plan, command),
            unchecked_path(folder, plan.film_name),
        )
        try:
            ffmpeg = Ffmpeg(command, unchecked)
            import manim_drumkit.video  # noqa: F401  # beside ffmpeg; the check needs it

            ffmpeg.finish("join the segments", self._raise_if_stopped)
            return publish(folder, plan, source)
        finally:
            unchecked.unlink(missing_ok=True)

    def _raise_if_stopped(self) -> None:
        raise_if_stopped(self._run.folder)

    def _look(self, numbers: Sequence[int]) -> None:
        self._raise_if_stopped()
        if time.monotonic() - self._written_at >= STATE_INTERVAL_S:
            self._write_state(numbers)

    def _write_state(self, numbers: Sequence[int]) -> None:
        self._written_at = time.monotonic()
        self._meter.note(self._pool.frames)
        state = self._state(self._run.frames_in(numbers))
        with contextlib.suppress(OSError):  # the pool reports a full disk
            state.save(self._run.folder)
        self._show(state)

    def _state(self, frames: int) -> RunState:
        meter, pool = self._meter, self._pool
        slowest = sorted(pool.seconds.items(), key=lambda item: -item[1])[:SLOWEST]
        return RunState(
            phase="rendering",
            process=self._process,
            jobs=pool.jobs,
            seconds=meter.seconds,
            frames=frames,
            drawn=meter.drawn,
            frames_per_second=meter.now,
            seconds_left=meter.seconds_left(frames - meter.drawn),
            drawing=pool.drawing(),
            failed=tuple(sorted(pool.failed)),
            slowest=dict(slowest),
        )


def run_film(
    run: RunFolder,
    runner: Runner,
    chosen: Sequence[int],
    join: Sequence[str],
    *,
    say: Callable[[str], None],
) -> FilmReceipt | None:
    """Render what is missing of the chosen chunks; then join the film, if all are there.

    A film that is whole already is neither rendered nor joined again.

    Args:
        run: the folder of the plan.
        runner: what renders and joins.
        chosen: the chunks to render, and no other.
        join: the command line of ffmpeg that joins the segments.
        say: is told what is done, a line at a time.

    Returns the film's receipt; ``None`` if chunks that were not chosen are still missing.

    Raises:
        KeyboardInterrupt: the run is asked to stop.
        DrumkitError: something failed; what is rendered is kept.
    """
    folder, plan = run.folder, run.plan
    refuse_links(folder, plan.film_name)
    run.check_chunks()
    _check_sound(run)
    numbers = run.todo(chosen)
    if not numbers:
        say(f"Rendered already: {run.name_chunks(chosen)}")
        left = run.todo([n for n in run.numbers if n not in set(chosen)])
        film = None if left else whole_film(folder, plan, joined_from(folder, plan, join))
        if film:
            return film
    sound = runner.start_sound()
    try:
        if numbers:
            say(f"Rendering {run.name_chunks(numbers)}")
            runner.render(numbers)
            left = run.left_after(chosen)
        if left:
            say(f"No film yet: {run.name_chunks(left)} are still to do")
            return None
        return runner.join(join, sound)
    finally:
        if sound:
            sound.stop()


def _check_sound(run: RunFolder) -> None:
    mix = run.folder / MIX_NAME
    try:
        same = not run.plan.audio or sha256(mix) == run.plan.mix_sha256
    except FileNotFoundError:
        same = False
    if not same:
        raise RunError(
            f"{mix} is missing, or not the sound that drumkit-split wrote; run drumkit-split again"
        )
