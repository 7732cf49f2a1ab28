#!/usr/bin/env bash
# All checks, in the order of how soon they can fail.
#   scripts/check.sh quick    without the tests that render films: under a minute
#   scripts/check.sh          with all tests
# More arguments go to pytest.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

if [ "${1-}" = quick ]; then
  shift
  set -- -m quick "$@"
fi

ruff check
ruff format --check
mypy
lint-imports
shellcheck scripts/*.sh .ci/run manim_drumkit/split/run_all.sh
pytest -n auto --dist worksteal "$@"
