"""From what was split to a film of which some frames are drawn before a run."""

from collections.abc import Mapping

from manim_drumkit.run.trial import Trial
from manim_drumkit.split.splitting import Split, plan_of
from manim_drumkit.workspace.film_levels import Music
from manim_drumkit.workspace.plan import ChunkPlace


def trial_of(done: Split, settings: Mapping[str, str]) -> Trial:
    """Return the film of a split that writes nothing; ``settings`` are manim's, for its plan."""
    inputs = done.inputs
    unwritten = Music((ChunkPlace(0, inputs.frames, ""),), "", "")
    plan = plan_of(inputs, unwritten, settings=settings)
    return Trial(plan, done.levels, done.hits, inputs.scene_file, inputs.background)
