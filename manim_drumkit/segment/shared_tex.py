"""Shared TeX: what one chunk of a run has compiled, the others take."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import atomic_path
from manim_drumkit.segment.patches import COMPILE_TEX, Replacements

LOCK_NAME = ".lock"


def shared_tex(folder: Path) -> Replacements:
    """Return manim's method that compiles TeX, with a folder that all processes of a run share.

    Every process compiles in a folder of its own, and one at a time: TeX leaves files that
    others must not see half written, and manim removes those that it does not know. Only whole
    pictures are shared.
    """

    def sharing(own: Any) -> Any:
        def tex_to_svg_file(*args: Any, **kwargs: Any) -> Any:
            from manim import config

            private = config.get_dir("tex_dir")
            private.mkdir(parents=True, exist_ok=True)
            with _alone(folder):
                _copy_missing(folder, private)
                picture = own(*args, **kwargs)
                _copy_missing(private, folder)
            return picture

        return tex_to_svg_file

    return {COMPILE_TEX: sharing}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of the run waiting."""
    import fcntl  # a run has it; manim on Windows, which has no runs, has not

    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _copy_missing(source: Path, target: Path) -> None:
    for picture in source.glob("*.svg"):
        copy = target / picture.name
        if not copy.exists():
            with atomic_path(copy) as temporary:
                temporary.write_bytes(picture.read_bytes())
