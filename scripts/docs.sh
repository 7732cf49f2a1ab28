#!/usr/bin/env bash
# Builds the documentation into site/ and checks its links; installs what is missing before.
#   scripts/docs.sh serve    shows it, and builds again what you edit
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh
export PATH="$PWD/.venv/bin:$PATH"

state=$(cat requirements.lock requirements-docs.lock | cksum)
if [ "$(cat .venv/installed-docs 2>/dev/null)" != "$state" ]; then
  echo "Installing mkdocs into .venv"
  python -m pip install --quiet --disable-pip-version-check \
    -r requirements-docs.lock --constraint requirements.lock
  echo "$state" >.venv/installed-docs
fi

export NO_MKDOCS_2_WARNING=1
if [ "${1-}" = serve ]; then
  exec python -m mkdocs serve --strict
fi
python -m mkdocs build --strict --quiet
python scripts/check_site.py site
echo "site/index.html"
