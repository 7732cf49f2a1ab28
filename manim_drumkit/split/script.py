"""The script ``run_all.sh``: finds its folder, and hands two commands to the supervisor."""

import os
import re
import shlex
from importlib.resources import files
from pathlib import Path

from manim_drumkit.workspace.layout import (
    ENCODED_MIX_NAME,
    MIX_NAME,
    PLAN_NAME,
    SCRIPT_MARK,
    SCRIPT_NAME,
    SEGMENT_LIST_NAME,
    unchecked_path,
)
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.protocol import OPTIONS_OF_A_RUN


def run_all_script(plan: Plan, folder: Path, *, jobs: int, python: str, project: Path) -> str:
    """Return the script that renders a plan and joins the film.

    Args:
        plan: what to render.
        folder: where the plan is, and the script will be.
        jobs: how many manim processes run in parallel, unless ``JOBS`` says otherwise.
        python: the interpreter that manim and this package are installed in.
        project: the folder to run manim in; it may be moved together with ``folder``.
    """
    # Editors on Linux read no AAC; and of a large file, putting the index first makes a copy.
    sound, codecs = ENCODED_MIX_NAME, "-c copy -movflags +faststart"
    if plan.transparent:
        sound, codecs = MIX_NAME, "-c:v copy -c:a pcm_s24le"
    words = {
        "MARK": SCRIPT_MARK,
        "SCENE": plan.scene,
        "FILM": plan.film_name,
        "NAME": SCRIPT_NAME,
        "JOBS": str(jobs),
        "PLAN": PLAN_NAME,
        "PYTHON": shlex.quote(python),
        "PROJECT": _from_here(movable(project, folder, project)),
        "SCENE_FILE": _from_here(plan.scene_file),
        "OPTIONS": shlex.join([*OPTIONS_OF_A_RUN, *plan.manim_options]),
        "SEGMENT_LIST": SEGMENT_LIST_NAME,
        "SOUND": f"-i {sound} -map 0:v -map 1:a" if plan.audio else "-map 0:v",
        "CODECS": codecs,
        "UNCHECKED": str(unchecked_path(Path(), plan.film_name)),
    }
    template = files("manim_drumkit.split").joinpath(SCRIPT_NAME).read_text("utf-8")
    return re.sub("@([A-Z_]+)@", lambda found: words[found[1]], template)


def movable(path: Path, folder: Path, project: Path) -> str:
    """Return a path relative to ``folder`` if both are in ``project``, else an absolute one."""
    path, folder, project = path.resolve(), folder.resolve(), project.resolve()
    if path.is_relative_to(project) and folder.is_relative_to(project):
        return os.path.relpath(path, folder)
    return str(path)


def _from_here(path: str) -> str:
    return shlex.quote(path) if Path(path).is_absolute() else f'"$here"/{shlex.quote(path)}'
