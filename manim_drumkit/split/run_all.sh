#!/usr/bin/env bash
# @MARK@. Renders the chunks of @SCENE@ that are not done yet, several in
# parallel, and joins all segments into @FILM@. Run it again at any time: it resumes.
#   JOBS=8 @NAME@       renders with 8 manim processes instead of @JOBS@
#   @NAME@ --help       lists --detach, --stop, --only 3,7-9 and more
if [ -z "${BASH_VERSION:-}" ]; then
  echo "Error: this script needs bash; run it with: bash $0" >&2
  exit 1
fi
set -euo pipefail
unset CDPATH

self=${BASH_SOURCE[0]:-}
if [ ! -f "$self" ]; then
  echo "Error: bash must read this script from its file; run it with: bash /path/to/tmp/@NAME@" >&2
  exit 1
fi
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do # where a symbolic link leads to
  target=$(readlink -- "$self" && echo .)
  target=${target%??} # a name may end with a newline, which $(...) drops
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
here=$(cd -- "${self%/*}" && pwd -P && echo .)
here=${here%??}
python=@PYTHON@
if [ ! -e "$here/@PLAN@" ]; then
  echo "Error: $here/@PLAN@ does not exist; run drumkit-split again, or, if this is a copy of the" \
    "script, run the one that it wrote (in a batch system: sbatch --wrap /path/to/tmp/@NAME@)" >&2
  exit 1
fi
if [ ! -x "$python" ]; then
  echo "Error: $python, which wrote this script, is gone; run drumkit-split again" >&2
  exit 1
fi
if ! "$python" -P -c "import manim_drumkit" 2> /dev/null; then
  echo "Error: $python cannot import manim_drumkit any more; install it there, or run" \
    "drumkit-split again" >&2
  exit 1
fi
cd @PROJECT@ # manim reads the manim.cfg of this folder

# These two commands make the film. Change them if you like: what stands here is what runs.
# Each manim process renders chunk after chunk; the chunks, and where to write, are added.
# shellcheck disable=SC2054 # a comma is part of an option, like --resolution 1080,1920
manim=("$python" -B -P -m manim --hide-splash render @SCENE_FILE@ @SCENE@
  @OPTIONS@)
# ffmpeg joins the segments, in the folder of this script, when all of them are whole.
ffmpeg=(ffmpeg -nostdin -hide_banner -loglevel error -y
  -f concat -safe 0 -i @SEGMENT_LIST@ @SOUND@ @CODECS@ @UNCHECKED@)

# The rest is one supervisor, which runs them: python -m manim_drumkit.cli.run
export PATH JOBS=${JOBS:-@JOBS@}
exec "$python" -P -m manim_drumkit.cli.run "$here" "$@" -- "${manim[@]}" -- "${ffmpeg[@]}"
