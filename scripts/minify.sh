#!/usr/bin/env bash
# Makes the scripts that wasm-bindgen wrote into a built site smaller: scripts/minify.sh [DIST]. The site's own scripts
# stay as they were written. Names that the program looks up are properties, which terser leaves alone.
#
# Trunk's minifier fails on them, so scripts/site.sh runs this afterwards. index.html has no integrity hash of them.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

dist=${1:-$ROOT/dist}
for script in "$dist"/assets/*.js "$dist"/project/project.js "$dist"/views/views.js; do
  [ -e "$script" ] || die "minify: there is no $script; has Trunk built the site?"
  # Not in place: a step that fails leaves the script whole.
  "$TERSER" "$script" --module --compress passes=2 --mangle --output "$script.min"
  mv "$script.min" "$script"
done
