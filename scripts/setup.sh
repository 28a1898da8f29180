#!/usr/bin/env bash
# Brings what the project is built and tested with: scripts/setup.sh PART…
#
#   native    Rust, rustfmt, clippy
#   site      the wasm32 target, Trunk, wasm-bindgen, wasm-opt, terser, what reads the built HTML
#   browser   Node and Chromium, for the tests that drive the built page
#   firefox   Firefox, for a smaller set of the same tests
#   webkit    WebKitGTK with its driver and a screen to show it on, for that set too
#   linters   the tools that check the generated files, and our own scripts and styles
#   nextest   cargo-nextest, which runs the tests; without it, cargo test does
#   deny      cargo-deny, which checks the dependencies
#   server    nginx, for the test that serves the built page as deploy/ says
#   docker    a Docker Engine with compose, for the test that starts the generated containers
#   test      all of these
#
# Every step is skipped where its result is there already, and tries the ordinary way before a special one. What is
# not part of the system goes to $DUNNAGE_TOOLS (default: ~/.cache/dunnage); deleting that directory undoes it.
# Packages of the system are installed by root alone; anybody else is told the command.
#
# Exit status: 0, or 1 when a needed part is missing. Browser, linters and Docker are not needed to work on the code:
# without them their tests are skipped by name. With CI=true their absence is an error as well, exit status 3.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# rustup takes the compiler of the directory it is called in.
cd "$ROOT"

LOGS=$TOOLS/logs
# One file per missing part, named after it, holding one line on how to get it. The test runner reads them.
MISSING=$TOOLS/missing
failed=0
# uv brings certificates of its own; those of the system know a company's proxy as well.
export UV_SYSTEM_CERTS=1

say() {
  printf 'setup: %s\n' "$*"
}

# A part that cannot be had is remembered with the way to get it.
missing() {
  local name=$1 needed=$2 how=$3
  printf '%s\n' "$how" >"$MISSING/$name"
  if [ "$needed" = needed ]; then
    printf 'setup: %s is missing and needed: %s\n' "$name" "$how" >&2
    failed=1
  elif [ "${CI:-}" = true ]; then
    printf 'setup: %s is missing, an error as CI=true: %s\n' "$name" "$how" >&2
    [ "$failed" != 0 ] || failed=3
  else
    printf 'setup: %s is missing, so its tests will be skipped: %s\n' "$name" "$how"
  fi
}

there() {
  rm -f "$MISSING/$1"
}

# logged NAME COMMAND… keeps the output of a long step out of sight; of a failed one, what it says of the reason is shown.
logged() {
  local log=$LOGS/$1.log
  shift
  if ! "$@" >"$log" 2>&1; then
    { grep -m 2 -i '^error' "$log" || tail -n 3 "$log"; } | sed 's/^/setup:   /' >&2
    printf 'setup:   (whole output: %s)\n' "$log" >&2
    return 1
  fi
}

# A stamp says which version of a thing was completely installed, so that the check costs one read.
stamped() {
  [ -e "$1/.stamp" ] && [ "$(<"$1/.stamp")" = "$2" ]
}

stamp() {
  printf '%s\n' "$2" >"$1/.stamp"
}

is_root_on_debian() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# debian_packages WHY PACKAGE… installs what is not installed yet; only root can.
debian_packages() {
  local why=$1 package
  shift
  local wanted=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || wanted+=("$package")
  done
  [ ${#wanted[@]} -eq 0 ] && return
  is_root_on_debian || return 1
  say "installing Debian's ${wanted[*]} ($why)"
  if [ -z "${apt_updated:-}" ]; then
    logged apt-update apt-get -q -o DPkg::Lock::Timeout=300 update || return 1
    apt_updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive logged "apt-${wanted[0]}" \
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${wanted[@]}"
}

# The Debian mirror that this machine's apt already uses, or the one in DUNNAGE_DEBIAN_MIRROR for a relative of Debian.
debian_mirror() {
  if [ -n "${DUNNAGE_DEBIAN_MIRROR:-}" ]; then
    printf '%s\n' "$DUNNAGE_DEBIAN_MIRROR"
    return
  fi
  grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' '
}

# --- native: Rust ----------------------------------------------------------------------------------------------------

native() {
  if ! command -v cargo >/dev/null; then
    debian_packages "the compiler, as there is no Rust here" rustc-web cargo-web rustfmt-web rust-web-clippy ||
      missing rust needed "install Rust with rustup, see https://rustup.rs"
  fi
  command -v cargo >/dev/null || return 0
  # With rustup, the compiler is the one of rust-toolchain.toml; rustup fetches it by itself unless it is told not to.
  if ! rustc --version >/dev/null 2>&1 && ! { command -v rustup >/dev/null && logged toolchain rustup toolchain install; }; then
    missing rust needed "run: rustup toolchain install $(sed -n 's/^channel = "\(.*\)"$/\1/p' "$ROOT/rust-toolchain.toml")"
    return 0
  fi
  there rust
  local component
  for component in rustfmt clippy; do
    if command -v "cargo-${component/rustfmt/fmt}" >/dev/null || rustup component add "$component" >/dev/null 2>&1; then
      there "$component"
    else
      missing "$component" optional "run: rustup component add $component"
    fi
  done
}

# --- site: the WebAssembly tool chain --------------------------------------------------------------------------------

has_wasm_target() {
  local sysroot
  sysroot=$(rustc --print sysroot 2>/dev/null) && [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib" ]
}

wasm_target() {
  if has_wasm_target; then
    rm -rf "$TOOLS/debian"
    there wasm32
    return
  fi
  if command -v rustup >/dev/null && [ ! -e "$TOOLS/debian/.stamp" ]; then
    say "adding the target wasm32-unknown-unknown with rustup (the page is compiled to WebAssembly)"
    if logged rustup rustup target add wasm32-unknown-unknown && has_wasm_target; then
      there wasm32
      return
    fi
    say "rustup could not fetch it; trying Debian's packages instead"
  fi
  if debian_wasm_target; then
    there wasm32
  else
    rm -rf "$TOOLS/debian"
    missing wasm32 needed "run: rustup target add wasm32-unknown-unknown"
  fi
}

# Debian ships a current compiler for its browsers, without the wasm32 standard library but with its source. The library
# is built once, into a sysroot of our own that otherwise consists of links to Debian's: no file of a package is touched.
debian_wasm_target() {
  command -v apt-get >/dev/null || return 1
  if ! debian_packages "a compiler with the source of its standard library, and a WebAssembly linker" \
    rustc-web cargo-web rust-web-src rust-web-clippy lld-19; then
    say "as root: apt-get install rustc-web cargo-web rust-web-src rust-web-clippy lld-19"
    return 1
  fi
  local version home=$TOOLS/debian
  version=$(/usr/bin/rustc --version)
  stamped "$home" "$version" && return
  say "building the standard library of $version for wasm32 (about a minute; Debian has no package of it)"
  rm -rf "$home"
  local build=$home/build lib=$home/sysroot/lib/rustlib entry
  mkdir -p "$build/src" "$home/bin" "$lib/wasm32-unknown-unknown/lib"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "src/lib.rs"\n' >"$build/Cargo.toml"
  : >"$build/src/lib.rs"
  # Without the embedded bitcode, a link-time-optimised program could not be linked with this library.
  logged debian-std env -u CARGO_TARGET_DIR -C "$build" \
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" \
    nice /usr/bin/cargo build --release --target wasm32-unknown-unknown \
    -Z build-std=std,panic_abort,proc_macro,test || return 1
  for entry in /usr/lib/rustlib/*; do
    [ "${entry##*/}" = wasm32-unknown-unknown ] || ln -s "$entry" "$lib/"
  done
  cp "$build"/target/wasm32-unknown-unknown/release/deps/*.rlib "$lib/wasm32-unknown-unknown/lib/"
  rm -rf "$lib"/wasm32-unknown-unknown/lib/libempty-*.rlib "$build"
  cat >"$home/bin/rustc" <<EOF
#!/bin/sh
exec /usr/bin/rustc --sysroot "$home/sysroot" "\$@"
EOF
  cat >"$home/bin/cargo" <<EOF
#!/bin/sh
# Cargo looks for subcommands such as cargo-clippy in PATH: Debian's has to come before rustup's.
export RUSTC="$home/bin/rustc" SYSROOT="$home/sysroot" PATH="/usr/bin:\$PATH"
exec /usr/bin/cargo "\$@"
EOF
  chmod +x "$home/bin/rustc" "$home/bin/cargo"
  echo wasm-ld-19 >"$home/linker"
  stamp "$home" "$version"
}

# cargo_tool NAME VERSION OPTIMISATION WHY ARGUMENT… installs a program from crates.io into a directory that bears its
# version. Without debugging information and optimised no more than it needs: the build takes far longer than the runs.
cargo_tool() {
  local name=$1 version=$2 level=$3 why=$4
  shift 4
  local home=$TOOLS/$name-$version
  stamped "$home" "$version" && return
  say "building $name $version with cargo, once ($why; some minutes)"
  logged "$name" env -u CARGO_TARGET_DIR \
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_OPT_LEVEL="$level" CARGO_PROFILE_DEV_INCREMENTAL=false \
    nice cargo install --debug --force --root "$home" --version "$version" "$@" || return 1
  stamp "$home" "$version"
}

setup_trunk() {
  local version
  version=$(trunk --version 2>/dev/null) || version=none
  case $version in
    "trunk ${TRUNK_VERSION%.*}."*) ;;
    # Without TLS, as Trunk would only need it to fetch the tools that this script brings.
    *) cargo_tool trunk "$TRUNK_VERSION" 0 "it bundles the page" --locked --no-default-features trunk || {
      missing trunk needed "run: cargo install --locked trunk --version $TRUNK_VERSION"
      return 0
    } ;;
  esac
  there trunk
}

setup_wasm_bindgen() {
  local version
  version=$(wasm_bindgen_version)
  if [ -z "$version" ]; then
    missing wasm-bindgen needed "Cargo.lock names no version of wasm-bindgen"
  elif [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ] ||
    cargo_tool wasm-bindgen "$version" 1 "it writes the page's JavaScript and must be the library's version" wasm-bindgen-cli; then
    there wasm-bindgen
  else
    missing wasm-bindgen needed "run: cargo install wasm-bindgen-cli --version $version"
  fi
}

setup_wasm_opt() {
  local version home=$TOOLS/binaryen-$BINARYEN_VERSION
  version=$(wasm-opt --version 2>/dev/null) || version=none
  case $version in
    "wasm-opt version $BINARYEN_VERSION"*) ;;
    *) npm_tool binaryen "$BINARYEN_VERSION" "$BINARYEN_VERSION.0.0" "its wasm-opt makes the page smaller" || {
      missing wasm-opt needed "install Binaryen $BINARYEN_VERSION, or Node $NODE_MAJOR or newer with npm"
      return 0
    } ;;
  esac
  if [ -e "$home/.stamp" ] && [ ! -x "$home/bin/wasm-opt" ]; then
    mkdir -p "$home/bin"
    # shellcheck disable=SC2016  # "$@" belongs to the script that is written here.
    printf '#!/bin/sh\nexec node "%s" "$@"\n' "$home/node_modules/binaryen/bin/wasm-opt" >"$home/bin/wasm-opt"
    chmod +x "$home/bin/wasm-opt"
  fi
  there wasm-opt
}

setup_site_packages() {
  if node_packages scripts "they read the page's HTML"; then
    there site-packages
  else
    missing site-packages optional "install Node $NODE_MAJOR or newer with npm, or run: npm ci --prefix scripts"
  fi
}

setup_terser() {
  if npm_tool terser "$TERSER_VERSION" "$TERSER_VERSION" "it makes the page's JavaScript smaller"; then
    there terser
  else
    missing terser optional "install Node $NODE_MAJOR or newer with npm"
  fi
}

# npm_tool NAME DIRECTORY-VERSION VERSION WHY [PACKAGE@VERSION…]
npm_tool() {
  local name=$1 home=$TOOLS/$1-$2 version=$3 why=$4
  shift 4
  stamped "$home" "$version" && return
  ensure_node && command -v npm >/dev/null || return 1
  say "fetching $name $version from npm ($why)"
  mkdir -p "$home"
  logged "$name" npm install --prefix "$home" --no-save --no-fund --no-audit --ignore-scripts "$name@$version" "$@" || return 1
  stamp "$home" "$version"
}

# node_packages FOLDER WHY: the npm packages of a folder of ours, kept with the tools, so that a fresh clone finds them, and
# linked to.
node_packages() {
  local source=$ROOT/$1 name=${1##*/} why=$2 lock home
  lock=$(cksum <"$source/package-lock.json")
  lock=${lock// /-}
  home=$TOOLS/$name-$lock
  if ! stamped "$home" "$lock"; then
    ensure_node && command -v npm >/dev/null || return 1
    say "fetching the packages of $1 from npm ($why)"
    mkdir -p "$home"
    cp "$source/package.json" "$source/package-lock.json" "$home/"
    logged "$name" npm ci --prefix "$home" --no-fund --no-audit --ignore-scripts || return 1
    stamp "$home" "$lock"
  fi
  # A directory is somebody's own installation and stays.
  if [ -L "$source/node_modules" ] || [ ! -e "$source/node_modules" ]; then
    [ "$(readlink "$source/node_modules" || true)" = "$home/node_modules" ] ||
      ln -sfn "$home/node_modules" "$source/node_modules"
  fi
}

ensure_node() {
  node_is_new_enough && return
  debian_packages "Node runs the browser tests and some tools" nodejs npm && node_is_new_enough
}

site() {
  native
  [ "$failed" != 1 ] || return 0
  wasm_target
  setup_wasm_bindgen
  setup_trunk
  setup_wasm_opt
  setup_terser
  setup_site_packages
}

# --- browser ---------------------------------------------------------------------------------------------------------

browser() {
  if ensure_node; then
    there node
    if node_packages tests/e2e "they talk to the browser"; then
      there browser-packages
    else
      missing browser-packages optional "run: npm ci --prefix tests/e2e"
    fi
  else
    missing node optional "install Node $NODE_MAJOR or newer, see https://nodejs.org"
  fi
  if find_chromium >/dev/null || debian_packages "the tests drive the built page in a real browser" chromium; then
    there chromium
  else
    missing chromium optional "install Chromium or Chrome, or set DUNNAGE_CHROMIUM to its program"
  fi
  # Chromium itself will do.
  find_headless >/dev/null || debian_packages "the tests are twice as quick without windows" chromium-headless-shell || true
}

# Playwright drives Firefox as it is, and WebKitGTK comes with a driver of its own: neither needs a special build.
firefox() {
  if find_firefox >/dev/null || debian_packages "some tests drive the built page in it" firefox-esr; then
    there firefox
  else
    missing firefox optional "install Firefox 153 or newer, or set DUNNAGE_FIREFOX to its program"
  fi
}

webkit() {
  if { [ -x /usr/bin/WebKitWebDriver ] && [ -x /usr/bin/Xvfb ]; } ||
    debian_packages "some tests drive the built page in WebKit" webkit2gtk-driver xvfb; then
    there webkit
  else
    missing webkit optional "install WebKitGTK's WebKitWebDriver and MiniBrowser, and Xvfb"
  fi
}

# --- linters ---------------------------------------------------------------------------------------------------------

python_linters() {
  local want home=$TOOLS/linters
  want=$(<"$ROOT/scripts/linters.txt")
  stamped "$home" "$want" && return
  say "fetching the linters of scripts/linters.txt from PyPI (hadolint, shellcheck, yamllint, ruff and others)"
  fresh_venv "$home" || return 1
  logged linters-uv "$home/bin/python" -m pip install "$(grep '^uv==' "$ROOT/scripts/linters.txt")" || return 1
  logged linters "$home/bin/uv" pip install --python "$home/bin/python" -r "$ROOT/scripts/linters.txt" || return 1
  stamp "$home" "$want"
}

# Checkov pins its many dependencies itself, so it gets an environment of its own.
setup_checkov() {
  local home=$TOOLS/checkov-$CHECKOV_VERSION
  stamped "$home" "$CHECKOV_VERSION" && return
  say "fetching checkov $CHECKOV_VERSION from PyPI (policies for Dockerfiles, and a search for secrets)"
  fresh_venv "$home" || return 1
  logged checkov "$TOOLS/linters/bin/uv" pip install --python "$home/bin/python" "checkov==$CHECKOV_VERSION" || return 1
  stamp "$home" "$CHECKOV_VERSION"
}

fresh_venv() {
  logged venv python3 -m venv --clear "$1" && return
  debian_packages "an environment for the linters" python3-venv && logged venv python3 -m venv --clear "$1"
}

# debian_unpacked NAME REVISION WHY PACKAGE… unpacks packages of Debian's next release, whose programs are run with their
# own C library, not installed: nothing of the system changes, and root is not needed. A new list is a new revision.
debian_unpacked() {
  local home=$TOOLS/$1 want=$2 why=$3 keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror deb
  shift 3
  stamped "$home" "$want" && return
  # grep complains about a list that does not exist, yet prints what it found in the others.
  mirror=$(debian_mirror || true)
  command -v apt-get >/dev/null && [ -n "$mirror" ] && [ -e "$keyring" ] || return 1
  say "unpacking $why"
  rm -rf "$home"
  mkdir -p "$home/lists/partial" "$home/cache/archives/partial" "$home/root"
  echo "deb [signed-by=$keyring] $mirror forky main" >"$home/forky.list"
  local apt=(apt-get -q -o Dir::Etc::sourcelist="$home/forky.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$home/lists"
    -o Dir::Cache="$home/cache" -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none)
  # apt would drop to a user of its own, who may not enter this directory.
  [ "$(id -u)" != 0 ] || apt+=(-o APT::Sandbox::User=root)
  logged "${home##*/}-lists" "${apt[@]}" update || return 1
  (cd "$home" && logged "${home##*/}" "${apt[@]}" download "$@") || return 1
  for deb in "$home"/*.deb; do
    dpkg-deb -x "$deb" "$home/root"
  done
  rm -rf "$home"/*.deb "$home/lists" "$home/cache"
  stamp "$home" "$want"
}

# An nginx, a compose, a buildx and a quadlet new enough to judge current files.
debian_linters() {
  debian_unpacked debian-linters 4 "nginx, compose, buildx, caddy and quadlet of Debian's next release (they check the generated files)" \
    caddy docker-buildx docker-compose libc6 libcrypt1 libpcre2-8-0 libssl3t64 libzstd1 nginx nginx-common podman zlib1g
}

linters() {
  ensure_node || true
  if python_linters; then
    there python-linters
    if setup_checkov; then there checkov; else missing checkov optional "needs PyPI; see the message above"; fi
  else
    missing python-linters optional "needs Python 3.10 or newer with its venv module, and PyPI"
  fi
  if npm_tool dclint "$DCLINT_VERSION" "$DCLINT_VERSION" "it checks compose files"; then
    there dclint
  else
    missing dclint optional "install Node $NODE_MAJOR or newer with npm"
  fi
  if npm_tool mermaid "$MERMAID_VERSION" "$MERMAID_VERSION" "it parses diagrams" "jsdom@$JSDOM_VERSION"; then
    there mermaid
  else
    missing mermaid optional "install Node $NODE_MAJOR or newer with npm"
  fi
  if npm_tool typescript "$TYPESCRIPT_VERSION-$NODE_TYPES_VERSION" "$TYPESCRIPT_VERSION" "it checks the types in web/ and scripts/" "@types/node@$NODE_TYPES_VERSION"; then
    there typescript
  else
    missing typescript optional "install Node $NODE_MAJOR or newer with npm"
  fi
  if npm_tool stylelint "$STYLELINT_VERSION-$STYLELINT_CONFIG_VERSION" "$STYLELINT_VERSION" "it checks styles/" "stylelint-config-standard@$STYLELINT_CONFIG_VERSION"; then
    there stylelint
  else
    missing stylelint optional "install Node $NODE_MAJOR or newer with npm"
  fi
  if command -v cargo >/dev/null && cargo_tool dotenv-linter "$DOTENV_LINTER_VERSION" 0 "it checks .env files" \
    --no-default-features dotenv-linter; then
    there dotenv-linter
  else
    missing dotenv-linter optional "run: cargo install dotenv-linter --version $DOTENV_LINTER_VERSION --no-default-features"
  fi
  if debian_linters; then
    there debian-linters
  else
    missing debian-linters optional "nginx, compose, caddy and quadlet checks need a Debian machine (apt-get, dpkg-deb)"
  fi
}

# --- nextest: the tests -----------------------------------------------------------------------------------------------

# Not counted as missing where it cannot be had: cargo test runs the same tests.
nextest() {
  cargo nextest --version >/dev/null 2>&1 ||
    cargo_tool cargo-nextest "$NEXTEST_VERSION" 0 "it runs the tests" --locked cargo-nextest ||
    say "without cargo-nextest, cargo test runs the tests"
}

# --- deny: the dependencies ---------------------------------------------------------------------------------------------

deny() {
  if command -v cargo >/dev/null && cargo_tool cargo-deny "$CARGO_DENY_VERSION" 0 "it checks the dependencies" --locked cargo-deny; then
    there cargo-deny
  else
    missing cargo-deny optional "run: cargo install --locked cargo-deny --version $CARGO_DENY_VERSION"
  fi
}

# --- server: the web server of deploy/ --------------------------------------------------------------------------------

server() {
  if debian_unpacked debian-nginx 1 "nginx with its Brotli module, of Debian's next release (it serves the site as deploy/ says)" \
    libc6 libcrypt1 libnginx-mod-http-brotli-static libpcre2-8-0 libssl3t64 nginx nginx-common zlib1g; then
    there nginx
  else
    missing nginx optional "needs a Debian machine (apt-get, dpkg-deb)"
  fi
}

# --- docker ----------------------------------------------------------------------------------------------------------

docker_engine() {
  if docker version >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
    there docker
  else
    missing docker optional "start a Docker Engine with the compose plugin, or point DOCKER_HOST at one"
  fi
}

# ---------------------------------------------------------------------------------------------------------------------

[ $# -gt 0 ] || set -- help
mkdir -p "$LOGS" "$MISSING"
# Two clones may be set up at once; the second one waits and then finds everything there.
if command -v flock >/dev/null; then
  exec 9>"$TOOLS/.lock"
  flock 9
fi
for part in "$@"; do
  case $part in
    native) native ;;
    site) site ;;
    browser) browser ;;
    firefox) firefox ;;
    webkit) webkit ;;
    linters) linters ;;
    nextest) nextest ;;
    deny) deny ;;
    server) server ;;
    docker) docker_engine ;;
    test | all)
      site
      # Nothing can be tested without these, so the rest need not be fetched.
      [ "$failed" != 1 ] || break
      browser
      firefox
      webkit
      linters
      nextest
      deny
      server
      docker_engine
      ;;
    *)
      sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p;}' "$0"
      [ "$part" = help ] && exit 0
      exit 2
      ;;
  esac
done
exit "$failed"
