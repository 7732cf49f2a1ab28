"""The supervisor of a run, which ``run_all.sh`` becomes: starts the import of manim first.

That takes longest, and on another core; what the command needs is imported beside it.
"""

import sys
from pathlib import Path

from manim_drumkit.cli.signals import Signalled, stop_on_signals
from manim_drumkit.run.commands import split_words
from manim_drumkit.run.forking import ForkServer
from manim_drumkit.run.worker import start_server_early
from manim_drumkit.workspace.layout import SCRIPT_NAME

INSTEAD = {"--detach", "--help", "--print-commands", "--stop"}
"""Options with which this process renders nothing."""


def main() -> None:
    """Run the command in this process's arguments."""
    own, commands = split_words(sys.argv[1:])
    server: ForkServer | None = None
    try:
        if own and INSTEAD.isdisjoint(own):
            stop_on_signals()
            server = start_server_early(Path(own[0]), commands.manim)
        from manim_drumkit.cli.run_command import main as run

        run(own, prog_name=SCRIPT_NAME, obj=(commands, server))
    except Signalled as signal:
        sys.exit(signal.status)
    finally:
        if server:
            server.close()


if __name__ == "__main__":
    main()
