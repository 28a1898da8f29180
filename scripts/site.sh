#!/usr/bin/env bash
# Builds the static site into dist/. The tools come from `scripts/setup.sh site`.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

cd "$ROOT"
use_site_tools
flags=(--release)
# What is tested for everybody is built from exactly the committed versions.
[ "${CI:-}" != true ] || flags+=(--locked)
# Trunk reads this variable as a boolean and stops at the usual NO_COLOR=1.
[ -z "${NO_COLOR:-}" ] || export NO_COLOR=true
# Asking for news of Trunk would be the build's only access to the network.
export TRUNK_SKIP_VERSION_CHECK=true
trunk build "${flags[@]}" "$@"
# Without Node the site works as well, only its scripts are some kB larger, and it does not work offline.
if [ -x "$TERSER" ] && node_is_new_enough; then
  scripts/minify.sh
else
  echo "Without terser, which scripts/setup.sh site fetches with npm, the site's scripts are some kB larger." >&2
fi
if node_is_new_enough && [ -e scripts/node_modules ]; then
  node scripts/finish_site.mjs
else
  echo "Without Node $NODE_MAJOR or newer and npm, the site stays as Trunk built it: it does not work offline." >&2
fi
