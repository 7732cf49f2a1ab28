"""The settings of one stem."""

from dataclasses import dataclass

from manim_drumkit.errors import ConfigError
from manim_drumkit.settings import Settings, choice, color, flag, number, text
from manim_drumkit.stems.kinds import KINDS


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
    kind: str | None = choice(None, KINDS, "What it is, if its name does not tell.")
    bands: int | None = number(
        None, 1, 40, "", "Into how many bands of frequencies to split it, each a stem."
    )
    leave_out: bool = flag("Leave it out of the picture and the sound.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.bands, float):
            raise ConfigError(f"bands is {self.bands!r}; give a whole number from 1 to 40")
