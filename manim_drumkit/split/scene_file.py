"""The scene's file: which file and which class, and is it there."""

import ast
import os
from importlib.resources import files
from pathlib import Path

from manim_drumkit.atomic import temporary_name
from manim_drumkit.errors import SceneError

LONGEST_NAME = 255
"""Of a file, in bytes, on most systems."""
DYNAMIC = frozenset(("exec", "globals", "setattr", "vars"))
"""Functions with which a module can define what reading it does not find."""

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
    if len(os.fsencode(temporary_name(Path(f"{scene}.mp4")))) > LONGEST_NAME:
        raise SceneError(f"{scene} is too long for the name of a film; give the class another")
    if "{" in str(path.absolute()) or "}" in str(path.absolute()):
        raise SceneError(f"{path.absolute()} has a brace in its path, which manim cannot open")
    return path.absolute(), scene


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
    """Collect the names that a module may define; ``*`` if only running it tells some."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):  # also within try, if and else
            names.add(node.name)
        if isinstance(node, ast.ImportFrom) and node.module != "manim":
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Name) and node.id in DYNAMIC:
            names.add("*")
    return names
