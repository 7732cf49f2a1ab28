"""Links: a run writes into its folder, and nowhere that a link in it leads to."""

import os
from pathlib import Path

from manim_drumkit.errors import RunError
from manim_drumkit.workspace.layout import log_path, run_names, segment_folder


def refuse_links(folder: Path, film_name: str) -> None:
    """Refuse links and other strange things in the place of what a run writes.

    Args:
        folder: the folder of the plan; it may be reached by a link itself.
        film_name: the film's file name.

    Raises:
        RunError: it names the link, or what is neither file nor folder.
    """
    for name in sorted(run_names(film_name)):
        _refuse_strange(folder / name)
    for top in (segment_folder(folder, 0).parent, log_path(folder, 0).parent):
        _refuse_link(top)
        if top.exists() and not top.is_dir():
            raise RunError(f"{top} is not a folder; move it away")
        for place, folders, files in os.walk(top):
            for name in folders:
                _refuse_link(Path(place, name))
            for name in files:
                _refuse_strange(Path(place, name))


def _refuse_strange(path: Path) -> None:
    """Refuse what is there and no regular file: a pipe would keep the run waiting for ever."""
    _refuse_link(path)
    if path.exists() and not path.is_file():
        raise RunError(f"{path} is not a regular file; move it away")


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise RunError(
            f"{path} is a link, and a run writes through none; remove it, or split into the "
            "folder that it leads to with --out"
        )
