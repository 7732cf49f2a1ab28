"""The output of ``drumkit-split --estimate``."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from manim_drumkit.cli.trial import trial_of
from manim_drumkit.run.estimate import Estimate, estimate
from manim_drumkit.split.inputs import check_inputs
from manim_drumkit.split.manim_settings import manim_settings
from manim_drumkit.split.settings import SplitSettings
from manim_drumkit.split.splitting import Watch, measure_inputs
from manim_drumkit.timing import clock


def print_estimate(
    stems: Path, settings: SplitSettings, *, watch: Watch, cores: int | None, price: float | None
) -> None:
    """Render a few frames, and print how long the whole film will take.

    Args:
        stems: the folder of stems, or one file.
        settings: as for splitting.
        watch: see :func:`manim_drumkit.split.splitting.split`.
        cores: the cores of another machine to estimate for, too.
        price: the price of an hour.
    """
    inputs = check_inputs(stems, settings)
    done = measure_inputs(inputs, watch=watch)
    trial = trial_of(done, manim_settings(inputs))
    with Console(stderr=True).status("Rendering the quietest and the loudest stretch"):
        found = estimate(trial, jobs=inputs.jobs)
    console = Console(highlight=False)
    console.print(
        f"Frames: {found.plan.film.total_frames}. "
        f"One takes {_ms(found.quietest.frame_seconds)} where it is quietest, "
        f"{_ms(found.loudest.frame_seconds)} where it is loudest, {found.jobs} in parallel.",
        soft_wrap=True,
    )
    console.print(_table(found, cores, price))


def _table(found: Estimate, cores: int | None, price: float | None) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("run_all.sh")
    table.add_column("Time", justify="right")
    if price is not None:
        table.add_column("Cost", justify="right")
    rows = {f"on this machine, {found.jobs} at a time": found.jobs}
    if cores:
        rows[f"on {cores} cores as fast as these"] = cores
    for text, jobs in rows.items():
        seconds = found.seconds(jobs)
        cost = [] if price is None else [f"{price * seconds / 3600:.3f}"]
        table.add_row(text, clock(seconds), *cost)
    return table


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"
