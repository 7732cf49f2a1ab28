"""Publishing a split: replacing all that is ours in the output folder at once."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.atomic import read_json
from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.layout import (
    LOCK_NAME,
    PICTURE_MARK,
    PLAN_NAME,
    SCRIPT_MARK,
    SCRIPT_NAME,
    STATE_NAME,
    film_receipt_name,
    log_path,
    run_names,
    segment_folder,
    split_names,
)
from manim_drumkit.workspace.lock import no_run
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.receipt import Video

STAGING = ".split-"
"""How the names begin of the folders in which new files wait until all are written."""


@dataclass(frozen=True)
class _FilmReceipt:
    """What the receipt of a film says of its file."""

    video: Video


@contextmanager
def replacing(out: Path, names: Iterable[str], *, film: str) -> Iterator[Path]:
    """Yield a hidden folder to write the named files into, then move them to ``out``.

    The film is made later, in ``out``, under the name ``film``.

    If the block raises, ``out`` stays as it was. What an earlier plan in ``out`` lists and
    the new one does not is removed; nothing else ever is.

    Raises:
        PlanError: ``out`` cannot be written, or holds a file of such a name that is not ours.
        RunError: a run is at work in ``out``.
    """
    new = set(names)
    ours = refuse_foreign(out, new | {film}, film=film)
    made = _make(out)
    try:
        with no_run(out), tempfile.TemporaryDirectory(dir=out, prefix=STAGING) as temporary:
            _sweep(out, Path(temporary))
            yield Path(temporary)
            stale = {name for name in ours - new if not name.endswith((".mp4", ".mov"))}
            _move(Path(temporary), out, new, stale=stale | {STATE_NAME})
    except OSError as error:
        _remove_empty(made)
        raise PlanError(f"{out} cannot be written ({error.strerror or error})") from error
    except BaseException:
        _remove_empty(made)
        raise


def refuse_foreign(out: Path, names: set[str], *, film: str = "") -> set[str]:
    """Make sure that no file of these names is somebody else's; return the names of ours.

    Args:
        out: the output folder.
        names: what will be written.
        film: the file of the film, if a run will write, too.

    Raises:
        PlanError: a file would be overwritten that is not of an earlier split.
    """
    ours = _ours(out, names)
    if film and _is_of_a_run(out, film):
        ours.add(film)
    foreign = names - ours
    if film and SCRIPT_NAME in foreign:  # the first split here: nothing is of a run, either
        foreign |= {path.parent.name for path in (segment_folder(out, 0), log_path(out, 0))}
        foreign |= run_names(film) - {LOCK_NAME}
    for name in sorted(foreign):
        if (out / name).exists():
            raise PlanError(
                f"{out / name} was not written by drumkit-split and would be overwritten; "
                "move it away, or choose another folder with --out"
            )
    return ours


def _ours(out: Path, names: set[str]) -> set[str]:
    """Return the names of the files in ``out`` that an earlier split, or dry run, wrote.

    A plan says which. Where it is damaged or gone, the script tells that a split wrote here,
    and files of these names are taken for its own.
    """
    drawn = {name for name in names if _has_mark(out / name, PICTURE_MARK)}
    try:
        plan = Plan.load(out / PLAN_NAME)
    except PlanError as error:
        if _has_mark(out / SCRIPT_NAME, SCRIPT_MARK):
            return drawn | names
        if not (out / PLAN_NAME).exists():
            return drawn
        raise PlanError(
            f"{error}, into another folder with --out, or after removing this one"
        ) from error
    background = bool(plan.film.background_sha256)
    names = split_names(len(plan.chunks), audio=plan.audio, background=background)
    return drawn | names | {plan.film_name}


def _is_of_a_run(out: Path, film: str) -> bool:
    """Tell whether a film is to the last byte the one that a run has left a receipt of."""
    receipt = read_json(out / film_receipt_name(film), _FilmReceipt)
    try:
        return receipt is not None and receipt.video.is_at(out / film)
    except OSError:
        return False


def _has_mark(path: Path, mark: str) -> bool:
    """Tell whether a file says at its beginning that it comes from here."""
    try:
        with path.open("rb") as file:
            return mark.encode() in file.read(1024)
    except OSError:
        return False


def _make(out: Path) -> list[Path]:
    """Make a folder and its parents; return those that were not there, deepest first."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(
            f"{out} cannot be made ({error.strerror}); choose another folder with --out"
        ) from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise PlanError(f"{out} cannot be written; choose another folder with --out")
    return missing


def _sweep(out: Path, own: Path) -> None:
    """Remove what a drumkit-split that was killed has left; the lock tells that none is alive."""
    for path in out.glob(f"{STAGING}*"):
        if path != own and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        (folder / LOCK_NAME).unlink(missing_ok=True)
        with suppress(OSError):  # there is something else in it by now
            folder.rmdir()


def _move(source: Path, out: Path, names: set[str], *, stale: set[str]) -> None:
    for name in stale:
        (out / name).unlink(missing_ok=True)
    # The plan first: until its chunks follow, their digests say that they are not its own.
    for name in sorted(names, key=lambda name: name != PLAN_NAME):
        shutil.move(source / name, out / name)
