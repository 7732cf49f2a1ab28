import signal

import pytest

from disturbed import project, undisturbed
from farms import Program
from programs import BIN
from runs import wait_until

__all__ = ["dask", "project", "start", "undisturbed"]


@pytest.fixture
def start(tmp_path):
    """Start programs that end with the test."""
    started = []

    def program(*words, cwd=tmp_path, **env):
        started.append(Program(*words, cwd=cwd, **env))
        return started[-1]

    yield program
    for each in started:
        each.kill(signal.SIGCONT)
        each.kill()
        each.process.wait()


@pytest.fixture
def dask(start, tmp_path):
    """Start a scheduler and workers with Dask's own commands, as users do."""
    file = tmp_path / "scheduler.json"

    def scheduler(*options):
        start(BIN / "dask", "scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard",
              "--scheduler-file", file, *options)  # fmt: skip
        wait_until(file.exists, 60)
        return next(word for word in file.read_text().split('"') if "://127" in word)

    def worker(address, *options, name, **env):
        folder = tmp_path / name
        folder.mkdir()
        return start(BIN / "dask", "worker", address, "--nthreads", "1", "--no-dashboard", "--name",
                     name, "--local-directory", folder, *options, **env)  # fmt: skip

    return scheduler, worker
