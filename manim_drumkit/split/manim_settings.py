"""Manim's settings for the plan."""

import sys
from typing import TYPE_CHECKING

from manim_drumkit.segment.manim_cli import settings_with
from manim_drumkit.split.encoder_trial import needs_trial, try_encoder
from manim_drumkit.split.helper import Helper

if TYPE_CHECKING:
    from manim_drumkit.split.inputs import Inputs


def manim_settings(inputs: "Inputs", helper: Helper | None = None) -> dict[str, str]:
    """Return the settings that every manim of the run will have.

    A process that has loaded manim asks it; another lets a helper do so, which takes neither its
    memory nor its time.

    Args:
        inputs: what the film is made from.
        helper: one that was started for this film and has not been asked yet.

    Raises:
        PlanError: a manim.cfg sets what cannot be, or this machine cannot encode so.
    """
    options = inputs.manim_options
    if "manim" in sys.modules:
        settings = settings_with(inputs.scene_file, inputs.scene, options, fps=inputs.fps)
    elif helper:
        settings = helper.settings(inputs)
    else:
        with Helper() as own:
            settings = own.settings(inputs)
    if needs_trial(settings):
        try_encoder(options, settings)
    return settings
