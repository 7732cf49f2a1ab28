"""The versions of what shows in pictures, here and on every worker."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from manim_drumkit.segment.recipe import VERSIONS_THAT_MATTER

PACKAGES = ("manimpango", "numpy", "pillow")
"""Packages whose versions show in pictures, but are in no receipt."""
PYTHON, FONTS, CODE = "Python", "fonts", "manim-drumkit's files"


@cache
def own_versions() -> Mapping[str, str]:
    """Return the versions that this process would render with."""
    import av
    import cairo
    import manimpango

    libraries = {name: ".".join(map(str, numbers)) for name, numbers in av.library_versions.items()}
    return {
        PYTHON: platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in (*VERSIONS_THAT_MATTER, *PACKAGES)},
        **libraries,
        "cairo": cairo.cairo_version_string(),
        "pango": manimpango.pango_version(),
        FONTS: _fonts(),
        CODE: _code(),
    }


def differences(
    ours: Mapping[str, str], theirs: Mapping[str, str], *, allowed: bool
) -> dict[str, tuple[str, str]]:
    """Return what differs, ours and theirs.

    Args:
        ours: the client's versions.
        theirs: a worker's.
        allowed: leave out what is in no receipt. What is in receipts never may differ: a film
            is joined from segments of one making.
    """
    names = VERSIONS_THAT_MATTER if allowed else sorted(ours.keys() | theirs.keys())
    return {
        name: (ours.get(name, "none"), theirs.get(name, "none"))
        for name in names
        if ours.get(name) != theirs.get(name)
    }


def _fonts() -> str:
    """Return the number of fonts that text can be set in, and a digest of their names."""
    import manimpango

    names = sorted(set(manimpango.list_fonts()))
    return f"{len(names)} ({_digest(chr(10).join(names).encode())})"


def _code() -> str:
    """Return a digest of this package's modules: one version may be edited."""
    package = Path(str(files("manim_drumkit")))
    return _digest(b"".join(path.read_bytes() for path in sorted(package.rglob("*.py"))))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]
