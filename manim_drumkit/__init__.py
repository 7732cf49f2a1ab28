"""Turn a folder of audio stems into an animated Manim film.

Public are the names in ``__all__``, the commands, the options that the plugin adds to ``manim
render``, ``run_all.sh`` and the files beside it. All else may change from one version to the next.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manim_drumkit.errors import DrumkitError
    from manim_drumkit.scene.camera import SolidCamera
    from manim_drumkit.scene.drum_scene import DrumMixin, DrumScene
    from manim_drumkit.scene.floor import Floor, Pool
    from manim_drumkit.scene.labels import Label
    from manim_drumkit.scene.polygons import Polygons
    from manim_drumkit.scene.solids import Ball, Pyramid, Rod
    from manim_drumkit.segment.context import current_chunk, use_chunk
    from manim_drumkit.workspace.chunk import Chunk
    from manim_drumkit.workspace.film_levels import FilmLevels

__all__ = [
    "Ball",
    "Chunk",
    "DrumMixin",
    "DrumScene",
    "DrumkitError",
    "FilmLevels",
    "Floor",
    "Label",
    "Polygons",
    "Pool",
    "Pyramid",
    "Rod",
    "SolidCamera",
    "current_chunk",
    "use_chunk",
]

_HOME = {
    "Ball": "scene.solids",
    "Chunk": "workspace.chunk",
    "DrumMixin": "scene.drum_scene",
    "DrumScene": "scene.drum_scene",
    "DrumkitError": "errors",
    "FilmLevels": "workspace.film_levels",
    "Floor": "scene.floor",
    "Label": "scene.labels",
    "Polygons": "scene.polygons",
    "Pool": "scene.floor",
    "Pyramid": "scene.solids",
    "Rod": "scene.solids",
    "SolidCamera": "scene.camera",
    "current_chunk": "segment.context",
    "use_chunk": "segment.context",
}


def __getattr__(name: str) -> Any:
    # Manim imports this package each time that it starts; it loads what is used, not more.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
