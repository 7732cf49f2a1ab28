"""A region of a file that reads like a file of its own, with a header or an end of ours."""

import io
import os
import shlex
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from manim_drumkit.errors import StemError


@dataclass(frozen=True)
class Region:
    """Bytes ``start`` to ``stop`` of a file, between a ``head`` and a ``tail``."""

    path: Path
    start: int
    stop: int
    file_size: int
    """The size of the whole file."""
    head: bytes = b""
    tail: bytes = b""

    @classmethod
    def of(cls, path: Path) -> "Region":
        """Return all of a file.

        Raises:
            StemError: it cannot be opened, is empty, or is no regular file: opening a pipe
                would wait for ever, opening a device may do anything.
        """
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise StemError(f"{path} is not a regular file; move it out of the folder")
            path.open("rb").close()
        except (OSError, ValueError) as error:
            raise StemError(f"{path} cannot be opened ({reason_of(error)})") from error
        if not status.st_size:
            raise StemError(f"{path} is empty (0 bytes); export or copy it again, or move it away")
        return cls(path, 0, status.st_size, status.st_size)

    @property
    def size(self) -> int:
        """The number of bytes, with head and tail."""
        return len(self.head) + self.stop - self.start + len(self.tail)

    @property
    def whole(self) -> bool:
        """Whether this is the whole file and nothing else."""
        return self.size == self.file_size == self.stop and not self.head

    def part(self, start: int, stop: int, head: bytes = b"", tail: bytes = b"") -> "Region":
        """Return a region of this one, which has no head, with a head and a tail of its own."""
        begin = self.start
        return replace(self, start=begin + start, stop=begin + stop, head=head, tail=tail)

    def with_head(self, head: bytes) -> "Region":
        """Return the same bytes behind another head."""
        return replace(self, head=head)

    def open(self) -> "RegionFile":
        """Open the region for reading.

        Raises:
            OSError: the file cannot be opened.
        """
        return RegionFile(self)

    def read(self, position: int, size: int) -> bytes:
        """Read some bytes, fewer at the end.

        Raises:
            OSError: the file cannot be read.
        """
        with self.open() as file:
            file.seek(position)
            return file.read(size)

    def find(self, wanted: bytes, position: int) -> int | None:
        """Return where some bytes stand next, from a position on.

        Raises:
            OSError: the file cannot be read.
        """
        with self.open() as file:
            file.seek(position)
            kept = b""
            while piece := file.read(1 << 16):
                at = (kept + piece).find(wanted)
                if at >= 0:
                    return file.tell() - len(piece) - len(kept) + at
                kept = piece[-len(wanted) + 1 :]
        return None


class RegionFile(io.RawIOBase):
    """The open file of a region. Fills every buffer, as libsndfile expects it."""

    def __init__(self, region: Region) -> None:
        super().__init__()
        self._file: IO[bytes] = region.path.open("rb", buffering=0)
        self._region = region
        self._position = 0

    def readable(self) -> bool:
        """Tell that the file can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that the file can be sought in."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; one past the end reads nothing."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._region.size}
        self._position = max(origin[whence] + offset, 0)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as there is room for, fewer only at the end."""
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view):
            count = self._read_some(view[filled:])
            if not count:
                break
            filled += count
            self._position += count
        return filled

    def read(self, size: int = -1, /) -> bytes:
        """Read ``size`` bytes, or all that are left; fewer at the end."""
        left = max(self._region.size - self._position, 0)
        buffer = bytearray(left if size is None or size < 0 else min(size, left))
        return bytes(buffer[: self.readinto(buffer)])

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _read_some(self, view: memoryview) -> int:
        region, at = self._region, self._position
        from_tail = at - region.size + len(region.tail)
        for fixed, offset in ((region.head, at), (region.tail, from_tail)):
            if 0 <= offset < len(fixed):
                some = fixed[offset : offset + len(view)]
                view[: len(some)] = some
                return len(some)
        place = region.start + at - len(region.head)
        if place >= region.stop:
            return 0
        self._file.seek(place)
        return self._file.readinto(view[: region.stop - place])  # type: ignore[attr-defined,no-any-return]


def cut_off(path: Path, how: str) -> StemError:
    """Return the error of a file that is cut off, with what can be done about it."""
    return StemError(
        f"{path} is cut off: {how}; export or copy it again, or keep what is left of it: "
        f"ffmpeg -i {shlex.quote(path.name)} new.wav"
    )


def too_short(path: Path, promised: float, found: float) -> StemError:
    """Return the error of a file whose sound ends before its header says so, in seconds."""
    return cut_off(
        path, f"its header promises {promised:.3f} s, its sound ends after {found:.3f} s"
    )


def reason_of(error: Exception) -> str:
    """Return why a file could not be read, as a phrase."""
    text = getattr(error, "error_string", None) or getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".")
