"""The commands: each parses, calls one function of the library, and prints."""

import os

os.environ.pop("MPLBACKEND", None)  # of the notebook that starts a command; it may not be installed
