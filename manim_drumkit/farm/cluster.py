"""The cluster: one on this machine, or one that is there already; encrypted beyond loopback."""

import contextlib
import ipaddress
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster
from distributed.security import Security

from manim_drumkit.errors import RunError
from manim_drumkit.farm import own_group

LOOPBACK = "127.0.0.1"
CONNECT_PATIENCE_S = 30.0
QUIET = {
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.profile.enabled": False,
}
"""Dask's configuration of the local cluster: it watches itself less, and leaves the cores alone."""
NO_LOG = logging.CRITICAL + 1
TLS = "tls"
INSECURE = (
    "without TLS, anyone who reaches the scheduler's or a worker's port can run any program there "
    "and here"
)
"""What it means to go without."""


@dataclass(frozen=True)
class TlsFiles:
    """The files of a connection that is encrypted, and open only to those who have such files."""

    ca: Path
    """The certificate that has signed all others."""
    cert: Path
    key: Path

    @property
    def security(self) -> Security:
        """Return these in Dask's words."""
        return Security(
            require_encryption=True,
            tls_ca_file=str(self.ca),
            tls_client_cert=str(self.cert),
            tls_client_key=str(self.key),
        )


@contextlib.contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """Start workers on this machine, reached over loopback and with a key of this run's only.

    Args:
        workers: how many, each with one thread.
    """
    _keep_quiet()
    with (
        dask.config.set(QUIET),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",
            memory_limit=0,
            silence_logs=NO_LOG,
            security=Security.temporary(),
            protocol=TLS,
            preload=[own_group.__name__],
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextlib.contextmanager
def cluster_at(
    address: str,
    tls: TlsFiles | None,
    *,
    insecure: bool,
    patience_s: float = CONNECT_PATIENCE_S,
) -> Iterator[Client]:
    """Connect to the scheduler of a cluster.

    Args:
        address: the scheduler's, as ``tls://host:8786``, ``tcp://host:8786`` or ``host:8786``.
        tls: the files to show it; without, those of Dask's own configuration.
        insecure: go without on other machines, too.
        patience_s: how long to wait for an answer.

    Raises:
        RunError: the connection would be open to anyone, or nobody answers.
    """
    _keep_quiet()
    address = with_protocol(address, tls)
    if not address.startswith(f"{TLS}://") and not insecure and not is_loopback(address):
        raise RunError(
            f"{address} is on another machine, and {INSECURE}; pass --tls-ca, --tls-cert and "
            "--tls-key (drumkit-farm --make-certificates DIR makes such files), or --insecure if "
            "nobody else is on that network"
        )
    security = tls.security if tls else Security()
    try:
        client = Client(address, security=security, timeout=patience_s, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise RunError(
            f"the scheduler at {address} does not answer, or not to these certificates "
            f"({error or type(error).__name__}); start it with: dask scheduler"
        ) from error
    with client:
        yield client


def configured_address() -> str | None:
    """Return the address of the scheduler that Dask's own configuration names, if any."""
    address: str | None = dask.config.get("scheduler-address", None)
    return address


def with_protocol(address: str, tls: TlsFiles | None) -> str:
    """Return an address with its protocol.

    >>> with_protocol("node1:8786", None), with_protocol("tls://node1:8786", None)
    ('tcp://node1:8786', 'tls://node1:8786')
    """
    if "://" in address:
        return address
    configured = dask.config.get("distributed.comm.require-encryption", None)
    return f"{TLS if tls or configured else 'tcp'}://{address}"


def is_loopback(address: str) -> bool:
    """Tell whether an address is of this machine, and of no network.

    >>> is_loopback("tcp://127.0.0.1:8786"), is_loopback("tcp://10.0.0.7:8786")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    if address.startswith("inproc://") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _keep_quiet() -> None:
    """Let Dask's own log say nothing; what matters is in our errors and in the workers' logs."""
    logging.getLogger("distributed").setLevel(NO_LOG)
