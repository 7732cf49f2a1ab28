"""What runs on a Dask worker: it keeps manims, and lets them draw the chunks that it is sent."""

import asyncio
import shutil
import socket
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distributed import get_worker
from distributed.diagnostics.plugin import WorkerPlugin
from tornado.ioloop import PeriodicCallback

from manim_drumkit.farm.bundle import Bundle
from manim_drumkit.farm.renderer import Renderer, Segment
from manim_drumkit.farm.versions import own_versions

SWEEP_INTERVAL_S = 2.0
"""How often a worker looks for manims that have nothing to do."""
READY, PROGRESS = "ready", "progress"
"""What workers tell the client about: the ``action`` of their events."""


@dataclass(frozen=True)
class Task:
    """One chunk to draw."""

    plugin: str
    """The name of the plugin that has the bundle."""
    digest: str
    """The bundle's digest."""
    number: int
    chunk: bytes
    """The file of the chunk."""
    timeout_s: float
    """How long it may go on without a new frame; 0 for ever."""
    interval_s: float
    """How often to tell how many frames are drawn."""


class FarmPlugin(WorkerPlugin):
    """Gives a worker the bundle, and takes it and all manims away at the end."""

    def __init__(self, name: str, bundle: Bundle) -> None:
        """Prepare a plugin, to be sent to all workers.

        Args:
            name: the plugin's; also the topic of its events.
            bundle: what the workers draw from.
        """
        self.name = name
        self._bundle = bundle
        self._drawing: dict[Any, threading.Event] = {}
        """What asks the thread to stop that works on a task, by the key of the task."""

    async def setup(self, worker: Any) -> None:
        """Unpack the bundle, and tell the client that this worker is ready."""
        self._worker = worker
        root = Path(worker.local_directory) / self.name
        await asyncio.to_thread(_unpack, self._bundle, root)
        self._root, self._renderer = root, Renderer(replace(self._bundle, archive=b""), root)
        self._bundle = self._renderer.bundle
        versions = await asyncio.to_thread(own_versions)
        self._sweep = PeriodicCallback(self._renderer.end_idle, SWEEP_INTERVAL_S * 1000)
        self._sweep.start()
        known = {"host": socket.gethostname(), "threads": worker.state.nthreads}
        self._tell(READY, **known, digest=self._bundle.digest, versions=dict(versions))

    def teardown(self, worker: Any) -> None:
        """End all manims, and remove what was unpacked."""
        for stop in self._drawing.values():
            stop.set()
        self._sweep.stop()
        self._renderer.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def transition(self, key: Any, start: str, finish: str, **kwargs: Any) -> None:
        """Stop the thread of a task that nobody wants any more."""
        if (start, finish) == ("executing", "released") and key in self._drawing:
            self._drawing[key].set()

    def render(self, task: Task, key: Any) -> Segment:
        """Draw a chunk, in a thread of the worker's."""
        if task.digest != self._bundle.digest:
            raise RuntimeError("this worker has another bundle")
        stop = self._drawing[key] = threading.Event()

        def report(frames: int) -> None:
            self._tell(PROGRESS, number=task.number, frames=frames)

        try:
            return self._renderer.render(
                task.number,
                task.chunk,
                timeout_s=task.timeout_s,
                interval_s=task.interval_s,
                report=report,
                is_cancelled=stop.is_set,
            )
        finally:
            del self._drawing[key]

    def _tell(self, action: str, **what: Any) -> None:
        self._worker.log_event(
            self.name, {"action": action, "worker": self._worker.address, **what}
        )


def render_chunk(task: Task) -> Segment:
    """Draw a chunk: the function of all tasks.

    Raises:
        UnwantedError: nobody wants it any more.
        RuntimeError: the worker has not got the bundle.
    """
    worker = get_worker()
    plugin = worker.plugins.get(task.plugin)
    if not isinstance(plugin, FarmPlugin):
        raise RuntimeError("this worker has no bundle")
    return plugin.render(task, worker.get_current_task())


def _unpack(bundle: Bundle, root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    bundle.unpack(root)
