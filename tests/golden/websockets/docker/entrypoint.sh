#!/bin/sh
# Starts one role of the image; anything else is run as a command.
set -eu

usage() {
  echo 'usage: entrypoint web | worker | migrate | COMMAND [ARGUMENT...]' >&2
  exit 64
}

# The values in .env.example are public; only development may use them.
refuse_example_secrets() {
  case "${DJANGO_DEBUG:-false} ${DJANGO_SECRET_KEY:-} ${POSTGRES_PASSWORD:-}" in
    true\ *) ;;
    *change-me*)
      echo 'entrypoint: .env still contains example secrets; replace every "change-me"' >&2
      exit 78
      ;;
  esac
}

# CPUs available to this container: CPU affinity, capped by the cgroup quota (v2, then v1).
cpus() {
  count=$(nproc)
  quota=max
  if [ -r /sys/fs/cgroup/cpu.max ]; then
    read -r quota period </sys/fs/cgroup/cpu.max
  elif [ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]; then
    read -r quota </sys/fs/cgroup/cpu/cpu.cfs_quota_us
    read -r period </sys/fs/cgroup/cpu/cpu.cfs_period_us
  fi
  case $quota in
    max | -*) ;;
    *)
      limit=$(((quota + period - 1) / period))
      [ "$limit" -ge "$count" ] || count=$limit
      ;;
  esac
  echo "$count"
}

# Waits up to a minute for the database, then migrates under a lock: only one container migrates at a time.
migrate() {
  exec python - <<'PYTHON'
import sys
import time

import django
from django.core.management import call_command
from django.db import OperationalError, connection

django.setup()
# A pool would hide the cause of a failure behind its own timeout.
connection.settings_dict["OPTIONS"].pop("pool", None)
end = time.monotonic() + 60
while True:
    try:
        connection.ensure_connection()
        break
    except OperationalError as error:
        left = end - time.monotonic()
        if left <= 0:
            sys.exit(f"migrate: no database for 60 seconds, giving up: {error}")
        print(f"migrate: no database yet, waiting another {left:.0f} seconds: {error}", file=sys.stderr, flush=True)
        time.sleep(min(2, left))
with connection.copy().cursor() as lock:
    lock.execute("SELECT pg_advisory_lock(20260101)")
    call_command("migrate", interactive=False)
PYTHON
}

[ "$#" -gt 0 ] || usage

role=$1
case $role in
  web | worker | migrate)
    [ "$#" -eq 1 ] || usage
    refuse_example_secrets
    ;;
esac

# Every role replaces this shell, so it receives signals directly.
case $role in
  web)
    # A worker that is still starting on a busy host is not taken for dead; the default is 5 seconds.
    export UVICORN_TIMEOUT_WORKER_HEALTHCHECK=60
    exec uvicorn --host 0.0.0.0 --port 8000 --workers "${WEB_CONCURRENCY:-$(($(cpus) * 2 + 1))}" \
      --proxy-headers --forwarded-allow-ips '*' --no-server-header --lifespan off \
      --timeout-graceful-shutdown "${WEB_TIMEOUT:-60}" my_project.asgi:application
    ;;
  worker)
    exec celery --app my_project worker --loglevel "${DJANGO_LOG_LEVEL:-INFO}" \
      --concurrency "${WORKER_CONCURRENCY:-$(cpus)}"
    ;;
  migrate)
    migrate
    ;;
  *)
    command -v "$role" >/dev/null || usage
    exec "$@"
    ;;
esac
