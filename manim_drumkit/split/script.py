"""The script ``run_all.sh``: many manims side by side, then one film."""

import os
import shlex
from pathlib import Path

from manim_drumkit.run.control import SCRIPT_VARIABLE, STOPPED
from manim_drumkit.run.film import SEGMENT_LIST_NAME, unchecked_path
from manim_drumkit.segment.manim_cli import OPTIONS_OF_A_RUN
from manim_drumkit.workspace.layout import MIX_NAME, SCRIPT_MARK, SCRIPT_NAME
from manim_drumkit.workspace.lock import LOCK_DESCRIPTOR, LOCK_NAME
from manim_drumkit.workspace.plan import Plan

TEMPLATE = r"""#!/usr/bin/env bash
# {mark}. Renders the chunks of {scene} that are not done yet, several at a
# time, and joins all segments into {film}. Run it again at any time: it goes on.
#   JOBS=8 {name}       renders with 8 manim processes instead of {jobs}
#   {name} --help       lists --detach, --stop, --only 3,7-9 and more
set -euo pipefail
unset CDPATH

self=${{BASH_SOURCE[0]}}
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do # where a symbolic link leads to
  target=$(readlink -- "$self" && echo .)
  target=${{target%??}} # a name may end with a newline, which $(...) drops
  case $target in /*) self=$target ;; *) self=${{self%/*}}/$target ;; esac
done
here=$(cd -- "${{self%/*}}" && pwd -P && echo .)
here=${{here%??}}
python={python}
cd {project} # manim reads the manim.cfg of this folder

drumkit() {{ # becomes a step of the run: begin, tend, render, check, end; or control
  local step=$1
  shift
  exec "$python" -P -m "manim_drumkit.cli.$step" "$@"
}}

for word; do
  case $word in
    --help) drumkit begin --help ;;
    --detach) drumkit control detach -- "$here/${{self##*/}}" "$@" ;;
    --stop) drumkit control stop -- "$here" ;;
  esac
done

# Whatever ends this script ends all that it has started. Each step runs in the background, since
# bash heeds no signal while it waits for a step in the foreground.
finish() {{
  local status=$? running
  trap '' INT TERM HUP
  running=$(jobs -p)
  # shellcheck disable=SC2086 # the numbers of several processes
  [ -z "$running" ] || kill $running 2>/dev/null || true
  wait
  if [ "$status" -ne 0 ] && [ -n "$begun" ]; then
    (drumkit end -- "$here" "$status") || true
  fi
  exit "$status"
}}
begun=
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

failed() {{ # unless it was stopped
  [ "$1" -ne {stopped} ] || exit "$1"
  rm -f "$here/{unchecked}"
  echo "Error: $2; what is rendered is kept, run it again" >&2
  exit 1
}}

# The lock is inherited by all that is started here: one run at a time.
exec {lock}>>"$here/{lock_name}" || {{
  echo "Error: $here cannot be written; copy it to a place that can be" >&2
  exit 1
}}
export JOBS=${{JOBS:-{jobs}}} {script_variable}=$$
drumkit begin "$here" "$@" &
wait $!
begun=yes

{sound}# Manim, as often side by side as there are jobs; the chunks to draw are added. It fails, and
# says why, unless every chunk that it was to render is whole in the end.
drumkit render "$@" -- "$here" \
  "$python" -P -m manim --hide-splash render {scene_file} {scene} \
  {options} &
wait $!
[ -e "$here/{segment_list}" ] || exit 0 # after --only, when there is more to do

{wait}
join_segments() {{
  cd -- "$here" # so that the list has no path of which ffmpeg might make something else
  drumkit tend -- "$here" ffmpeg -nostdin -hide_banner -loglevel error -y \
    -f concat -safe 0 -i {segment_list} {input}\
    -map 0:v {output}-c copy -movflags +faststart {unchecked}
}}
join_segments &
wait $! || failed $? "ffmpeg could not join the segments"
drumkit check -- "$here" &
wait $!
"""

ENCODED_MIX_NAME = ".mix.m4a"

SOUND = f"""\
# The sound is encoded while the first pictures are drawn.
drumkit tend -- "$here" ffmpeg -nostdin -hide_banner -loglevel error -y \\
  -i "$here/{MIX_NAME}" -c:a aac -b:a 256k "$here/{ENCODED_MIX_NAME}" &
sound=$!

"""

WAIT = 'wait "$sound" || failed $? "ffmpeg could not encode the sound"\n'


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
        mark=SCRIPT_MARK,
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
        script_variable=SCRIPT_VARIABLE,
        wait=WAIT if plan.audio else "",
        stopped=STOPPED,
        lock=LOCK_DESCRIPTOR,
        lock_name=LOCK_NAME,
        input=f"-i {ENCODED_MIX_NAME} " if plan.audio else "",
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
