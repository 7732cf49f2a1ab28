"""Print the settings that the manims of a run will have; a program of its own.

``python -m manim_drumkit.segment.print_settings FILE CLASS FPS [MANIM OPTIONS]`` prints them as
JSON in its last line. drumkit-split runs it beside its own work, which needs no manim.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

from manim_drumkit.errors import DrumkitError
from manim_drumkit.segment.manim_cli import settings_with


def main() -> None:
    """Print the settings, or the reason why there are none; then exit with status 1."""
    scene_file, scene, fps, *options = sys.argv[1:]
    try:
        settings = settings_with(Path(scene_file), scene, options, fps=Fraction(fps))
    except DrumkitError as error:
        sys.exit(str(error))
    print(json.dumps(settings))


if __name__ == "__main__":
    main()
