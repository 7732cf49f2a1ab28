"""Files that are whole or not there: written under a temporary name, then renamed; checksums."""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

FULL_DISK_BYTES = 1_000_000


def temporary_name(path: Path) -> Path:
    """Return the name under which a file is written, before it gets its own."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary name to write to; it becomes ``path`` if the block does not raise."""
    temporary = temporary_name(path)
    temporary.unlink(missing_ok=True)  # an older one may be a link to somewhere else
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file, as UTF-8 if it is text."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def disk_is_full(folder: Path) -> bool:
    """Tell whether the disk of a folder has no room to go on."""
    return shutil.disk_usage(folder).free < FULL_DISK_BYTES


def open_regular(path: Path) -> BufferedReader:
    """Open a file to read; one that is a pipe or a device would keep the reader for ever.

    Raises:
        OSError: it cannot be opened, or is not a regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path) -> bytes:
    """Read a whole file, as :func:`open_regular` opens it."""
    with open_regular(path) as file:
        return file.read()


def sha256(path: Path) -> str:
    """Return the checksum of a file, as :func:`open_regular` opens it."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write a dataclass as JSON, whole or not at all."""
    write_atomic(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def read_json(path: Path, kind: type[T]) -> T | None:
    """Read a dataclass from JSON; ``None`` if the file is missing, damaged or strange."""
    try:
        return msgspec.json.decode(read_regular(path), type=kind)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
