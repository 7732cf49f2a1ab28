"""Turn a folder of audio stems into an animated Manim film."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manim_drumkit.camera import SolidCamera
    from manim_drumkit.chunk import Chunk
    from manim_drumkit.errors import DrumkitError
    from manim_drumkit.scene import DrumMixin, DrumScene
    from manim_drumkit.session import current_chunk
    from manim_drumkit.solids import Ball, Pyramid, Rod

__all__ = [
    "Ball",
    "Chunk",
    "DrumMixin",
    "DrumScene",
    "DrumkitError",
    "Pyramid",
    "Rod",
    "SolidCamera",
    "current_chunk",
]

_HOME = {
    "Ball": "solids",
    "Chunk": "chunk",
    "DrumMixin": "scene",
    "DrumScene": "scene",
    "DrumkitError": "errors",
    "Pyramid": "solids",
    "Rod": "solids",
    "SolidCamera": "camera",
    "current_chunk": "session",
}


def __getattr__(name: str) -> Any:
    # Manim imports this package each time that it starts; it loads what is used, not more.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
