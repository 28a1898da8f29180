#!/bin/sh
# Manages database dumps in BACKUP_DIR: dump, list, cat NAME, restore NAME.
# The server and the login are taken from PGHOST, PGUSER etc.
set -eu

if [ -n "${PGPASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$PGPASSWORD_FILE")
  export PGPASSWORD
fi
cd "$BACKUP_DIR"

usage() {
  echo 'usage: backup dump | list | cat NAME | restore NAME' >&2
  exit 64
}

dump() {
  name=$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump
  trap 'rm -f "$name.part"' EXIT
  pg_dump --format=custom --file="$name.part"
  # Check that the dump is readable before keeping it.
  pg_restore --list "$name.part" >/dev/null
  mv "$name.part" "$name"
  echo "$name"
  # Names sort by time; delete all but the newest BACKUP_KEEP.
  list | head -n "-${BACKUP_KEEP:-14}" | xargs -r rm --
}

list() {
  find . -maxdepth 1 -name '*.dump' | sed 's|^\./||' | sort
}

case "${1:-}:$#" in
  dump:1) dump ;;
  list:1) list ;;
  cat:2) cat -- "$2" ;;
  restore:2)
    pg_restore --clean --if-exists --no-owner --single-transaction --exit-on-error --dbname="$PGDATABASE" -- "$2"
    ;;
  *) usage ;;
esac
