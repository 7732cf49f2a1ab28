"""The command ``drumkit-farm``."""

import importlib.util
import json
import os
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import cloup

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.signals import stop_on_signals
from manim_drumkit.cli.supervise import KEEP_GOING, ONLY, TIMEOUT, supervise
from manim_drumkit.cli.types import Whole, word_for_shell
from manim_drumkit.cores import usable_cores
from manim_drumkit.errors import PlanError, RunError, UsageError
from manim_drumkit.run.chunk_ranges import parse_chunk_ranges
from manim_drumkit.run.commands import Commands
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.run.pool import RunOptions
from manim_drumkit.workspace.layout import SCRIPT_NAME

if TYPE_CHECKING:
    from distributed import Client

    from manim_drumkit.farm.cluster import TlsFiles

MISSING = "drumkit-farm needs Dask; install it with: pip install 'manim-drumkit[farm]'"
EXISTING = click.Path(exists=True, path_type=Path)


@cloup.command(epilog="Example: drumkit-farm tmp --scheduler tls://node1:8786 --include assets/")
@cloup.argument(
    "folder",
    type=cloup.Path(path_type=Path),
    default=Path("tmp"),
    help="The folder that drumkit-split wrote.  [default: tmp]",
)
@cloup.option_group(
    "Cluster",
    cloup.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Render on the workers of this Dask scheduler, like tls://node1:8786.  [default: "
        "what Dask's configuration names, or else workers on this machine]",
    ),
    cloup.option(
        "--workers",
        type=Whole(1, 9999),
        metavar="N",
        help="Workers on this machine, without --scheduler.  [default: its cores]",
    ),
    cloup.option(
        "--include",
        multiple=True,
        type=EXISTING,
        metavar="PATH",
        help="Send this file or folder to the workers, too; may be repeated.",
    ),
    cloup.option(
        "--allow-mismatch",
        is_flag=True,
        help="Use workers with other versions of Python, libraries or fonts.",
    ),
)
@cloup.option_group(
    "Security",
    cloup.option("--tls-ca", type=EXISTING, metavar="FILE", help="Certificate of the authority."),
    cloup.option("--tls-cert", type=EXISTING, metavar="FILE", help="Certificate to show."),
    cloup.option("--tls-key", type=EXISTING, metavar="FILE", help="Key of that certificate."),
    cloup.option(
        "--insecure",
        is_flag=True,
        help="Connect to other machines without TLS: anyone who reaches a port of the scheduler or "
        "a worker can then run any program there and here.",
    ),
    cloup.option(
        "--make-certificates",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Write ca.pem, cert.pem and key.pem for a cluster of yours, and do nothing else.",
    ),
)
@cloup.option_group(
    "Rendering",
    ONLY,
    cloup.option(
        "--retries",
        type=Whole(0, 99),
        default=1,
        show_default=True,
        metavar="N",
        help="Retries per failed chunk, on other workers.",
    ),
    TIMEOUT,
    KEEP_GOING,
)
@reported
def main(
    folder: Path, scheduler: str | None, workers: int | None, include: tuple[Path, ...],
    allow_mismatch: bool, tls_ca: Path | None, tls_cert: Path | None, tls_key: Path | None,
    insecure: bool, make_certificates: Path | None, only: str | None, retries: int,
    timeout: float, keep_going: bool,
) -> None:  # fmt: skip
    """Render what is missing of a film on a Dask cluster, and join it, as run_all.sh does.

    Workers need no shared disk. Run it, or run_all.sh, again at any time: both render only
    what is missing, broken or out of date.
    """
    if importlib.util.find_spec("distributed") is None:
        raise RunError(MISSING)
    if make_certificates:
        _make_certificates(make_certificates)
        return
    tls = _tls_files(tls_ca, tls_cert, tls_key)
    if scheduler and workers:
        raise UsageError("--workers are of this machine, --scheduler is of a cluster; choose one")
    stop_on_signals()
    folder, include = folder.resolve(), tuple(path.absolute() for path in include)
    commands = _commands(folder)
    run = RunFolder.open(folder, commands.manim)
    chosen = run.numbers if only is None else parse_chunk_ranges(only, len(run.numbers))
    options = RunOptions(0, retries, timeout, fail_fast=not keep_going)

    from manim_drumkit.farm.dask_pool import DaskPool

    supervise(
        run,
        chosen,
        commands.ffmpeg,
        lambda say, lock: DaskPool(
            run,
            options,
            lambda: _cluster(scheduler, workers, tls, insecure=insecure),
            say,
            include=include,
            allow_mismatch=allow_mismatch,
        ),
    )


def _make_certificates(folder: Path) -> None:
    from manim_drumkit.farm.certificates import make_certificates

    ca, cert, key = map(word_for_shell, make_certificates(folder))
    with lasting_output():
        click.echo(f"Whoever has these files can use the cluster: {ca} {cert} {key}")
        click.echo("Copy them to every machine over a safe way (scp), and start there:")
        click.echo(f"  dask scheduler --tls-ca-file {ca} --tls-cert {cert} --tls-key {key}")
        click.echo(
            f"  dask worker tls://SCHEDULER:8786 --nthreads 1 --nworkers CORES "
            f"--tls-ca-file {ca} --tls-cert {cert} --tls-key {key}"
        )
        click.echo(
            f"Then: drumkit-farm --scheduler tls://SCHEDULER:8786 --tls-ca {ca} --tls-cert {cert} "
            f"--tls-key {key}"
        )


def _tls_files(ca: Path | None, cert: Path | None, key: Path | None) -> "TlsFiles | None":
    from manim_drumkit.farm.cluster import TlsFiles

    if ca and cert and key:
        return TlsFiles(ca.absolute(), cert.absolute(), key.absolute())
    if ca or cert or key:
        raise UsageError("--tls-ca, --tls-cert and --tls-key belong together; pass all three")
    return None


def _cluster(
    scheduler: str | None, workers: int | None, tls: "TlsFiles | None", *, insecure: bool
) -> "AbstractContextManager[Client]":
    from manim_drumkit.farm.cluster import cluster_at, configured_address, local_cluster

    address = scheduler or (None if workers else configured_address())
    if address:
        return cluster_at(address, tls, insecure=insecure)
    return local_cluster(workers or usable_cores())


def _commands(folder: Path) -> Commands:
    """Ask the script for its two commands, and go into the folder that it runs them in.

    Raises:
        PlanError: there is no script, or it cannot run.
    """
    script = folder / SCRIPT_NAME
    if not script.is_file():
        raise PlanError(f"{script} does not exist; write it with drumkit-split")
    done = subprocess.run([script, "--print-commands"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PlanError(f"{script} does not run: {done.stderr.strip().removeprefix('Error: ')}")
    told = json.loads(done.stdout)
    os.chdir(told["project"])
    return Commands(tuple(told["manim"]), tuple(told["ffmpeg"]))


if __name__ == "__main__":
    main()
