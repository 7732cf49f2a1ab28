"""The script ``run_all.sh``: many manims side by side, then one film."""

import os
import shlex
from pathlib import Path

from manim_drumkit.command import OPTIONS_OF_A_RUN
from manim_drumkit.film import SEGMENT_LIST_NAME, unchecked_path
from manim_drumkit.plan import Plan
from manim_drumkit.workspace import MIX_NAME, SCRIPT_NAME

TEMPLATE = r"""#!/usr/bin/env bash
# Written by drumkit-split. Renders the chunks of {scene} that are not done yet, several at a
# time, and joins all segments into {film}. Run it again at any time: it goes on.
#   JOBS=8 {name}    renders with 8 manim processes instead of {jobs}
set -euo pipefail
unset CDPATH

here=$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd -P)
python={python}
jobs=${{JOBS:-{jobs}}}
cd {project} # manim reads the manim.cfg of this folder

drumkit() {{ # render, check
  "$python" -P -m manim_drumkit.cli.run "$@"
}}

case $jobs in
  '' | *[!0-9]* | 0* | ?????*)
    echo "Error: JOBS=$jobs is not a number of processes, like 4" >&2
    exit 1
    ;;
esac
if ! command -v ffmpeg >/dev/null; then
  echo "Error: ffmpeg is not installed; install it (apt install ffmpeg, brew install ffmpeg)" >&2
  exit 1
fi
trap 'echo "Stopped. Run $0 again: it goes on from here." >&2; exit 130' INT

{sound}# Manim, as often side by side as there are jobs; the chunks to draw are added. It fails, and
# says why, unless every segment is whole in the end.
drumkit render --jobs "$jobs" "$here" -- \
  "$python" -P -m manim --hide-splash render {scene_file} {scene} \
  {options}
{wait}ffmpeg -nostdin -hide_banner -loglevel error -y \
  -f concat -safe 0 -i "$here/{segment_list}" {input}\
  -map 0:v {output}-c copy -movflags +faststart "$here/{unchecked}"
drumkit check "$here"
"""

ENCODED_MIX_NAME = ".mix.m4a"

SOUND = f"""\
# The sound is encoded while the first pictures are drawn.
ffmpeg -nostdin -hide_banner -loglevel error -y \\
  -i "$here/{MIX_NAME}" -c:a aac -b:a 256k "$here/{ENCODED_MIX_NAME}" &
sound=$!
trap 'kill "$sound" 2>/dev/null || true' EXIT

"""


def run_all_script(plan: Plan, folder: Path, *, jobs: int, python: str, project: Path) -> str:
    """Write the script that renders a plan and joins the film.

    Args:
        plan: what to render.
        folder: where the plan is, and the script will be.
        jobs: how many manim processes run side by side, unless ``JOBS`` says otherwise.
        python: the interpreter that manim and this package are installed in.
        project: the folder to run manim in; it may be moved together with ``folder``.
    """
    return TEMPLATE.format(
        scene=plan.scene,
        film=plan.film_name,
        name=SCRIPT_NAME,
        jobs=jobs,
        python=shlex.quote(python),
        project=_from_here(movable(project, folder, project)),
        scene_file=_from_here(plan.scene_file),
        options=shlex.join([*OPTIONS_OF_A_RUN, *plan.manim_options]),
        segment_list=SEGMENT_LIST_NAME,
        sound=SOUND if plan.audio else "",
        wait='wait "$sound"\n' if plan.audio else "",
        input=f'-i "$here/{ENCODED_MIX_NAME}" ' if plan.audio else "",
        output="-map 1:a " if plan.audio else "",
        unchecked=unchecked_path(Path(), plan),
    )


def movable(path: Path, folder: Path, project: Path) -> str:
    """Give a path relative to ``folder`` if both are in ``project``, else an absolute one."""
    path, folder, project = path.resolve(), folder.resolve(), project.resolve()
    if path.is_relative_to(project) and folder.is_relative_to(project):
        return os.path.relpath(path, folder)
    return str(path)


def _from_here(path: str) -> str:
    return shlex.quote(path) if Path(path).is_absolute() else f'"$here"/{shlex.quote(path)}'
