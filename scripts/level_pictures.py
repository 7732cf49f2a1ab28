"""Draw the pictures of docs/levels.md: what each setting does to a hit of the demo's snare."""

import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from matplotlib.figure import Figure

from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.demo import RATE, groove, perform
from manim_drumkit.stems.folder import find_stems

DOCS = Path(__file__).parent.parent / "docs"
BACKGROUND, INK, COLORS = "#111111", "#DDDDDD", ("#58C4DD", "#F7D96F", "#FC6255")
SECONDS = 0.9

LOUDEST = {"peak_percent": 100}
BARE = {"hold_ms": 0, "release_ms": 0}

PICTURES: dict[str, Sequence[Mapping[str, Any]]] = {
    "detector": [BARE, {**BARE, "detector": "peak"}],
    "window": [BARE, {**BARE, "window_ms": 50}, {**BARE, "window_ms": 200}],
    "attack": [{}, {"attack_ms": 30}, {"attack_ms": 100}],
    "hold": [{"hold_ms": 0}, {}, {"hold_ms": 150}],
    "release": [{"release_ms": 0, "hold_ms": 0}, {}, {"release_ms": 500}],
    "cuts": [{}, {"low_cut_hz": 1000}, {"high_cut_hz": 300}],
    "gate": [{}, {"gate_db": -25}],
    "scale": [{}, {"scale": "db"}, {"scale": "db", "floor_db": -40}],
    "frame-rate": [{}, {}, {}],
}


def snare_hit() -> np.ndarray:
    """Cut one loud snare hit, and the bleed after it, from the demo performance."""
    hits = groove(8, np.random.default_rng(2021))
    loud = [hit for hit in hits if hit.instrument == "Snare" and hit.velocity > 0.8]
    start = round((loud[1].seconds - 0.1) * RATE)
    hit: np.ndarray = perform(8)["Snare"][start : start + round(SECONDS * RATE)]
    return hit


def curve(folder: Path, fps: int, **settings: Any) -> np.ndarray:
    """Measure the hit, which reaches 1: there is no other to compare it with."""
    stems = find_stems(folder).stems
    frames = round(SECONDS * fps)
    (result,) = measure(stems, Fraction(fps), frames, LevelSettings(**LOUDEST | settings)).stems
    return result.levels


def label(settings: Mapping[str, Any], fps: int) -> str:
    """Write settings as the options that make them."""
    options = [
        f"--{name.rsplit('_', 1)[0].replace('_', '-')} {value}" for name, value in settings.items()
    ]
    return " ".join(options) or f"the defaults, at {fps} fps"


def draw(name: str, variants: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Draw one picture, a curve for each variant."""
    figure = Figure((9, 2.2), dpi=100, facecolor=BACKGROUND, layout="constrained")
    axes = figure.subplots()
    axes.set_facecolor(BACKGROUND)
    rates = (15, 30, 60) if name == "frame-rate" else (60,) * len(variants)
    for settings, fps, color in zip(variants, rates, COLORS[: len(variants)], strict=True):
        levels = curve(folder, fps, **settings)
        edges = np.arange(len(levels) + 1) / fps
        axes.stairs(levels, edges, color=color, linewidth=1.8, label=label(settings, fps))
    axes.set_xlim(0, SECONDS)
    axes.set_ylim(0, 1.03)
    axes.tick_params(colors=INK, labelsize=8)
    axes.set_xlabel("seconds", color=INK, fontsize=8)
    figure.legend(
        loc="outside right upper",
        facecolor=BACKGROUND,
        labelcolor=INK,
        edgecolor="none",
        fontsize=9,
        handlelength=1.2,
    )
    figure.savefig(DOCS / f"levels-{name}.png")


def main() -> None:
    """Draw all pictures."""
    with tempfile.TemporaryDirectory() as temporary:
        soundfile.write(Path(temporary) / "Snare.wav", snare_hit(), RATE, subtype="FLOAT")
        for name, variants in PICTURES.items():
            draw(name, variants, Path(temporary))


if __name__ == "__main__":
    main()
