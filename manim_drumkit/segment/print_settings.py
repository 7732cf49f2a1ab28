"""Print the settings that the manims of a run will have; a program of its own.

``python -m manim_drumkit.segment.print_settings`` imports manim, reads the list FILE, CLASS, FPS
and MANIM OPTIONS from standard input, as JSON, and prints the settings as JSON in its last line.
drumkit-split runs it beside its own work, which needs no manim.
"""

import contextlib
import json
import sys
from fractions import Fraction
from pathlib import Path

from manim_drumkit.errors import DrumkitError
from manim_drumkit.segment.manim_cli import settings_with


def main() -> None:
    """Print the settings, or the reason why there are none; then exit with status 1."""
    with contextlib.suppress(Exception):  # settings_with says what is wrong
        import manim  # noqa: F401
    request = sys.stdin.read()
    if not request:  # nobody wants to know any more
        return
    scene_file, scene, fps, *options = json.loads(request)
    try:
        settings = settings_with(Path(scene_file), scene, options, fps=Fraction(fps))
    except DrumkitError as error:
        sys.exit(str(error))
    print(json.dumps(settings))


if __name__ == "__main__":
    main()
