"""Control of a run from outside: begin it, set it apart from the terminal, stop it."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from manim_drumkit.errors import RunError
from manim_drumkit.journal import Journal
from manim_drumkit.lock import LOCK_NAME, is_held, take
from manim_drumkit.workspace import MIX_NAME, run_log_path

STOP_NAME = ".stop"
"""The file that asks a run to stop."""
ORPHANS_END_S = 5.0
"""How long the last processes of a run that was killed take to notice, at most."""
STOP_PATIENCE_S = 60.0
START_PATIENCE_S = 30.0
INTERVAL_S = 0.1


def begin(folder: Path, descriptor: int, *, process: int, sound: bool) -> None:
    """Take the lock for a run, and open its journal.

    Args:
        folder: the folder of the plan.
        descriptor: the lock's open file, which all processes of the run inherit.
        process: the process of ``run_all.sh``.
        sound: whether the film has sound.

    Raises:
        RunError: another run is at work in the folder, or it has no sound.
    """
    if sound and not (folder / MIX_NAME).is_file():
        raise RunError(f"{folder / MIX_NAME} does not exist; run drumkit-split again")
    try:
        ours = take(descriptor, patience_s=0.2) or (
            not _is_alive(Journal.load(folder)) and take(descriptor, patience_s=ORPHANS_END_S)
        )
    except OSError as error:
        raise RunError(
            f"{folder / LOCK_NAME} cannot be locked ({error.strerror}); use another disk"
        ) from error
    if not ours:
        raise RunError(
            f"another run is at work in {folder}; watch it with drumkit-status {folder} --watch, "
            f"or stop it with {folder}/run_all.sh --stop"
        )
    (folder / STOP_NAME).unlink(missing_ok=True)
    Journal("starting", process).save(folder)


def detach(script: Path, arguments: Sequence[str]) -> Journal:
    """Start a run that goes on when its user logs out.

    Args:
        script: ``run_all.sh``.
        arguments: what it is given.

    Raises:
        RunError: it ended at once; the message has its last words.
    """
    folder = script.parent
    log = run_log_path(folder)
    log.parent.mkdir(exist_ok=True)
    if is_held(folder):
        raise RunError(f"another run is at work in {folder}; watch it with drumkit-status {folder}")
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", script, *arguments],  # noqa: S607
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    for _ in range(round(START_PATIENCE_S / INTERVAL_S)):
        ended = process.poll() is not None
        journal = Journal.load(folder)
        if journal and journal.process == process.pid and (ended or journal.step != "starting"):
            return journal
        if ended:
            raise RunError(f"it did not begin\n{log.read_text('utf-8', 'replace').strip()}")
        time.sleep(INTERVAL_S)
    raise RunError(f"it has not begun after {START_PATIENCE_S:g} s; look into {log}")


def stop(folder: Path) -> bool:
    """Ask the run in a folder to stop, and wait until all its processes have ended.

    Returns whether there was one.

    Raises:
        RunError: it does not stop.
    """
    if not is_held(folder):
        return False
    (folder / STOP_NAME).touch()
    for _ in range(round(STOP_PATIENCE_S / INTERVAL_S)):
        if not is_held(folder):
            (folder / STOP_NAME).unlink(missing_ok=True)
            return True
        time.sleep(INTERVAL_S)
    journal = Journal.load(folder)
    name = f" (process {journal.process})" if journal else ""
    raise RunError(f"the run in {folder}{name} does not answer; it was asked to stop")


def stop_is_asked(folder: Path) -> bool:
    """Tell whether the run in a folder is asked to stop."""
    return (folder / STOP_NAME).exists()


def _is_alive(journal: Journal | None) -> bool:
    """Tell whether the run of a journal has a process still, or another has got its number."""
    if journal is None or journal.ended:
        return False
    try:
        os.kill(journal.process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
