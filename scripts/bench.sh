#!/usr/bin/env bash
# Times `dunnage render` as a process, a whole set per run: scripts/bench.sh [RUNS]
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

cd "$ROOT"
cargo build --release --quiet
exec python3 scripts/bench.py "$(target_dir)/release/dunnage" "${1:-50}"
