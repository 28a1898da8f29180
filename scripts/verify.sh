#!/usr/bin/env bash
# The whole proof, which takes an hour or two, and the page that says so: scripts/verify.sh [PART…]
#
#   texts     every reachable text through every tool that can judge its kind
#   boot      presets and all pairs of what changes a running stack, built, brought up, probed and stopped
#   survive   faults injected into running stacks
#   docs      docs/verification.json, docs/verification.md and public/verification.html from what the others found
#
# Each part leaves its result in target/verify/, so that one of them can be run again alone. Exit status 0 when nothing
# was found above "info" and every container test passed.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$ROOT"

WORK=$ROOT/target/verify
python=$TOOLS/linters/bin/python

# What is called with "||" goes on after a failure, whatever errexit says: hence the chain.
texts() {
  rm -rf "$WORK/texts"
  mkdir -p "$WORK/texts"
  use_linters
  cargo build --quiet &&
    cargo run --quiet --example sets -- all "$WORK/texts" &&
    "$python" scripts/verify.py "$WORK/texts" "$WORK/texts.json" &&
    UV_SYSTEM_CERTS=1 PATH=$TOOLS/linters/bin:$PATH "$python" scripts/check_pins.py &&
    cargo run --quiet --example system_packages | "$python" scripts/check_system_packages.py
}

# containers PART ARGUMENT…: tests of that part, and what each of them saw, a line of JSON each.
containers() {
  rm -f "$WORK/$1.jsonl"
  DUNNAGE_RESULTS=$WORK/$1.jsonl CI=true cargo test --no-fail-fast --features verify "${@:2}"
}

mkdir -p "$WORK"
scripts/setup.sh test
[ $# -gt 0 ] || set -- texts boot survive docs
status=0
for part in "$@"; do
  case $part in
    texts) texts || status=1 ;;
    boot) containers boot --test boot --test verify -- --skip survive:: || status=1 ;;
    survive) containers survive --test verify survive:: -- --test-threads=1 || status=1 ;;
    docs) "$python" scripts/verification.py "$WORK" docs/verification.json ;;
    *) die "There is no part $part; there are: texts boot survive docs." ;;
  esac
done
exit "$status"
