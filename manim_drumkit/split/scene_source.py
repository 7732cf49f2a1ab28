"""The source of a scene, read but not run: its classes, and the options that they have."""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from manim_drumkit.atomic import read_regular
from manim_drumkit.errors import SceneError
from manim_drumkit.text import listed
from manim_drumkit.workspace.plan import Option
from manim_drumkit.workspace.scene_options import COMMON_OPTIONS, KINDS

DYNAMIC = frozenset(("exec", "globals", "setattr", "vars"))
"""Functions with which a module can define what reading it does not find."""
PUBLIC = ("manim", "manim_drumkit")
"""The packages whose classes are known by their names."""
UNKNOWN = ""
"""What a base is called that comes from elsewhere."""
METHODS = frozenset(("build", "construct", "draw"))


class SceneSource:
    """A file of scenes.

    Raises:
        SceneError: it cannot be read, or is not Python.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tree = ast.parse(read_regular(path), str(path))
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SceneError(
                f"{path} cannot be read as a scene ({reason}); pass --scene FILE:CLASS, or a name "
                "that --list-scenes shows"
            ) from error
        except SyntaxError as error:
            line = f", line {error.lineno}" if error.lineno else ""
            raise SceneError(f"{path}{line}: {error.msg}; fix the scene first") from error

    @property
    def title(self) -> str:
        """The first line of the file's docstring; empty without one."""
        lines = (ast.get_docstring(self._tree) or "").strip().splitlines()
        return lines[0] if lines else ""

    @cached_property
    def scenes(self) -> list[str]:
        """The names of the classes that are scenes by their bases, or else by their methods."""
        named = {name: node for name, node in self._classes.items() if not name.startswith("_")}
        by_base = [name for name in named if self._has_scene_as_base(name)]
        return by_base or [name for name, node in named.items() if METHODS & _methods(node)]

    def only_scene(self) -> str:
        """Return the name of the only scene.

        Raises:
            SceneError: there is none, or there are several.
        """
        if len(self.scenes) == 1:
            return self.scenes[0]
        found = f"has the scenes {listed(self.scenes)}" if self.scenes else "has no scene"
        example = self.scenes[0] if self.scenes else "CLASS"
        raise SceneError(f"{self.path} {found}; choose one with --scene {self.path}:{example}")

    def check_scene(self, scene: str) -> None:
        """Make sure that the file may define a class.

        Raises:
            SceneError: it does not.
        """
        if not self.defines(scene) and UNKNOWN not in self._names:
            classes = sorted(self._classes)
            known = f"its classes are {', '.join(classes)}" if classes else "it has no classes"
            raise SceneError(f"{self.path} has no scene called {scene}; {known}")

    def defines(self, name: str) -> bool:
        """Tell whether the file defines a name, as far as reading shows."""
        return name in self._names

    def is_foreign(self, scene: str) -> bool:
        """Tell whether a class is visibly none of this package's."""
        nodes, outside = self._lineage(scene)
        return bool(nodes) and not {"DrumScene", "DrumMixin", UNKNOWN} & set(outside)

    def options_of(self, scene: str) -> Mapping[str, Option] | None:
        """Return the options of a scene with their defaults; ``None`` if only running it tells.

        Raises:
            SceneError: a default is of a kind that no option has.
        """
        nodes, outside = self._lineage(scene)
        if not nodes or self.is_foreign(scene) or self._changes_options:
            return None
        common = COMMON_OPTIONS if {"DrumScene", UNKNOWN} & set(outside) else {}
        setting = [node for node in nodes if _lines_on_options(node)]
        if UNKNOWN in outside and setting[:1] != nodes[:1]:
            return None
        if not setting:
            return common
        found = _literal(setting[0])
        if found is None or any(node.decorator_list for node in nodes):
            return None
        self._check_defaults(scene, found)
        return {**common, **found}

    def _check_defaults(self, scene: str, options: Any) -> None:
        if not isinstance(options, dict) or not all(
            isinstance(name, str) and type(default) in KINDS for name, default in options.items()
        ):
            raise SceneError(
                f"{self.path}: the options of {scene} are {options!r}; write names with defaults "
                'that are text, numbers, True or False, like options = {"speed": 1.5}'
            )

    @cached_property
    def _names(self) -> set[str]:
        """The names that the module may define; :data:`UNKNOWN` if only running it tells some."""
        names: set[str] = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.ClassDef):  # also within functions
                names.add(node.name)
            if isinstance(node, ast.ImportFrom) and node.module != "manim":
                names |= {(alias.asname or alias.name).strip("*") for alias in node.names}
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Name) and node.id in DYNAMIC:
                names.add(UNKNOWN)
        return names

    @cached_property
    def _classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in _classes_in(self._tree)}

    @cached_property
    def _imported(self) -> dict[str, str]:
        """What imported names are in the packages that are known, else :data:`UNKNOWN`."""
        found: dict[str, str] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    module = getattr(node, "module", alias.name) or ""
                    known = module.split(".")[0] in PUBLIC and not getattr(node, "level", 0)
                    local = alias.asname or alias.name.split(".")[0]
                    found[local] = alias.name if known else UNKNOWN
        return found

    @property
    def _changes_options(self) -> bool:
        """Whether something like ``Video.options = …`` stands anywhere."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == "options"
            and isinstance(node.ctx, ast.Store)
            for node in ast.walk(self._tree)
        )

    def _has_scene_as_base(self, name: str) -> bool:
        nodes, outside = self._lineage(name)
        written = [_last_name(base) for node in nodes for base in node.bases]
        return any(map(_is_scene, (*outside, *written)))

    def _lineage(self, name: str) -> tuple[list[ast.ClassDef], list[str]]:
        """Return a class with its bases in this file, and the names of its bases elsewhere."""
        nodes: list[ast.ClassDef] = []
        outside: list[str] = []
        waiting = [name]
        while waiting:
            current = waiting.pop(0)
            node = self._classes.get(current)
            if node is None:
                outside.append(current)
            elif node not in nodes:
                nodes.append(node)
                waiting = [*map(self._base, node.bases), *waiting]
        return nodes, outside

    def _base(self, base: ast.expr) -> str:
        """Return the name of a base; that of manim or of this package if it comes from there."""
        name = _last_name(base)
        if isinstance(base, ast.Name):
            here = name in self._classes or _is_scene(name)  # a star import has the rest
            return self._imported.get(name, name if here else UNKNOWN)
        while isinstance(base, ast.Attribute):
            base = base.value
        known = isinstance(base, ast.Name) and self._imported.get(base.id)
        return name if known else UNKNOWN


def _last_name(base: ast.expr) -> str:
    """Return how a base is called: ``Scene`` for ``manim.Scene``."""
    if isinstance(base, ast.Attribute):
        return base.attr
    return base.id if isinstance(base, ast.Name) else UNKNOWN


def _is_scene(base: str) -> bool:
    return base.endswith("Scene") or base == "DrumMixin"


def _classes_in(node: ast.AST) -> Iterator[ast.ClassDef]:
    """Find the classes of a module, also within try, if and else."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield child
        elif isinstance(child, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from _classes_in(child)


def _methods(node: ast.ClassDef) -> set[str]:
    return {each.name for each in node.body if isinstance(each, ast.FunctionDef)}


def _lines_on_options(node: ast.ClassDef) -> list[ast.stmt]:
    """Return the statements of a class, outside of its methods, that say ``options``."""
    return [
        line
        for line in node.body
        if not isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and any(isinstance(each, ast.Name) and each.id == "options" for each in ast.walk(line))
    ]


def _literal(node: ast.ClassDef) -> Any:
    """Return the value that a class gives its options; ``None`` if it computes it."""
    lines = _lines_on_options(node)
    if len(lines) > 1 or not isinstance(lines[0], ast.Assign | ast.AnnAssign):
        return None
    try:
        return ast.literal_eval(lines[0].value)  # type: ignore[arg-type]  # None is no literal
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
