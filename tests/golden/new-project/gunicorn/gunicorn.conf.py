"""Gunicorn's settings for my-project. They are described at https://docs.gunicorn.org/en/stable/settings.html."""

import logging
import math
import os
from pathlib import Path


def available_cpus() -> int:
    """The CPUs this container may use: its cgroup's quota (version 2, then 1), else what the scheduler allows."""
    count = len(os.sched_getaffinity(0))
    cgroup = Path("/sys/fs/cgroup")
    try:
        if (cgroup / "cpu.max").exists():
            quota, period = (cgroup / "cpu.max").read_text().split()
        else:
            quota, period = ((cgroup / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        limit = math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no cgroup to read, or no limit ("max")
        return count
    return min(count, limit) if limit > 0 else count


def post_fork(server, worker):
    """Gives Uvicorn's log lines to Django's logging: the worker class has detached them from it."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


bind = "0.0.0.0:8000"
proc_name = "my-project"

# Processes
workers = int(os.environ.get("WEB_CONCURRENCY") or available_cpus() * 2 + 1)
worker_class = "uvicorn_worker.UvicornWorker"
# The code is loaded once and shared; a process forks in milliseconds.
preload_app = True
# A new process after a while keeps a small leak small; the jitter keeps them from leaving together.
max_requests = 1000
max_requests_jitter = 100
# In memory: the heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm"

# Nobody controls a running container from within.
control_socket_disable = True

# Time
timeout = int(os.environ.get("WEB_TIMEOUT") or 60)
graceful_timeout = timeout
# Longer than a proxy keeps its idle connections, so that it never sends into one that is being closed.
keepalive = 75

# Requests: whoever reaches this port is the proxy, so its X-Forwarded-* are believed.
forwarded_allow_ips = "*"
limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190

# Logs
accesslog = "-"
errorlog = "-"
loglevel = (os.environ.get("DJANGO_LOG_LEVEL") or "INFO").lower()
