#!/usr/bin/env bash
# Measures what the page, the engine and the command line cost, and writes docs/performance.md anew: scripts/bench.sh
#
# The machine should have nothing else to do. Without Node and a Chromium the page is left out, and the reason is said.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

cd "$ROOT"
cargo bench --bench engine -- --warm-up-time 1 --measurement-time 2
chromium=$(find_chromium || true)
if [ -n "$chromium" ] && node_is_new_enough; then
  scripts/site.sh
  DUNNAGE_CHROMIUM=$chromium node scripts/bench.mjs --write --criterion "$(target_dir)/criterion"
else
  echo "The page is not measured: that needs Node $NODE_MAJOR or newer and a Chromium (scripts/setup.sh browser)." >&2
fi
cargo build --release --quiet
python3 scripts/bench.py "$(target_dir)/release/dunnage" 50
