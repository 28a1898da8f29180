#!/usr/bin/env bash
# Runs every test of the project, or the stages named: scripts/test.sh [STAGE…]
#
# Each stage's counts come from the output of its own tool; its whole output stands in target/test-logs/. What cannot
# run on this machine is skipped by name, with the way to get it, and counted; with CI=true a skip is a failure. The
# last line says how many tests passed, failed and were skipped.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

STAGES=(fmt clippy cargo scripts web deny lint clippy-web site size browser boot)
LOGS=$ROOT/target/test-logs
BIN=$(target_dir)/debug/dunnage

# --- the stages: what each runs ---------------------------------------------------------------------------------------

run_fmt() { cargo fmt --check -- --color never; }

run_clippy() { cargo clippy --quiet --all-targets --features verify -- -D warnings; }

run_clippy-web() (
  use_site_tools
  cargo clippy --quiet --target wasm32-unknown-unknown --no-default-features --features web --bin wizard -- -D warnings
  cargo clippy --quiet --target wasm32-unknown-unknown --no-default-features --features web-views --bin views -- -D warnings
  cargo clippy --quiet --target wasm32-unknown-unknown --no-default-features --features web-project --bin project -- -D warnings
)

# tests ARGUMENT…: cargo-nextest, which has each test in a process of its own and counts them; without it, cargo test.
tests() {
  PATH=$PATH:$TOOLS/cargo-nextest-$NEXTEST_VERSION/bin
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --color never --no-fail-fast --status-level skip "$@"
  else
    cargo test --no-fail-fast "$@"
  fi
}

# A test that lacks a program names itself in DUNNAGE_SKIPS instead of failing.
run_cargo() {
  : >"$LOGS/cargo.skips"
  DUNNAGE_SKIPS=$LOGS/cargo.skips tests --lib --bins --test it
  # Which cargo-nextest does not run.
  cargo test --doc
}

run_boot() {
  : >"$LOGS/boot.skips"
  DUNNAGE_SKIPS=$LOGS/boot.skips tests --test boot
}

# The project's own scripts, held to what it asks of the generated ones.
run_scripts() {
  local bin=$TOOLS/linters/bin bad=0 n=0 file
  local shell=(.ci/run .ci/*.sh scripts/*.sh) python=(scripts/*.py scripts/lint/*.py scripts/lint/tests/*.py) types=(jsconfig.json scripts/types/worker.json scripts/jsconfig.json)
  for file in "${shell[@]}"; do
    n=$((n + 1))
    if ! { "$bin/shellcheck" -x "$file" && "$bin/shfmt" -d -i 2 -ci "$file"; }; then bad=$((bad + 1)); fi
  done
  for file in "${python[@]}"; do
    n=$((n + 1))
    if ! { "$bin/ruff" check --quiet --no-cache --isolated "$file" && "$bin/ruff" format --quiet --no-cache --isolated --line-length 119 --diff "$file"; }; then
      bad=$((bad + 1))
    fi
  done
  # Every script of the page belongs to one of these, which are checked as a whole.
  for file in "${types[@]}"; do
    n=$((n + 1))
    "$TYPESCRIPT/.bin/tsc" --project "$file" --typeRoots "$TYPESCRIPT/@types" || bad=$((bad + 1))
  done
  for file in styles/*.css; do
    n=$((n + 1))
    "$STYLELINT/.bin/stylelint" --config-basedir "$STYLELINT" "$file" || bad=$((bad + 1))
  done
  for file in .github/workflows/*.yml deploy/*.yml; do
    n=$((n + 1))
    if ! { "$bin/check-jsonschema" --builtin-schema vendor.github-workflows "$file" &&
      "$bin/zizmor" --offline --no-progress --quiet --config .github/zizmor.yml "$file"; }; then
      bad=$((bad + 1))
    fi
  done
  # The linters of generated files have tests of their own.
  n=$((n + 1))
  (use_linters && PYTHONPATH=scripts "$bin/python" -m unittest discover --start-directory scripts/lint --top-level-directory scripts) || bad=$((bad + 1))
  n=$((n + 1))
  "$bin/typos" --format brief || bad=$((bad + 1))
  printf '%s passed, %s failed\n' "$((n - bad))" "$bad"
  [ "$bad" = 0 ]
}

# What of the page's scripts needs no page.
run_web() { node --test --test-reporter=tap tests/web/*.test.mjs; }

# Without the advisories, whose database is on GitHub; the workflow has them too.
run_deny() { scripts/deny.sh bans licenses sources; }

# Every preset's set, and sets in which any two values of any two options stand together.
run_lint() {
  local sets
  sets=$(mktemp -d)
  # shellcheck disable=SC2064  # The directory of now is meant.
  trap "rm -rf '$sets'" RETURN
  cargo run --quiet --example sets -- pairs "$sets"
  scripts/lint_fileset.sh --details "$LOGS/lint" "$sets"/*
}

run_site() {
  DUNNAGE_URL='' scripts/site.sh
  DUNNAGE_NGINX=$TOOLS/debian-nginx/root node --test --test-reporter=tap scripts/site.test.mjs scripts/nginx.test.mjs
}

run_size() { node scripts/size.mjs; }

run_browser() {
  # A browser test waits now and then: one more of them than there are processors keeps all of those busy.
  local at_once=$(($(getconf _NPROCESSORS_ONLN) + 1))
  cargo build --quiet
  DUNNAGE_BIN=$BIN DUNNAGE_CHROMIUM=$(find_chromium) DUNNAGE_HEADLESS=$(find_headless || true) \
  DUNNAGE_FIREFOX=$(find_firefox || true) node --test --test-concurrency=$at_once --test-reporter=tap tests/e2e/*.test.mjs
}

# --- what a stage needs beyond Rust; without it, it is skipped --------------------------------------------------------

needs() {
  case $1 in
    fmt) echo rustfmt ;;
    clippy | clippy-web) echo clippy ;;
    scripts) echo python-linters node site-packages typescript stylelint ;;
    lint) echo python-linters ;;
    deny) echo cargo-deny ;;
    web) echo node ;;
    site | size) echo node site-packages ;;
    browser) echo node browser-packages chromium ;;
  esac
}

# --- counting ---------------------------------------------------------------------------------------------------------

# count STAGE LOG STATUS sets passed, failed and skipped, and lists the skipped ones in skips.
count() {
  local log=$2 status=$3 line how
  passed=0 failed=0 skipped=0
  case $1 in
    cargo | boot)
      # From the summary of each tool: what ran and did not pass has failed, whatever the reason.
      read -r passed failed skipped < <(awk '
        /^ *Summary \[/ { sub(/.*\] +([0-9]+\/)?/, ""); p += $4; f += $1 - $4; i += $(NF - 1) }
        /^test result:/ { p += $4; f += $6; i += $8 }
        END { print p + 0, f + 0, i + 0 }' "$log")
      while read -r line; do skips+=("$1: $line is marked as ignored"); done < <(sed -nE 's/^ +SKIP \[ *\] (.*)$/\1/p; s/^test (.*) \.\.\. ignored.*/\1/p' "$log")
      # Both count a test that skipped itself as passed.
      while IFS=$'\t' read -r line how; do
        passed=$((passed - 1)) skipped=$((skipped + 1))
        skips+=("$1: $line; $how")
      done <"$LOGS/$1.skips"
      ;;
    web | site | browser)
      read -r passed failed skipped < <(awk '/^# pass / { p += $3 } /^# (fail|cancelled) / { f += $3 } /^# (skipped|todo) / { s += $3 } END { print p + 0, f + 0, s + 0 }' "$log")
      while read -r line; do skips+=("$1: $line"); done < <(sed -n 's/^ *\(not \)\{0,1\}ok [0-9]* - \(.*\) # \(SKIP\|TODO\) \{0,1\}\(.*\)/\2: \4/p' "$log")
      ;;
    scripts | lint)
      read -r passed failed skipped < <(sed -nE 's/.*\b([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p' "$log" | tail -n 1) || true
      passed=${passed:-0} failed=${failed:-0} skipped=$((10#${skipped:-0}))
      while read -r line; do skips+=("$1: $line"); done < <(sed -nE 's/^(\S+( -t)?) .* SKIP +(.*)$/\1: \3/p' "$log")
      ;;
    *) if [ "$status" = 0 ]; then passed=1; else failed=1; fi ;;
  esac
  # A tool that ended badly has failed, whatever it counted; so has a stage in which nothing ran.
  if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ $((passed + skipped)) = 0 ]; }; then
    [ "$status" != 0 ] || echo "No test ran in this stage." >>"$log"
    failed=1
  fi
}

total_passed=0 total_failed=0 total_skipped=0
skips=()
summary=()

# report STAGE SECONDS
report() {
  local word=ok
  [ "$skipped" = 0 ] || word=ok,skips
  [ $((passed + failed)) != 0 ] || word=skipped
  [ "$failed" = 0 ] || word=FAILED
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  total_skipped=$((total_skipped + skipped))
  summary+=("$(printf '%-11s %-8s %5d passed %4d failed %4d skipped %5d s' "$1" "$word" "$passed" "$failed" "$skipped" "$2")")
  printf '%s\n' "${summary[${#summary[@]} - 1]}"
}

# run STAGE: its output goes to its log, its exit status and the seconds it took to files beside it.
run() {
  local start=$SECONDS status=0
  # In a process of its own with errexit on, which a condition around it would switch off.
  set +e
  (
    set -e
    "run_$1"
  ) >"$LOGS/$1.log" 2>&1
  status=$?
  set -e
  printf '%s %s\n' "$status" $((SECONDS - start)) >"$LOGS/$1.status"
}

# lacking STAGE names the first part that it needs and that is missing; it fails where there is none.
lacking() {
  local part
  for part in $(needs "$1"); do
    if [ -e "$TOOLS/missing/$part" ]; then
      printf '%s\n' "$part"
      return
    fi
  done
  return 1
}

# skip STAGE: whether something that it needs is missing; it is reported as skipped then.
skip() {
  local part
  part=$(lacking "$1") || return 1
  passed=0 failed=0 skipped=1
  skips+=("$1: without $part; $(<"$TOOLS/missing/$part")")
  report "$1" 0
}

# beside STAGE… runs those that were asked for and lack nothing, one after the other.
beside() {
  local name
  for name in "$@"; do
    if [[ " $asked " == *" $name "* ]] && ! lacking "$name" >/dev/null; then
      run "$name"
    fi
  done
}

# conclude STAGE: what a stage that has run comes to.
conclude() {
  local name=$1 log=$LOGS/$1.log status seconds
  read -r status seconds <"$LOGS/$name.status"
  count "$name" "$log" "$status"
  report "$name" "$seconds"
  if [ "$failed" != 0 ]; then
    # The end of a log says what failed; the whole of it is in the file.
    tail -n 80 "$log" | sed 's/^/    /'
    printf '    (whole output: %s)\n' "${log#"$ROOT/"}"
  elif [ "$name" = size ] || [ "$name" = lint ]; then
    sed 's/^/    /' "$log"
  fi
}

last_line() {
  local skipped_part=
  [ "$total_skipped" = 0 ] || skipped_part=", $total_skipped skipped"
  printf '%s passed, %s failed%s\n' "$total_passed" "$total_failed" "$skipped_part"
}

# ----------------------------------------------------------------------------------------------------------------------

cd "$ROOT"
mkdir -p "$LOGS"
setup=0
scripts/setup.sh test || setup=$?
# 3: only parts are missing without which tests can be skipped; every one of them is counted below.
if [ "$setup" != 0 ] && [ "$setup" != 3 ]; then
  echo "Set-up failed, so nothing could be tested."
  total_failed=1
  last_line
  exit 1
fi

[ $# -gt 0 ] || set -- "${STAGES[@]}"
for name in "$@"; do
  [[ " ${STAGES[*]} " == *" $name "* ]] || die "There is no stage $name; there are: ${STAGES[*]}."
done
# Containers mostly wait, and building the page keeps one processor busy: both run beside the other stages.
asked=$*
rm -f "$LOGS"/*.status
beside boot &
boot=$!
beside clippy-web site &
page=$!
for name in "$@"; do
  skip "$name" || {
    case $name in
      boot) wait "$boot" ;;
      clippy-web | site | size | browser) wait "$page" ;;
    esac
    [ -e "$LOGS/$name.status" ] || run "$name"
    conclude "$name"
  }
done

printf '\n%s\n' "--- summary ---"
printf '%s\n' "${summary[@]}"
for line in ${skips[@]+"${skips[@]}"}; do
  printf 'skipped: %s\n' "$line"
done
[ "${CI:-}" != true ] || [ "$total_skipped" = 0 ] || echo "With CI=true, a skipped test is a failure."
last_line
[ "$total_failed" = 0 ] && { [ "${CI:-}" != true ] || [ "$total_skipped" = 0 ]; }
