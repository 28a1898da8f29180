#!/usr/bin/env bash
# Serves the wizard on this machine: scripts/serve.sh [--watch] PORT
# Plainly, the site is built as it will be published and served with its headers. With --watch, Trunk serves a quicker
# build and renews it whenever a source changes.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

watch=
if [ "${1:-}" = --watch ]; then
  watch=yes
  shift
fi
port=${1:?usage: scripts/serve.sh [--watch] PORT}
case $port in
  *[!0-9]*) die "PORT has to be a number, not \"$port\"." ;;
esac
# Asked before the build, which takes a while.
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  die "Port $port is taken by another program. Choose one: make serve PORT=$((port + 1))"
fi
if [ -n "$watch" ]; then
  cd "$ROOT"
  use_site_tools
  [ -z "${NO_COLOR:-}" ] || export NO_COLOR=true
  export TRUNK_SKIP_VERSION_CHECK=true
  printf 'http://127.0.0.1:%s/ as soon as the first build is done\n' "$port"
  exec trunk serve --address 127.0.0.1 --port "$port"
fi
"$ROOT/scripts/site.sh"
if node_is_new_enough; then
  exec node "$ROOT/scripts/serve.mjs" --root "$ROOT/dist" --port "$port"
fi
# Without Node, any static server does: only the headers are missing.
command -v python3 >/dev/null || die "Serving needs Node or Python 3. The site is in dist/; any static server will do."
printf 'http://127.0.0.1:%s/\n' "$port"
exec python3 -m http.server --bind 127.0.0.1 --directory "$ROOT/dist" "$port"
