"""The bar that shows how far drumkit-split has read the stems."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from manim_drumkit.split.splitting import Watch


def reading_bar(quiet: bool) -> "Watch":
    """Return what shows the samples that are read, on a terminal; see ``splitting.split``."""
    console = Console(stderr=True)

    @contextmanager
    def watch(samples: int) -> Iterator[Callable[[int], None]]:
        hidden = quiet or not console.is_terminal
        with Progress(console=console, transient=True, disable=hidden) as bar:
            task = bar.add_task("Measuring", total=samples)
            yield lambda read: bar.advance(task, read)

    return watch
