"""Two hosts, as network namespaces of this machine; the workers cannot see the client's files."""

import os
import signal
import subprocess

import numpy as np
import pytest

from farms import COMMAND, processes_with
from films import assert_exact
from manim_drumkit.farm.certificates import make_certificates
from programs import BIN
from runs import film, receipts, split, wait_for_segments, wait_until

pytestmark = [pytest.mark.root, pytest.mark.film]

ADDRESSES = ("10.77.23.1", "10.77.23.2")
HIDDEN = 'mount -t tmpfs none "$0" && exec "$@"'
"""Run the words of a command where the folder that comes before them is empty."""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def hosts():
    """Two network namespaces, joined by a cable."""
    names = [f"drumkit-{os.getpid()}-{side}" for side in "ab"]
    ends = [f"dk{os.getpid() % 10000}{side}" for side in "ab"]
    try:
        for name in names:
            ip("netns", "add", name)
        ip("link", "add", ends[0], "netns", names[0], "type", "veth",
           "peer", "name", ends[1], "netns", names[1])  # fmt: skip
        for name, end, address in zip(names, ends, ADDRESSES):
            ip("-n", name, "address", "add", f"{address}/24", "dev", end)
            for device in (end, "lo"):
                ip("-n", name, "link", "set", device, "up")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network namespaces can be made here ({error})")
    yield names
    for name in names:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def test_workers_on_two_hosts_die_hang_and_join_and_so_does_the_client(
    hosts, project, undisturbed, start, tmp_path
):
    ca, cert, key = make_certificates(tmp_path / "certificates")
    tls = ("--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key)
    address = f"tls://{ADDRESSES[0]}:8786"

    def on(host, *words, **env):
        return start("ip", "netns", "exec", hosts[host], *words, **env)

    def worker(host, name):
        folder = tmp_path / name
        folder.mkdir()
        hidden = ("unshare", "--mount", "sh", "-c", HIDDEN, project)
        return on(host, *hidden, BIN / "dask", "worker", address, "--nthreads", "1", "--name", name,
                  "--no-nanny", "--no-dashboard", "--local-directory", folder, *tls,
                  cwd=folder, SLOW="0.1")  # fmt: skip

    def client():
        return on(0, *COMMAND, "tmp", "--scheduler", address, *("--tls-ca", ca),
                  *("--tls-cert", cert), *("--tls-key", key), cwd=project)  # fmt: skip

    on(0, BIN / "dask", "scheduler", "--host", ADDRESSES[0], "--port", "8786", "--protocol", "tls",
       "--no-dashboard", *tls)  # fmt: skip
    worker(0, "own")
    dying, hanging = worker(1, "dying"), worker(1, "hanging")
    split(project)

    first = client()
    wait_for_segments(project, 2)
    dying.kill()
    hanging.kill(signal.SIGSTOP)
    wait_until(lambda: not processes_with(str(tmp_path / "dying")))
    first.said(" is gone; ")
    worker(1, "late")
    first.said(" joins")
    wait_for_segments(project, 4)
    first.kill()
    first.process.wait()
    before = receipts(project)
    assert len(before) < 10

    second = client()
    assert second.process.wait(120) == 0, second.output.read_text()
    after = receipts(project)
    assert {chunk: after[chunk] for chunk in before} == before
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)
    hanging.kill(signal.SIGCONT)
    wait_until(lambda: not processes_with("own.py"))
