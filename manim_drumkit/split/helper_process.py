"""The process of a :class:`~manim_drumkit.split.helper.Helper`.

Its standard input is a connection. It reads the list FILE, CLASS, FPS and MANIM OPTIONS as JSON,
and answers with manim's settings and the reason why there are none. Then it reads onset functions,
``float32[hops]``, and answers with their peaks, ``int64[peaks]``, until the connection ends.
"""

import contextlib
import gc
import json
import os
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from manim_drumkit.errors import DrumkitError
from manim_drumkit.levels.peaks import find_peaks, load_scipy
from manim_drumkit.segment.lean_import import import_settings
from manim_drumkit.segment.manim_cli import settings_with


def main() -> None:
    """Answer until nobody asks."""
    gc.disable()  # nothing of what is imported goes away
    connection = Connection(os.dup(0))
    with contextlib.suppress(Exception):  # settings_with says what is wrong
        import_settings()
    if not connection.poll():  # nobody waits yet
        load_scipy()
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(_answer(connection.recv_bytes()))
        load_scipy()
        while True:
            onset = np.frombuffer(connection.recv_bytes(), np.float32)
            connection.send_bytes(find_peaks(onset).tobytes())


def _answer(question: bytes) -> bytes:
    scene_file, scene, fps, *options = json.loads(question)
    try:
        settings = settings_with(Path(scene_file), scene, options, fps=Fraction(fps))
    except DrumkitError as error:
        return json.dumps([None, str(error)]).encode()
    return json.dumps([settings, ""]).encode()


if __name__ == "__main__":
    main()
