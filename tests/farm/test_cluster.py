import sys

import numpy as np
import pytest

from farms import COMMAND, farm, processes_with
from films import assert_exact
from manim_drumkit.errors import RunError
from manim_drumkit.farm.certificates import make_certificates
from manim_drumkit.farm.cluster import cluster_at
from programs import run
from runs import film, receipts, split, wait_for_segments, wait_until


@pytest.fixture
def tls(tmp_path):
    """The options of Dask's commands, and of ours, with certificates of a new cluster."""
    ca, cert, key = make_certificates(tmp_path / "certificates")
    ours = ("--tls-ca", ca, "--tls-cert", cert, "--tls-key", key)
    return ("--tls-ca-file", *ours[1:]), ours


def test_only_their_owner_can_read_certificates_and_they_are_not_overwritten(tmp_path):
    files = make_certificates(tmp_path / "own")
    assert [path.name for path in files] == ["ca.pem", "cert.pem", "key.pem"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
    with pytest.raises(RunError, match=r"ca\.pem exists already"):
        make_certificates(tmp_path / "own")


@pytest.mark.parametrize("address", ["tcp://10.9.9.9:8786", "node1:8786", "tcp://[fd00::1]:8786"])
def test_another_machine_is_not_reached_without_tls_unless_asked(address):
    with (
        pytest.raises(RunError, match="anyone who reaches the scheduler's or a worker's port"),
        cluster_at(address, None, insecure=False),
    ):
        pass


KNOCK = """
import sys
from pathlib import Path
from manim_drumkit.errors import RunError
from manim_drumkit.farm.cluster import TlsFiles, cluster_at

address, *files = sys.argv[1:]
tls = TlsFiles(*map(Path, files)) if files else None
try:
    with cluster_at(address, tls, insecure=True, patience_s=5) as client:
        print("in", client.scheduler_info()["address"])
except RunError as error:
    print(error)
"""


def test_a_stranger_without_the_certificate_cannot_connect(dask, tls, tmp_path):
    scheduler, _ = dask
    for_dask, for_us = tls
    address = scheduler("--protocol", "tls", *for_dask)

    def knock(at, *files):
        """Try to connect, in a process of its own: Dask leaves threads behind where it fails."""
        return run(sys.executable, "-c", KNOCK, at, *files, cwd=tmp_path).stdout.strip()

    assert knock(address, *for_us[1::2]) == f"in {address}"
    stranger = make_certificates(tmp_path / "stranger")
    plain = address.replace("tls://", "tcp://")
    for said in (knock(address, *stranger), knock(address), knock(plain)):
        assert "does not answer, or not to these certificates" in said


@pytest.mark.film
def test_workers_join_late_by_their_certificate_and_are_not_used_with_other_fonts(
    project, undisturbed, dask, tls, start, tmp_path
):
    scheduler, worker = dask
    for_dask, for_us = tls
    address = scheduler("--protocol", "tls", *for_dask)
    (tmp_path / "fonts.conf").write_text("<fontconfig/>")
    other_fonts = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    worker(address, *for_dask, name="strange", SLOW="0.1", **other_fonts)
    worker(address.replace("tls://", "tcp://"), name="naked")
    split(project)
    arguments = ("--scheduler", address, *for_us)
    refused = farm(project, *arguments)
    assert refused.returncode == 1
    assert " would draw other pictures: fonts " in refused.stderr
    assert "--allow-mismatch" in refused.stderr
    assert not receipts(project)
    running = start(*COMMAND, "tmp", *arguments, "--allow-mismatch", cwd=project)
    wait_for_segments(project, 1)
    worker(address, *for_dask, name="late")
    running.said(" joins")
    assert running.process.wait(120) == 0, running.output.read_text()
    assert_exact(project)
    np.testing.assert_array_equal(film(project), undisturbed)
    assert sum(" chunk" in line for line in running.output.read_text().splitlines()[-4:]) == 2
    assert not list(tmp_path.glob("*/dask-scratch-space/*/drumkit-*"))


@pytest.mark.film
def test_what_nobody_wants_any_more_is_not_drawn_to_its_end(project, dask, start, tmp_path):
    scheduler, worker = dask
    address = scheduler()
    worker(address, name="slow", SLOW="99")
    split(project)
    killed = start(*COMMAND, "tmp", "--scheduler", address, cwd=project)
    manim = f"--segment-dir={tmp_path / 'slow'}"
    wait_until(lambda: processes_with(manim))
    wait_until(lambda: list((tmp_path / "slow").rglob("drawn")))
    killed.kill()
    wait_until(lambda: not processes_with(manim), 30)
