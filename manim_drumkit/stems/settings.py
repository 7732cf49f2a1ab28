"""The settings of one stem."""

from dataclasses import dataclass

from manim_drumkit.settings import Settings, color, flag, number, text


@dataclass(frozen=True)
class StemSettings(Settings):
    """What may differ for one stem."""

    label: str | None = text("The name in the film.")
    color: str | None = color("Its colour.")
    order: float | None = number(
        None, -1e6, 1e6, "", "Its place in the row; stems without one follow."
    )
    gain_db: float = number(0, -120, 120, "DB", "Its gain, in the mix and before the levels.")
    pan: float | None = number(None, -1, 1, "", "Its place in the mix: -1 is left, 1 is right.")
    gate_db: float | None = number(None, -200, 0, "DB", "Its own gate.")
    group: str | None = text("The group to normalise it with.")
    leave_out: bool = flag("Leave it out of the picture and the sound.")
