"""Manim's settings for the plan, asked of manim beside other work."""

import json
import subprocess
import sys

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.manim_cli import settings_with
from manim_drumkit.split.encoder_trial import needs_trial, try_encoder
from manim_drumkit.split.inputs import Inputs


def manim_settings(inputs: Inputs) -> dict[str, str]:
    """Return the settings that every manim of the run will have.

    A process that has loaded manim asks it; another lets a child do so, which takes neither its
    memory nor its time.

    Raises:
        PlanError: a manim.cfg sets what cannot be, or this machine cannot encode so.
    """
    options = inputs.manim_options
    if "manim" in sys.modules:
        settings = settings_with(inputs.scene_file, inputs.scene, options, fps=inputs.fps)
    else:
        settings = _asked_of_child(inputs)
    if needs_trial(settings):
        try_encoder(options, settings)
    return settings


def _asked_of_child(inputs: Inputs) -> dict[str, str]:
    python = [sys.executable, "-B", "-P", "-m", "manim_drumkit.segment.print_settings"]
    words = [str(inputs.scene_file), inputs.scene, str(inputs.fps), *inputs.manim_options]
    child = subprocess.run(
        [*python, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if child.returncode:
        lines = child.stderr.strip().splitlines() or ["it gave no reason"]
        raise PlanError(f"manim cannot be configured for the film: {lines[-1]}")
    settings: dict[str, str] = json.loads(child.stdout.splitlines()[-1])
    return settings
