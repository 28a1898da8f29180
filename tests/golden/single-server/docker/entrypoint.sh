#!/bin/sh
# Starts one role of the image; anything that is not a role is run as a command.
set -eu

usage() {
  echo 'usage: entrypoint web | worker | beat | migrate | COMMAND [ARGUMENT...]' >&2
  exit 64
}

# The CPUs this container may use: its cgroup's quota (version 2, then 1), else what the scheduler allows.
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

# Waits up to a minute for the database, takes a lock so that only one container migrates at a time, and migrates.
migrate() {
  exec python - <<'PYTHON'
import sys
import time

import django
from django.core.management import call_command
from django.db import OperationalError, connection

django.setup()
# A pool would hide the reason of a failure behind a timeout of its own.
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
        print(f"migrate: no database yet, waiting {left:.0f} seconds more: {error}", file=sys.stderr, flush=True)
        time.sleep(min(2, left))
with connection.copy().cursor() as lock:
    lock.execute("SELECT pg_advisory_lock(20260101)")
    call_command("migrate", interactive=False)
PYTHON
}

# nginx serves the volume; files of earlier releases stay there for pages that are still open somewhere.
publish_static_files() {
  cp -Ru /srv/static/. /srv/published/
}

[ "$#" -gt 0 ] || usage

role=$1
case $role in
  web | worker | beat | migrate)
    [ "$#" -eq 1 ] || usage
    ;;
esac

# Every role replaces this shell, so that it gets the signals itself.
case $role in
  web)
    publish_static_files
    # Gunicorn takes an empty value for a number, and fails.
    [ -n "${WEB_CONCURRENCY:-}" ] || unset WEB_CONCURRENCY
    exec gunicorn --config gunicorn/gunicorn.conf.py my_project.wsgi:application
    ;;
  worker)
    exec celery --app my_project worker --loglevel "${DJANGO_LOG_LEVEL:-INFO}" \
      --concurrency "${WORKER_CONCURRENCY:-$(cpus)}"
    ;;
  beat)
    # A file left behind by a killed container would keep beat from starting.
    rm -f /tmp/celerybeat.pid
    schedule=/var/lib/celery
    if [ ! -w "$schedule" ]; then
      echo "entrypoint: $schedule is not writable for $(id -u); a new beat will not know when its tasks were last due" >&2
      schedule=/tmp
    fi
    exec celery --app my_project beat --loglevel "${DJANGO_LOG_LEVEL:-INFO}" \
      --pidfile /tmp/celerybeat.pid \
      --schedule "$schedule/celerybeat-schedule"
    ;;
  migrate)
    migrate
    ;;
  *)
    command -v "$role" >/dev/null || usage
    exec "$@"
    ;;
esac
