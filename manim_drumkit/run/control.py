"""Control of a run: begin it, set it apart from the terminal, stop it."""

import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.errors import RunError
from manim_drumkit.workspace.layout import (
    LOCK_NAME,
    PLAN_NAME,
    SCRIPT_NAME,
    STOP_NAME,
    run_log_path,
)
from manim_drumkit.workspace.links import refuse_links
from manim_drumkit.workspace.lock import is_held, open_lock, take
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.state import RunState

ORPHANS_END_S = 10.0
"""How long the last processes of a run that was killed take to notice and end, at most."""
STOP_PATIENCE_S = 60.0
START_PATIENCE_S = 5.0
INTERVAL_S = 0.1


def begin(folder: Path) -> int:
    """Take the lock for a run, and write its first state.

    Returns the file descriptor of the lock, for all processes of the run to inherit.

    Raises:
        RunError: another run is at work in the folder, or it cannot be locked.
    """
    descriptor = open_lock(folder)
    try:
        ours = take(descriptor, patience_s=0.2) or (
            not _is_alive(RunState.load(folder)) and take(descriptor, patience_s=ORPHANS_END_S)
        )
    except OSError as error:
        raise RunError(
            f"{folder / LOCK_NAME} cannot be locked ({error.strerror}); use another disk"
        ) from error
    if not ours:
        raise _busy(folder)
    (folder / STOP_NAME).unlink(missing_ok=True)
    RunState("starting", os.getpid()).save(folder)
    return descriptor


def raise_if_stopped(folder: Path) -> None:
    """Raise what Ctrl-C raises if the run in a folder is asked to stop."""
    if (folder / STOP_NAME).exists():
        raise KeyboardInterrupt


@dataclass(frozen=True)
class Detached:
    """A run in the background, a few seconds after its start."""

    process: int
    status: int | None
    """Its exit status, if it has ended."""
    output: str
    """What it has printed."""


def detach(folder: Path, command: Sequence[str]) -> Detached:
    """Start a run that goes on when its user logs out, and wait until it is at work.

    Args:
        folder: the folder of the plan.
        command: the command line of its supervisor.

    Raises:
        PlanError: the plan cannot be read.
        RunError: another run is at work, or a link stands where this one writes.
    """
    refuse_links(folder, Plan.load(folder / PLAN_NAME).film_name)
    log = run_log_path(folder)
    log.parent.mkdir(exist_ok=True)
    if is_held(folder):
        raise _busy(folder)
    with log.open("ab") as output:
        printed_before = output.tell()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    for _ in range(round(START_PATIENCE_S / INTERVAL_S)):
        state = RunState.load(folder)
        is_at_work = (
            state is not None
            and state.process == process.pid
            and state.phase in ("rendering", "joining")
        )
        if process.poll() is not None or is_at_work:
            break
        time.sleep(INTERVAL_S)
    printed = log.read_bytes()[printed_before:].decode("utf-8", "replace")
    return Detached(process.pid, process.returncode, printed.strip())


def stop(folder: Path) -> RunState | None:
    """Ask the run in a folder to stop, and wait until all its processes have ended.

    Returns its last state; ``None`` if no run is at work.

    Raises:
        RunError: it does not stop.
    """
    if not is_held(folder):
        return None
    for _ in range(round(STOP_PATIENCE_S / INTERVAL_S)):
        (folder / STOP_NAME).touch()
        time.sleep(INTERVAL_S)
        if not is_held(folder):
            (folder / STOP_NAME).unlink(missing_ok=True)
            return RunState.load(folder)
    state = RunState.load(folder)
    name = f" (process {state.process})" if state else ""
    raise RunError(f"the run in {folder}{name} does not answer; it was asked to stop")


def _busy(folder: Path) -> RunError:
    """Return an error that says what keeps a run from beginning."""
    if not _is_alive(RunState.load(folder)):
        return RunError(
            f"{folder} is in use by a drumkit-split, or by the last process of an earlier run; "
            "try again in a moment"
        )
    name, script = shlex.quote(str(folder)), shlex.quote(f"{folder}/{SCRIPT_NAME}")
    return RunError(
        f"another run is at work in {folder}; watch it with drumkit-status {name} --watch, or "
        f"stop it with {script} --stop"
    )


def _is_alive(state: RunState | None) -> bool:
    """Tell whether the supervisor of a run is alive, or another process has got its number."""
    if state is None or state.ended:
        return False
    try:
        os.kill(state.process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
