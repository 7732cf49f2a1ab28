#!/usr/bin/env bash
# All checks, in the order of how soon they can fail. Arguments go to pytest.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

ruff check
ruff format --check
mypy
shellcheck scripts/*.sh .ci/run
pytest -n auto --dist worksteal "$@"
