"""The names of scenes: of files in ``./scenes``, of those that packages carry, ours first."""

from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from manim_drumkit.errors import SceneError
from manim_drumkit.split.scene_source import SceneSource
from manim_drumkit.text import guess

GROUP = "manim_drumkit.scenes"
"""The entry points of other packages: ``name = "module:Class"``."""
OWN = Path("scenes")
USUAL_CLASS = "Video"


class NamedScene(NamedTuple):
    """A scene that has a name."""

    name: str
    about: str
    """What it says of itself, in a line."""
    origin: str = ""
    """Where it is from; empty if this package carries it."""


def scene_called(name: str) -> tuple[Path, str]:
    """Return the file and the class of a scene by its name.

    Nothing is run, and no module is imported.

    Raises:
        SceneError: there is no scene of that name, or its file has several and none of them is
            called ``Video``.
    """
    for folder in (OWN, carried_folder()):
        path = folder / f"{name}.py"
        if path.is_file():
            return path, _class_in(path)
    for entry in entry_points(group=GROUP, name=name):
        path = _module_file(entry)
        return path, entry.attr or _class_in(path)
    known = [*dict.fromkeys(scene.name for scene in list_scenes())]
    raise SceneError(
        f"there is no scene called {name}{guess(name, known)}; known are {', '.join(known)}, "
        "or write FILE.py or FILE.py:CLASS"
    )


def list_scenes() -> list[NamedScene]:
    """Return the scenes that have names, sorted by them; files without a scene are left out."""
    carried = {path.stem: path for path in _public(carried_folder())}
    own = {path.stem: path for path in _public(OWN) if not _same(path, carried.get(path.stem))}
    found = {entry.name: _described_entry(entry) for entry in entry_points(group=GROUP)}
    for scenes, is_own in ((carried, False), (own, True)):
        for name, path in scenes.items():
            described = _described(name, path, str(path) if is_own else "")
            if described:
                found[name] = described
    return [found[name] for name in sorted(found)]


def carried_folder() -> Path:
    """Return the folder of the scenes that the package carries; in a checkout it is beside it."""
    package = Path(str(files("manim_drumkit")))
    installed = package / "scenes"
    return installed if installed.is_dir() else package.parent / "scenes"


def _class_in(path: Path) -> str:
    source = SceneSource(path)
    return USUAL_CLASS if source.defines(USUAL_CLASS) else source.only_scene()


def _public(folder: Path) -> list[Path]:
    return [path for path in folder.glob("[!_.]*.py") if path.is_file()]


def _same(path: Path, other: Path | None) -> bool:
    return other is not None and path.samefile(other)


def _described(name: str, path: Path, origin: str) -> NamedScene | None:
    try:
        source = SceneSource(path)
    except SceneError as error:
        return NamedScene(name, f"cannot be used: {error}", origin)
    if not source.scenes and not source.defines(USUAL_CLASS):
        return None
    return NamedScene(name, source.title, origin)


def _described_entry(entry: EntryPoint) -> NamedScene:
    origin = f"of {entry.dist.name}" if entry.dist else entry.value
    try:
        return NamedScene(entry.name, SceneSource(_module_file(entry)).title, origin)
    except SceneError as error:
        return NamedScene(entry.name, f"cannot be used: {error}", origin)


def _module_file(entry: EntryPoint) -> Path:
    """Find the file of a module without importing it, nor the packages that it is in."""
    top, *inner = entry.module.split(".")
    name = top
    try:
        spec = find_spec(top)
        for part in inner:
            places = spec.submodule_search_locations if spec else None
            name = f"{name}.{part}"
            spec = PathFinder.find_spec(name, list(places)) if places else None
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not spec.has_location:
        raise SceneError(
            f"the scene {entry.name} is {entry.value}, but there is no module {entry.module}; "
            "install its package again"
        )
    return Path(spec.origin)
