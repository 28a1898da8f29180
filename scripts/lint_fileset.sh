#!/usr/bin/env bash
# Checks generated file sets with the tools that their future owners would use: scripts/lint_fileset.sh DIR…
# The tools come from `scripts/setup.sh linters`; the work is done in lint/.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

[ -x "$TOOLS/linters/bin/python" ] || die "The linters are not there yet: run scripts/setup.sh linters."
use_linters
export PYTHONPATH=$ROOT/scripts
exec "$TOOLS/linters/bin/python" -m lint "$@"
