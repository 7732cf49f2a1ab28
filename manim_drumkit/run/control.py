"""Control of a run from outside: begin it, set it apart from the terminal, stop it."""

import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.atomic import sha256
from manim_drumkit.errors import RunError
from manim_drumkit.workspace.layout import MIX_NAME, run_log_path
from manim_drumkit.workspace.lock import LOCK_NAME, is_held, take
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.state import Journal

SCRIPT_VARIABLE = "MANIM_DRUMKIT_SCRIPT"
"""The environment variable that names the process of ``run_all.sh``."""
STOPPED = 143
"""The exit status of what SIGTERM has ended, as the shell gives it."""
STOP_NAME = ".stop"
"""The file that asks a run to stop."""
ORPHANS_END_S = 10.0
"""How long the last processes of a run that was killed take to notice and end, at most."""
STOP_PATIENCE_S = 60.0
START_PATIENCE_S = 5.0
INTERVAL_S = 0.1


def begin(folder: Path, plan: Plan, descriptor: int, *, process: int) -> None:
    """Take the lock for a run, and open its journal.

    Args:
        folder: the folder of the plan.
        plan: what is to be rendered.
        descriptor: the lock's open file, which all processes of the run inherit.
        process: the process of ``run_all.sh``.

    Raises:
        RunError: another run is at work in the folder, or the sound is not the plan's.
    """
    _check_sound(folder, plan)
    try:
        ours = take(descriptor, patience_s=0.2) or (
            not _is_alive(Journal.load(folder)) and take(descriptor, patience_s=ORPHANS_END_S)
        )
    except OSError as error:
        raise RunError(
            f"{folder / LOCK_NAME} cannot be locked ({error.strerror}); use another disk"
        ) from error
    if not ours:
        raise _busy(folder)
    (folder / STOP_NAME).unlink(missing_ok=True)
    Journal("starting", process).save(folder)


def run_is_to_end(folder: Path, script: int) -> bool:
    """Tell whether a process that ``run_all.sh`` has started is to end."""
    return os.getppid() != script or (folder / STOP_NAME).exists()


@dataclass(frozen=True)
class Detached:
    """A run in the background, a few seconds after its start."""

    process: int
    status: int | None
    """Its exit status, if it has ended."""
    said: str
    """What it has printed."""


def detach(script: Path, arguments: Sequence[str]) -> Detached:
    """Start a run that goes on when its user logs out, and wait until it is at work.

    Args:
        script: ``run_all.sh``.
        arguments: what it is given.

    Raises:
        RunError: another run is at work.
    """
    folder = script.parent
    log = run_log_path(folder)
    log.parent.mkdir(exist_ok=True)
    if is_held(folder):
        raise _busy(folder)
    with log.open("ab") as output:
        said_before = output.tell()
        process = subprocess.Popen(
            ["bash", script, *arguments],  # noqa: S607
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    for _ in range(round(START_PATIENCE_S / INTERVAL_S)):
        journal = Journal.load(folder)
        is_at_work = (
            journal is not None
            and journal.process == process.pid
            and journal.step in ("rendering", "joining")
        )
        if process.poll() is not None or is_at_work:
            break
        time.sleep(INTERVAL_S)
    said = log.read_bytes()[said_before:].decode("utf-8", "replace")
    return Detached(process.pid, process.returncode, said.strip())


def stop(folder: Path) -> Journal | None:
    """Ask the run in a folder to stop, and wait until all its processes have ended.

    Returns what it said last; ``None`` if no run is at work.

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
            return Journal.load(folder)
    journal = Journal.load(folder)
    name = f" (process {journal.process})" if journal else ""
    raise RunError(f"the run in {folder}{name} does not answer; it was asked to stop")


def _busy(folder: Path) -> RunError:
    """Say what keeps a run from beginning."""
    if not _is_alive(Journal.load(folder)):
        return RunError(
            f"{folder} is in use by a drumkit-split, or by the last process of an earlier run; "
            "try again in a moment"
        )
    name, script = shlex.quote(str(folder)), shlex.quote(f"{folder}/run_all.sh")
    return RunError(
        f"another run is at work in {folder}; watch it with drumkit-status {name} --watch, or "
        f"stop it with {script} --stop"
    )


def _check_sound(folder: Path, plan: Plan) -> None:
    try:
        same = not plan.audio or sha256(folder / MIX_NAME) == plan.mix_sha256
    except FileNotFoundError:
        same = False
    if not same:
        raise RunError(
            f"{folder / MIX_NAME} is missing, or not the sound that drumkit-split wrote; run "
            "drumkit-split again"
        )


def _is_alive(journal: Journal | None) -> bool:
    """Tell whether the run of a journal has a process still, or another has got its number."""
    if journal is None or journal.ended:
        return False
    try:
        os.kill(journal.process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
