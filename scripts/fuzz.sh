#!/usr/bin/env bash
# Fuzzes what reads text from elsewhere: scripts/fuzz.sh [-s SECONDS] [TARGET…]
#
# Targets are those of fuzz/fuzz_targets/; without a name, all of them, one after the other, 300 seconds each. Needs a
# nightly compiler and `cargo install cargo-fuzz`. A crash is kept in fuzz/artifacts/; what is found once becomes a seed in
# fuzz/seeds/ and a test.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$ROOT"

seconds=300
if [ "${1:-}" = -s ]; then
  seconds=$2
  shift 2
fi
if [ $# = 0 ]; then
  for file in fuzz/fuzz_targets/*.rs; do
    set -- "$@" "$(basename "$file" .rs)"
  done
fi
for target in "$@"; do
  [ -d "fuzz/seeds/$target" ] || die "There is no target $target."
  mkdir -p "fuzz/corpus/$target"
  # The first directory is the corpus that grows; the seeds are only read.
  cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -dict="fuzz/dictionaries/$target.dict" -print_final_stats=1
done
