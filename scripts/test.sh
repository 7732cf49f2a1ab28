#!/usr/bin/env bash
# Installs what is needed and passes the tests. Arguments go to pytest.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh
scripts/check.sh "$@"
