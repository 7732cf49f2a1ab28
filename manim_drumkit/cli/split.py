"""The command ``drumkit-split``: starts its helper before all else.

That takes longest, and on another core; what the command needs is imported beside it.
"""

import os
import sys
from contextlib import ExitStack

from manim_drumkit.split.helper import Helper

WITHOUT = {
    *("--dry-run", "--estimate", "--preview", "--still"),
    *("--help", "--list-scenes", "--version"),
}
"""Options with which nothing is split."""


def main() -> None:
    """Run the command in this process's arguments."""
    words = {word.partition("=")[0] for word in sys.argv[1:]}
    with ExitStack() as ends:
        splits = words and "--" not in words and WITHOUT.isdisjoint(words)
        helper = ends.enter_context(Helper()) if splits and os.name == "posix" else None
        from manim_drumkit.cli.split_command import main as split

        split(obj=helper)
