"""The imports of a scene: the modules of its project that its pictures depend on."""

import ast
import hashlib
import os
import sysconfig
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path


def import_roots(scene_file: Path) -> list[Path]:
    """Return the folders in which a scene finds modules of its own project, first things first.

    These are the scene's folder, what PYTHONPATH names, and the folder that manim runs in.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    folders = [scene_file.absolute().parent, *(Path(name) for name in named if name), Path.cwd()]
    return list(dict.fromkeys(folder.absolute() for folder in folders))


def is_in_project(file: Path, roots: Sequence[Path]) -> bool:
    """Tell whether a module is in one of some folders, and is no installed package."""
    return any(map(file.is_relative_to, roots)) and not any(map(file.is_relative_to, _foreign()))


@cache
def _foreign() -> tuple[Path, ...]:
    """Return the folders of installed packages, of Python's own and of ours."""
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib", "stdlib")}
    return *installed, Path(str(files("manim_drumkit")))


def modules_of(scene_file: Path) -> dict[str, str]:
    """Digest the modules of its project that a scene imports, and those that they import.

    Nothing is run: what is imported by other means than ``import`` is not seen. Returns
    SHA-256 sums by path, relative to the scene's folder.
    """
    scene_file = scene_file.absolute()
    roots = import_roots(scene_file)
    found: dict[Path, bytes] = {}
    waiting = [scene_file]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = path.read_bytes()
            waiting += _imports(found[path], path, roots)
    del found[scene_file]
    names = {Path(os.path.relpath(path, scene_file.parent)).as_posix(): path for path in found}
    return {name: hashlib.sha256(found[path]).hexdigest() for name, path in sorted(names.items())}


def _imports(code: bytes, path: Path, roots: Sequence[Path]) -> Iterator[Path]:
    """Find the files of the project that a module's import statements may run."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):  # manim will say so
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _first_files(roots, alias.name.split("."), roots)
        elif isinstance(node, ast.ImportFrom):
            level = min(node.level, len(path.parents))
            places = [path.parents[level - 1]] if level else roots
            module = node.module.split(".") if node.module else []
            for alias in node.names:
                yield from _first_files(places, [*module, alias.name], roots)


def _first_files(places: Sequence[Path], names: list[str], roots: Sequence[Path]) -> list[Path]:
    """Find the files that importing a dotted name runs, in the first folder that has some."""
    found = (list(_files(place, names, roots)) for place in places)
    return next(filter(None, found), [])


def _files(place: Path, names: list[str], roots: Sequence[Path]) -> Iterator[Path]:
    """Find the files that importing a dotted name from a folder runs."""
    for length in range(1, len(names) + 1):
        module = place.joinpath(*names[:length])
        for file in (module / "__init__.py", module.with_name(f"{module.name}.py")):
            if file.is_file() and is_in_project(file, roots):
                yield file
