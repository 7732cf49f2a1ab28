"""Manim's settings for the plan, asked of manim beside other work."""

import json
import subprocess
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.manim_cli import settings_with
from manim_drumkit.split.encoder_trial import needs_trial, try_encoder

if TYPE_CHECKING:
    from manim_drumkit.split.inputs import Inputs


class SettingsProcess:
    """A process that imports manim while this one does other work, to be asked for settings."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", "-m", "manim_drumkit.segment.print_settings"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it, if it runs still."""
        self._process.kill()
        self._process.communicate()

    def ask(self, inputs: "Inputs") -> dict[str, str]:
        """Return the settings for a film; it can be asked once.

        Raises:
            PlanError: there are none.
        """
        words = [str(inputs.scene_file), inputs.scene, str(inputs.fps), *inputs.manim_options]
        output, errors = self._process.communicate(json.dumps(words))
        if self._process.returncode:
            lines = errors.strip().splitlines() or ["it gave no reason"]
            raise PlanError(f"manim cannot be configured for the film: {lines[-1]}")
        settings: dict[str, str] = json.loads(output.splitlines()[-1])
        return settings


def manim_settings(inputs: "Inputs", process: SettingsProcess | None = None) -> dict[str, str]:
    """Return the settings that every manim of the run will have.

    A process that has loaded manim asks it; another lets a child do so, which takes neither its
    memory nor its time.

    Args:
        inputs: what the film is made from.
        process: a child that was started for this film and has not been asked yet.

    Raises:
        PlanError: a manim.cfg sets what cannot be, or this machine cannot encode so.
    """
    options = inputs.manim_options
    if "manim" in sys.modules:
        settings = settings_with(inputs.scene_file, inputs.scene, options, fps=inputs.fps)
    else:
        with process or SettingsProcess() as asked:
            settings = asked.ask(inputs)
    if needs_trial(settings):
        try_encoder(options, settings)
    return settings
