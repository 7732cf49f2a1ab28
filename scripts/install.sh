#!/usr/bin/env bash
# Installs what the project needs: system packages if they are missing, then .venv with the
# versions of requirements.lock. Does nothing when all of it is there.
#   PYTHON=python3.12 scripts/install.sh    uses another Python
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
  local python
  for python in ${PYTHON:-python3.11 python3 python3.14 python3.13 python3.12}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$python" && return
    fi
  done
  echo "Error: no Python 3.11 or newer was found; install one, or set PYTHON=/path/to/it" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

has_library() {
  command -v pkg-config >/dev/null && pkg-config --exists "$1"
}

has_shared() {
  case "$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p)" in *"$1"*) ;; *) return 1 ;; esac
}

# manim's cairo and pango bindings are compiled on Linux, so they need headers and a compiler.
install_with_apt() {
  local python=$1 missing=()
  command -v ffmpeg >/dev/null || missing+=(ffmpeg)
  command -v cc >/dev/null || missing+=(build-essential)
  command -v pkg-config >/dev/null || missing+=(pkg-config)
  has_library cairo || missing+=(libcairo2-dev)
  has_library pangocairo || missing+=(libpango1.0-dev)
  has_shared libEGL.so.1 || missing+=(libegl1 libgl1-mesa-dri)
  has_shared libGL.so.1 || missing+=(libgl1)
  "$python" -c 'import ensurepip' 2>/dev/null || missing+=("$("$python" -c \
    'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
  "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
    missing+=("$("$python" -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])')")
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing system packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
}

install_with_brew() {
  local missing=()
  command -v ffmpeg >/dev/null || missing+=(ffmpeg)
  command -v pkg-config >/dev/null || missing+=(pkg-config)
  has_library cairo || missing+=(cairo)
  has_library pangocairo || missing+=(pango)
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing system packages: ${missing[*]}"
  brew install --quiet "${missing[@]}"
}

state=$(cat requirements.lock pyproject.toml scripts/install.sh | cksum)
if [ "$(cat .venv/installed 2>/dev/null)" = "$state" ] && command -v ffmpeg >/dev/null; then
  exit 0
fi

python=$(find_python)
if command -v apt-get >/dev/null; then
  install_with_apt "$python"
elif command -v brew >/dev/null; then
  install_with_brew
else
  echo "Note: install ffmpeg, cairo and pango (with headers) by your system's own means" >&2
fi

echo "Installing Python packages into .venv"
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --use-pep517 -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --no-deps --no-build-isolation -e .
echo "$state" >.venv/installed
