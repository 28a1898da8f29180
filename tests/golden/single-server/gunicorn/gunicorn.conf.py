"""Gunicorn settings for my-project; reference: https://docs.gunicorn.org/en/stable/settings.html."""

import math
import os
from pathlib import Path


def available_cpus() -> int:
    """CPUs available to this container: CPU affinity, capped by the cgroup quota (v2, then v1)."""
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


bind = "0.0.0.0:8000"
proc_name = "my-project"

# Processes
workers = int(os.environ.get("WEB_CONCURRENCY") or available_cpus() * 2 + 1)
worker_class = "gthread"
threads = 2
# Load the code once and share it; workers then fork in milliseconds.
preload_app = True
# Restart workers regularly to limit memory leaks; jitter keeps them from restarting together.
max_requests = 1000
max_requests_jitter = 100
# In memory: the heartbeat must not block on disk I/O.
worker_tmp_dir = "/dev/shm"

# The control socket is not needed in a container.
control_socket_disable = True

# Timeouts
timeout = int(os.environ.get("WEB_TIMEOUT") or 60)
graceful_timeout = timeout
# Longer than the proxy's keepalive, so the proxy never reuses a connection that is being closed.
keepalive = 75

# Requests: only the proxy can reach this port, so its X-Forwarded-* headers are trusted.
forwarded_allow_ips = "*"
limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190

# Logs
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(M)sms'
errorlog = "-"
loglevel = (os.environ.get("DJANGO_LOG_LEVEL") or "INFO").lower()
