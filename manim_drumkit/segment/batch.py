"""The batch: several chunks rendered by one manim process, one after the other.

Starting manim costs more than drawing a second of a light scene, so a process is worth
keeping for more than one chunk.
"""

import contextlib
import gc
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from manim_drumkit.errors import UsageError
from manim_drumkit.segment import context
from manim_drumkit.segment.scene_imports import import_roots, is_in_project
from manim_drumkit.workspace.protocol import (
    END_ON_FAILURE_VARIABLE,
    FROM_STDIN,
    LOCK_VARIABLE,
    ORPHAN_STATUS,
    PLACEHOLDER,
    SELDOM,
    SUPERVISOR_VARIABLE,
)

PARENT_INTERVAL_S = 0.5


def render_batch(render: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    """Call ``manim render`` once for every chunk file that its parameters name.

    A chunk that fails does not keep the others from being drawn; the program ends with
    status 1 after them. Returns what the last call returned.

    Args:
        render: the callback of ``manim render``.
        parameters: its parameters, with all files in ``chunk_file``.

    Raises:
        UsageError: the options contradict each other.
    """
    files = parameters.get("chunk_file") or ()
    files = (files,) if isinstance(files, str) else files
    if len(files) > 1 and parameters.get("jupyter"):
        raise UsageError("a notebook renders one chunk at a time; pass one --chunk-file")
    _end_with_supervisor()
    if str(Path.cwd()) not in sys.path:  # as with python -m manim, but after what is installed
        sys.path.append(str(Path.cwd()))
    if len(files) <= 1 and FROM_STDIN not in files:
        return _render_one(render, parameters, files[0] if files else None)
    _check(files, parameters)
    gc.freeze()  # what manim has imported stays; no need to look through it each time
    gc.set_threshold(*SELDOM)
    result, failed, modules = None, False, set(sys.modules)
    roots = import_roots(Path(parameters["file"]))
    for file in _names(files):
        try:
            result = _render_one(render, parameters, file)
        except SystemExit as end:
            failed = failed or bool(end.code)
        if failed and END_ON_FAILURE_VARIABLE in os.environ:
            break
        _forget_modules(modules, roots)
        gc.collect()  # a scene and its pictures hold on to each other
    if failed:
        sys.exit(1)
    return result


def _end_with_supervisor() -> None:
    """End this process, whatever it is doing, when the supervisor that started it is gone."""
    supervisor, lock = os.environ.get(SUPERVISOR_VARIABLE), os.environ.get(LOCK_VARIABLE)
    if lock is not None:
        with contextlib.suppress(OSError, ValueError):  # what a scene starts must not hold it
            os.set_inheritable(int(lock), False)
    if supervisor is None:
        return

    def watch() -> None:
        while str(os.getppid()) == supervisor:
            time.sleep(PARENT_INTERVAL_S)
        os._exit(ORPHAN_STATUS)  # the thread that draws may be stuck, and nothing is to be saved

    threading.Thread(target=watch, daemon=True).start()


def _render_one(render: Callable[..., Any], parameters: dict[str, Any], file: str | None) -> Any:
    turn = parameters | {"chunk_file": file}
    for option in ("segment_dir", "log_file"):
        turn[option] = _filled_in(parameters.get(option), file)
    with _logged(turn.pop("log_file")), _settings_kept():
        try:
            return render(**turn)
        except SystemExit as end:
            if end.code != 1 and not isinstance(end.code, str) and turn["segment_dir"]:
                status = end.code or 0
                print(f"the scene ended manim with status {status}, too early", file=sys.stderr)
            if isinstance(end.code, str):  # said here, where the log is still open
                print(end.code, file=sys.stderr)
                sys.exit(1)
            raise


@contextlib.contextmanager
def _settings_kept() -> Iterator[None]:
    """Give manim's configuration back as it was, whatever a scene's file sets at its import."""
    from manim import config

    before = config.copy()
    try:
        yield
    finally:
        context.end()
        config.update(before)


def _names(files: tuple[str, ...]) -> Iterator[str]:
    """Yield the chunk files; those from standard input as they come."""
    for file in files:
        if file != FROM_STDIN:
            yield file
            continue
        source = os.dup(0)
        with Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), 0)  # manim itself asks on standard input
        rest = b""
        while block := os.read(source, 4096):
            *whole, rest = (rest + block).split(b"\0")
            yield from map(os.fsdecode, whole)
        os.close(source)


def _forget_modules(known: set[str], roots: Sequence[Path]) -> None:
    """Forget what a scene has imported of its project, so that the next chunk begins anew."""
    for name in set(sys.modules) - known:
        module = sys.modules[name]
        file = getattr(module, "__file__", None)
        places = [file] if file else list(getattr(module, "__path__", ()))  # a namespace has none
        if any(is_in_project(Path(place).absolute(), roots) for place in places):
            del sys.modules[name]


def _check(files: tuple[str, ...], parameters: dict[str, Any]) -> None:
    for option, needed in (("segment_dir", True), ("log_file", False)):
        pattern = parameters.get(option)
        if PLACEHOLDER not in (pattern or "") and (needed or pattern):
            raise UsageError(
                f"several chunks need {PLACEHOLDER} in --{option.replace('_', '-')}, where the "
                f"number of the chunk goes: --segment-dir 'tmp/media/{PLACEHOLDER}'"
            )
    name, count = Counter(Path(file).stem for file in files).most_common(1)[0]
    if count > 1:
        raise UsageError(f"{count} chunk files are called {name}; name each once")


def _filled_in(pattern: str | None, file: str | None) -> str | None:
    if pattern is None or file is None:
        return pattern
    before, place, after = pattern.rpartition(PLACEHOLDER)
    return f"{before}{Path(file).stem}{after}" if place else pattern


@contextlib.contextmanager
def _logged(path: str | None) -> Iterator[None]:
    """Send all that this process prints, from the bottom up, into a file."""
    if path is None:
        yield
        return
    try:
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError as error:
        raise UsageError(f"--log-file {path} cannot be written ({error.strerror})") from error
    before = os.dup(1), os.dup(2)
    if not os.path.samestat(os.fstat(log), os.fstat(1)):
        os.ftruncate(log, 0)
    _print_to(log, log)
    try:
        yield
    finally:
        _print_to(*before)
        for number in (log, *before):
            os.close(number)


def _print_to(out: int, err: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(out, 1)
    os.dup2(err, 2)
