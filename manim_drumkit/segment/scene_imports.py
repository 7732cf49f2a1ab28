"""The imports of a scene: the modules beside its file that its pictures depend on."""

import ast
import hashlib
import sysconfig
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path


def is_beside(file: Path, folder: Path) -> bool:
    """Tell whether a module belongs to the scenes in a folder, and is no installed package."""
    installed = (Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib")))
    ours = Path(str(files("manim_drumkit")))
    return file.is_relative_to(folder) and not any(map(file.is_relative_to, (*installed, ours)))


def modules_beside(scene_file: Path) -> dict[str, str]:
    """Digest the modules beside a scene that it imports, and those that they import.

    Nothing is run: what is imported by other means than ``import`` is not seen. Returns
    SHA-256 sums by path, relative to the scene's folder.
    """
    folder = scene_file.absolute().parent
    found: dict[Path, bytes] = {}
    waiting = [scene_file.absolute()]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = path.read_bytes()
            waiting += _imports(found[path], path, folder)
    del found[scene_file.absolute()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(code).hexdigest()
        for path, code in sorted(found.items())
    }


def _imports(code: bytes, path: Path, folder: Path) -> Iterator[Path]:
    """Find the files beside the scene that a module's import statements may run."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):  # manim will say so
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(folder, alias.name.split("."), folder)
        elif isinstance(node, ast.ImportFrom):
            root = [folder, *path.parents][min(node.level, len(path.parents))]
            module = node.module.split(".") if node.module else []
            for alias in node.names:
                yield from _files(root, [*module, alias.name], folder)


def _files(root: Path, names: list[str], folder: Path) -> Iterator[Path]:
    """Find the files that importing a dotted name from a folder runs."""
    for length in range(1, len(names) + 1):
        place = root.joinpath(*names[:length])
        for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if file.is_file() and is_beside(file, folder):
                yield file
