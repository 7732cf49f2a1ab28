"""The scene's source: which file, which class, is it there, and what does it import."""

import ast
import hashlib
import sysconfig
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from manim_drumkit.errors import SceneError

DEFAULT_SCENE = "scenes/pyramids.py:Video"


def find_scene(text: str) -> tuple[Path, str]:
    """Find the file and the class that ``FILE:CLASS`` names, without running the file.

    Where the default scene's file does not exist, it is the copy that the package carries.

    Raises:
        SceneError: the text is not of that form, or there is no such file or class.
    """
    file_name, _, scene = text.rpartition(":")
    if not file_name or not scene.isidentifier():
        raise SceneError(f"{text!r} names no scene; write FILE:CLASS, like {DEFAULT_SCENE}")
    path = Path(file_name)
    if text == DEFAULT_SCENE and not path.exists():
        path = _carried_scene()
    _check_class(path, scene)
    if "{" in str(path.absolute()) or "}" in str(path.absolute()):
        raise SceneError(f"{path.absolute()} has a brace in its path, which manim cannot open")
    return path.absolute(), scene


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


def _carried_scene() -> Path:
    package = Path(str(files("manim_drumkit")))
    installed = package / "scenes" / "pyramids.py"
    checkout = package.parent / "scenes" / "pyramids.py"
    return installed if installed.exists() else checkout


def _check_class(path: Path, scene: str) -> None:
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SceneError(
            f"{path} cannot be read as a scene ({reason}); pass --scene FILE:CLASS"
        ) from error
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise SceneError(f"{path}{line}: {error.msg}; mend the scene first") from error
    names = _names(tree)
    if scene not in names and "*" not in names:
        classes = sorted(node.name for node in tree.body if isinstance(node, ast.ClassDef))
        known = f"its classes are {', '.join(classes)}" if classes else "it has no classes"
        raise SceneError(f"{path} has no scene called {scene}; {known}")


def _names(tree: ast.Module) -> set[str]:
    """Collect the names that a module may define; ``*`` stands for a star import."""
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module != "manim":
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
