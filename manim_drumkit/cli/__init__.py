"""The commands: each parses, calls one function of the library, and prints."""

import atexit
import gc
import os
from pathlib import Path

from manim_drumkit.workspace.protocol import SELDOM

gc.set_threshold(*SELDOM)  # what is imported has no rings
atexit.register(gc.freeze)  # at the end all is freed; no need to look for rings before
os.environ.pop("MPLBACKEND", None)  # of the notebook that starts a command; it may not be installed
os.environ.setdefault("PATH", os.defpath)  # manim cannot be imported without one
try:
    Path.home()
except RuntimeError:  # no HOME, and nobody knows the user, as in containers: manim looks for one
    os.environ["HOME"] = "/"
