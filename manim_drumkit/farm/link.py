"""The link to a Dask cluster: events, tasks and results; the rest of the farm knows no Dask."""

import importlib.util
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from distributed import Client, KilledWorker

from manim_drumkit.errors import RunError
from manim_drumkit.farm.remote import FarmPlugin, Task, render_chunk
from manim_drumkit.farm.renderer import Segment

GONE = "remove-worker"
"""The ``action`` of the event with which Dask's scheduler tells that a worker is gone."""
OF_SCHEDULER = "all"
"""The topic of such events."""
HEARD = "heard"
"""The ``action`` of the event by which the client finds out that it gets events."""
HEARING_INTERVAL_S = 0.02
FETCHERS = 4
"""How many results are fetched at a time."""
FETCH_PATIENCE_S = 60.0
STOP_PATIENCE_S = 5.0
MOST_FETCHED = 8
"""How many results wait here to be written, at most; more stay with their workers."""


@dataclass(frozen=True)
class Result:
    """What became of a task."""

    future: Any
    segment: Segment | None = None
    """What its worker returned."""
    error: str = ""
    """What it raised, on the worker."""
    lost: bool = False
    """Whether the worker was lost, with what it had."""


class Link:
    """A connection to a cluster, whose workers get a plugin as long as it lasts."""

    def __init__(self, client: Client, plugin: FarmPlugin) -> None:
        """Give the workers the plugin, in the background: one that hangs keeps nobody waiting.

        Args:
            client: connected to the scheduler.
            plugin: what the workers draw with.
        """
        self._client, self._plugin = client, plugin
        self._events: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self._results: queue.Queue[Result] = queue.Queue(MOST_FETCHED)
        self._fetchers = ThreadPoolExecutor(FETCHERS, "fetch")
        self._stopped = threading.Event()
        self._refusal: BaseException | None = None
        self._hears = threading.Event()
        """Set when the scheduler is known to pass events on."""
        for topic in (OF_SCHEDULER, plugin.name):
            client.subscribe_topic(topic, self._hear)
        self._in_background(
            self._wait_until_it_hears, lambda: client.register_plugin(plugin, plugin.name)
        )

    def workers(self) -> list[str]:
        """Return the addresses of all workers, ready or not."""
        return list(self._client.scheduler_info(n_workers=-1)["workers"])

    def described(self) -> str:
        """Name the scheduler, and its dashboard if it has one."""
        scheduler = self._client.scheduler_info(n_workers=0)
        shown = importlib.util.find_spec("bokeh") and self._client.dashboard_link
        return f"Scheduler {scheduler['address']}" + (f", dashboard {shown}" if shown else "")

    def events(self) -> list[Mapping[str, Any]]:
        """Return what workers and scheduler have told since the last call.

        Raises:
            RunError: workers cannot load the plugin, or the scheduler is gone.
        """
        if self._refusal is not None:
            raise RunError(
                f"the workers cannot use this run's files ({self._refusal}); install the same "
                "manim-drumkit[farm] on all of them and on the scheduler"
            ) from self._refusal
        if self._client.status not in ("running", "connecting"):
            raise RunError("the scheduler is gone; what is rendered is kept, run it again")
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self._events.get_nowait())
        return found

    def submit(self, task: Task, address: str) -> Any:
        """Send a task to a worker, and to no other; return its future."""
        future = self._client.submit(
            render_chunk, task, workers=[address], allow_other_workers=False, pure=False
        )
        future.add_done_callback(self._fetch_soon)
        return future

    def results(self, patience_s: float) -> list[Result]:
        """Return what has become of tasks since the last call; wait some seconds for the first."""
        found = []
        with suppress(queue.Empty):
            found.append(self._results.get(timeout=patience_s))
            while True:
                found.append(self._results.get_nowait())
        return found

    def cancel(self, futures: Sequence[Any]) -> None:
        """Let nobody go on with some tasks."""
        if futures:
            self._client.cancel(futures, asynchronous=False, force=True)

    def stop(self, futures: Sequence[Any]) -> None:
        """Cancel tasks, and let all workers end their manims and remove the bundle."""
        self._stopped.set()
        name = self._plugin.name
        ending = self._in_background(
            lambda: self.cancel(futures), lambda: self._client.unregister_worker_plugin(name)
        )
        ending.join(STOP_PATIENCE_S)  # a worker that hangs ends its own when it goes on
        self._fetchers.shutdown(wait=False, cancel_futures=True)

    def _in_background(self, *actions: Callable[[], Any]) -> threading.Thread:
        def act() -> None:
            try:
                for action in actions:
                    action()
            except Exception as error:  # of the workers'
                self._refusal = error

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        return thread

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        if event[1].get("action") == HEARD:
            self._hears.set()
        else:
            self._events.put(event[1])

    def _wait_until_it_hears(self) -> None:
        """Wait until no event of a worker's can be missed."""
        while not self._hears.wait(HEARING_INTERVAL_S):
            self._client.log_event(self._plugin.name, {"action": HEARD})

    def _fetch_soon(self, future: Any) -> None:
        with suppress(RuntimeError):  # it is stopped
            self._fetchers.submit(partial(self._fetch, future))

    def _fetch(self, future: Any) -> None:
        if future.cancelled() or self._stopped.is_set():
            return
        result = _result_of(future)
        future.release()
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._results.put(result, timeout=0.2)
                return


def _result_of(future: Any) -> Result:
    try:
        return Result(future, segment=future.result(timeout=FETCH_PATIENCE_S))
    except (KilledWorker, OSError, TimeoutError) as error:
        return Result(future, error=str(error), lost=True)
    except Exception as error:  # whatever was raised on the worker
        return Result(future, error=f"{type(error).__name__}: {error}")
