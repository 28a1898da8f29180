#!/usr/bin/env bash
# Checks the dependencies as deny.toml says: scripts/deny.sh [CHECK…]
#
# Checks are advisories, bans, licenses and sources; without a name, all of them. The database of advisories comes from
# GitHub, which not every machine can reach, so `make test` leaves it out and the workflow includes it.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$ROOT"

[ -x "$CARGO_DENY" ] || die "cargo-deny is not there yet: run scripts/setup.sh deny."
exec "$CARGO_DENY" deny --locked --color never check "$@"
