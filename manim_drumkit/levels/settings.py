"""The settings of levels."""

from dataclasses import dataclass

from manim_drumkit.settings import Settings, choice, number


@dataclass(frozen=True)
class LevelSettings(Settings):
    """How loudness becomes a level; times in milliseconds, whatever the frame rate."""

    detector: str = choice(
        "rms", ("rms", "peak"), "What to measure: the power, or the largest sample."
    )
    window_ms: float | None = number(
        None,
        1,
        10_000,
        "MS",
        "Measure this much sound, up to the end of each frame.",
        unset="one frame",
    )
    attack_ms: float = number(0, 0, 10_000, "MS", "The time a level takes to rise by 63%.")
    hold_ms: float = number(30, 0, 10_000, "MS", "The time a level stays before it falls.")
    release_ms: float = number(200, 0, 60_000, "MS", "The time a level takes to fall by 63%.")
    low_cut_hz: float | None = number(None, 1, 100_000, "HZ", "Measure nothing below this.")
    high_cut_hz: float | None = number(None, 1, 100_000, "HZ", "Measure nothing above this.")
    floor_db: float = number(
        -70,
        -200,
        0,
        "DB",
        "A stem that never exceeds this is silent; also the bottom of --scale db.",
    )
    gate_db: float | None = number(
        None, -200, 0, "DB", "Count frames below this, in dBFS, as silence."
    )
    scale: str = choice(
        "linear", ("linear", "db"), "What heights are proportional to: amplitude, or decibels."
    )
    normalize: str = choice(
        "stem",
        ("stem", "group", "none"),
        "What reaches 1: the loud hits of each stem, of each group, or full scale.",
    )
    peak_percent: float = number(
        95,
        1,
        100,
        "PERCENT",
        "Normalise by this percentile of the hits, or of the frames if that is higher; the rest "
        "is clipped to 1.",
    )
