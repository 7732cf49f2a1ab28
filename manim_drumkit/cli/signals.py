"""Signals that end a command, made into what Ctrl-C does, so that it can clean up."""

import signal

NAMES = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM")
ENDING = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


class Signalled(KeyboardInterrupt):
    """A signal asks the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number
        """The exit status after this signal, as a shell gives it."""


class _Once:
    """Raises for the first signal; another one would only disturb the end."""

    def __init__(self) -> None:
        self._came = False

    def __call__(self, number: int, frame: object) -> None:
        if not self._came:
            self._came = True
            raise Signalled(number)


def stop_on_signals() -> None:
    """Make the signals that end a process raise; one that is ignored stays ignored."""
    interrupt = _Once()
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)
