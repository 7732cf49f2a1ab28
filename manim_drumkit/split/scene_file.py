"""The scene's file: which file and which class, and is it there."""

import os
from pathlib import Path

from manim_drumkit.atomic import temporary_name
from manim_drumkit.errors import SceneError
from manim_drumkit.split.scene_names import OWN, carried_folder, scene_called
from manim_drumkit.split.scene_source import SceneSource

LONGEST_NAME = 255
"""Of a file, in bytes, on most systems."""

DEFAULT_SCENE = "pyramids"


def find_scene(text: str) -> tuple[Path, str]:
    """Find the file and the class of a scene, without running the file.

    Args:
        text: ``FILE:CLASS``, ``FILE`` with one scene in it, or the name of a scene. Where there
            is no ``scenes/NAME.py``, it is the copy that the package carries.

    Raises:
        SceneError: there is no such file, class or name.
    """
    path, scene = _located(text)
    if not scene:
        scene = SceneSource(path).only_scene()
    SceneSource(path).check_scene(scene)
    if len(os.fsencode(temporary_name(Path(f"{scene}.mp4")))) > LONGEST_NAME:
        raise SceneError(f"{scene} is too long for the name of a film; give the class another")
    if "{" in str(path.absolute()) or "}" in str(path.absolute()):
        raise SceneError(f"{path.absolute()} has a brace in its path, which manim cannot open")
    return path.absolute(), scene


def _located(text: str) -> tuple[Path, str]:
    """Return the file and the class that a text names; no class for the only one in the file."""
    file_name, colon, scene = text.rpartition(":")
    if file_name and scene.isidentifier():
        return _or_carried(Path(file_name)), scene
    if text.endswith(".py") and text != ".py":
        return _or_carried(Path(text)), ""
    if colon or os.sep in text or not text:
        raise SceneError(
            f"{text!r} names no scene; write FILE:CLASS, FILE.py, or a name like {DEFAULT_SCENE}"
        )
    return scene_called(text)


def _or_carried(path: Path) -> Path:
    carried = carried_folder() / path.name
    return carried if path.parent == OWN and not path.exists() and carried.is_file() else path
