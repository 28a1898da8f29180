# shellcheck shell=bash
# What every script here shares: where things are, how they speak, and which tools the site is built with.
# Sourced, never run.
#
# shellcheck disable=SC2034  # Not every script uses every value.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Tools live outside the checkout, so that a second clone finds them ready.
TOOLS=${DUNNAGE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/dunnage}

# The versions this project is built and checked with. Raising one here is all that an upgrade takes.
TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132
TERSER_VERSION=5.51.4
DCLINT_VERSION=3.1.0
# The diagrams in Markdown; jsdom is the browser that its parser wants.
MERMAID_VERSION=11.17.2
JSDOM_VERSION=26.1.0
# What checks our own JavaScript and CSS; the types of Node are those of its oldest version that we run on.
TYPESCRIPT_VERSION=7.0.2
NODE_TYPES_VERSION=20.19.43
# The newest that Node 20 runs.
STYLELINT_VERSION=17.16.0
STYLELINT_CONFIG_VERSION=40.0.0
CHECKOV_VERSION=3.3.30
DOTENV_LINTER_VERSION=4.0.0
CARGO_DENY_VERSION=0.20.2
NEXTEST_VERSION=0.9.143
NODE_MAJOR=20

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The program that minifies JavaScript.
TERSER=$TOOLS/terser-$TERSER_VERSION/node_modules/.bin/terser
# The program that checks the dependencies.
CARGO_DENY=$TOOLS/cargo-deny-$CARGO_DENY_VERSION/bin/cargo-deny

# The wasm-bindgen tool must be the very version of the library, and Cargo.lock knows that one.
wasm_bindgen_version() {
  sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$ROOT/Cargo.lock"
}

# Puts the tools that build the page on PATH. With rustup's wasm32 target the compiler is the user's own; where
# set-up had to fall back to Debian's compiler, that one comes first, here and nowhere else.
use_site_tools() {
  PATH=$TOOLS/trunk-$TRUNK_VERSION/bin:$TOOLS/wasm-bindgen-$(wasm_bindgen_version)/bin:$TOOLS/binaryen-$BINARYEN_VERSION/bin:$PATH
  if [ -x "$TOOLS/debian/bin/cargo" ]; then
    PATH=$TOOLS/debian/bin:$PATH
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(cat "$TOOLS/debian/linker")
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
  fi
  # The page must not carry the paths of the machine that built it, which panics would name.
  RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
  RUSTFLAGS="$RUSTFLAGS --remap-path-prefix=$(rustc --print sysroot)=rust"
  # A directory of its own: the page's build neither waits for the native one nor throws its work away.
  CARGO_TARGET_DIR=$(target_dir)/site
  export PATH CARGO_TARGET_DIR RUSTFLAGS
}

# The JavaScript of the page, of its worker and of scripts/: each project of TypeScript is checked as a whole.
TYPESCRIPT=$TOOLS/typescript-$TYPESCRIPT_VERSION-$NODE_TYPES_VERSION/node_modules
STYLELINT=$TOOLS/stylelint-$STYLELINT_VERSION-$STYLELINT_CONFIG_VERSION/node_modules

# Tells the scripts in Python where the linters are that have a directory of their own.
use_linters() {
  export DUNNAGE_TOOLS=$TOOLS
  export DUNNAGE_DCLINT=$TOOLS/dclint-$DCLINT_VERSION/node_modules/.bin/dclint
  export DUNNAGE_MERMAID=$TOOLS/mermaid-$MERMAID_VERSION
  export DUNNAGE_CHECKOV=$TOOLS/checkov-$CHECKOV_VERSION/bin/checkov
  export DUNNAGE_DOTENV_LINTER=$TOOLS/dotenv-linter-$DOTENV_LINTER_VERSION/bin/dotenv-linter
}

target_dir() {
  printf '%s\n' "${CARGO_TARGET_DIR:-$ROOT/target}"
}

# first_of NAME…: the first of these programs that is there, or nothing.
first_of() {
  local name
  for name in "$@"; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

# The first Chromium or Chrome of this machine, or nothing.
find_chromium() {
  first_of "${DUNNAGE_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"
}

# A Firefox of this machine, or nothing.
find_firefox() {
  first_of "${DUNNAGE_FIREFOX:-}" firefox-esr firefox "/Applications/Firefox.app/Contents/MacOS/firefox"
}

# The same browser without its windows, which does the same tests in half the time, or nothing.
find_headless() {
  first_of "${DUNNAGE_HEADLESS:-}" chromium-headless-shell chrome-headless-shell
}

node_is_new_enough() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge "$NODE_MAJOR" ]
}
