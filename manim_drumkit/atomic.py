"""Files that are whole or not there: written under a temporary name, then renamed; checksums."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def temporary_name(path: Path) -> Path:
    """Say where a file is written, before it gets its name."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to; it becomes ``path`` if the block does not raise."""
    temporary = temporary_name(path)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text file."""
    with written_whole(path) as temporary:
        temporary.write_text(text, "utf-8")


def sha256(path: Path) -> str:
    """Give the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
