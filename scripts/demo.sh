#!/usr/bin/env bash
# From a fresh clone to a film: installs what is needed, makes stems, splits them and renders.
# Run it again: what is done already is kept.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh
export PATH="$PWD/.venv/bin:$PATH"

[ -d stems ] || drumkit-stems stems/
drumkit-split stems/
./tmp/run_all.sh
