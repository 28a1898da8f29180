"""Settings for containers: everything that differs between environments comes from environment variables.

The production settings end with these lines:

    _storages = globals().get("STORAGES", {})

    from .container import *

    MIDDLEWARE = container_middleware(MIDDLEWARE)
    STORAGES = STORAGES | _storages | {"staticfiles": STORAGES["staticfiles"]}

A secret can also come from a file: NAME_FILE is its path, as usual for Docker and Kubernetes secrets.
"""

import atexit
import os
import signal
import threading
import warnings
from pathlib import Path
from urllib.parse import urlsplit

from celery.signals import worker_shutting_down
from django.core.exceptions import ImproperlyConfigured


def _env(name: str, default: str | None = None) -> str:
    """Returns a variable's value. Empty counts as unset; without a default the variable is required."""
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def _secret(name: str) -> str:
    """Returns a secret from the variable NAME, or from the file at the path in NAME_FILE."""
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}, or {name}_FILE to the path of a file.")
    return value


def _flag(name: str, default: bool) -> bool:
    value = _env(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def _integer(name: str, default: int) -> int:
    value = _env(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _list(name: str, default: list[str]) -> list[str]:
    """Returns the items of a comma-separated value."""
    return [part.strip() for part in _env(name, ",".join(default)).split(",") if part.strip()]


# Never true on a public server; docker-compose.dev.yml sets it for development.
DEBUG = _flag("DJANGO_DEBUG", False)
SECRET_KEY = _secret("DJANGO_SECRET_KEY")

_DOMAINS = [
    "example.com",
]
ALLOWED_HOSTS = _list("DJANGO_ALLOWED_HOSTS", _DOMAINS)
CSRF_TRUSTED_ORIGINS = _list("DJANGO_CSRF_TRUSTED_ORIGINS", [f"https://{domain}" for domain in _DOMAINS])
if DEBUG:
    ALLOWED_HOSTS += [".localhost", "127.0.0.1", "[::1]"]

# The proxy terminates TLS. It must set this header itself and discard the client's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _flag("DJANGO_SECURE_SSL_REDIRECT", not DEBUG)
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
# One hour, to limit the damage of a mistake. Once HTTPS works on every subdomain, use 31536000 (a year).
SECURE_HSTS_SECONDS = _integer("DJANGO_SECURE_HSTS_SECONDS", 0 if DEBUG else 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _flag("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = _flag("DJANGO_SECURE_HSTS_PRELOAD", True)

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _env("POSTGRES_HOST"),
        "PORT": _env("POSTGRES_PORT", "5432"),
        "NAME": _env("POSTGRES_DB", "my_project"),
        "USER": _env("POSTGRES_USER", "my_project"),
        "PASSWORD": _secret("POSTGRES_PASSWORD"),
        # The pool keeps connections open instead, and replaces those lost when the database restarts.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # "verify-full" also checks the server's name; it needs the provider's CA certificate in sslrootcert.
            "sslmode": _env("POSTGRES_SSLMODE", "require"),
            # One pool per process; PostgreSQL allows 100 connections by default.
            "pool": {
                "min_size": 1,
                "max_size": _integer("POSTGRES_POOL_SIZE", 8),
                "timeout": 5,
                "reconnect_timeout": 10,
            },
        },
    }
}


@atexit.register
def _close_database_pool() -> None:
    """Stops the pool's threads in time: at exit, Python would wait five seconds for each of them."""
    from django.db import connections

    connections["default"].close_pool()


REDIS_URL = _env("REDIS_URL", "redis://redis:6379")


def _redis(database: int) -> str:
    """Returns the URL of one of the server's databases."""
    return urlsplit(REDIS_URL)._replace(path=f"/{database}").geturl()


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis(0),
    }
}

CELERY_BROKER_URL = _redis(1)
CELERY_RESULT_BACKEND = _redis(1)
# Redis may start after the worker.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Tasks are acknowledged when they finish, so a task left by a killed worker runs again: make tasks idempotent. If only
# a child process dies (out of memory), its task is redelivered immediately; if the whole worker dies, after this many
# seconds. A task that runs longer or is delayed for longer (ETA) runs twice, so keep the value above the longest.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": _integer("CELERY_VISIBILITY_TIMEOUT", 3600)}
# No prefetching: short tasks do not wait behind a long one.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1


@worker_shutting_down.connect(weak=False)
def _give_tasks_back(how: str, **kwargs: object) -> None:
    """Gives the tasks of a stopping worker time to finish, then returns the rest to the queue.

    Otherwise the container engine would kill the worker after stop_grace_period (60 seconds).
    """
    if how == "Warm":
        timer = threading.Timer(50, os.kill, [os.getpid(), signal.SIGQUIT])
        timer.daemon = True
        timer.start()


STATIC_ROOT = _env("DJANGO_STATIC_ROOT", "/srv/static")
_STATIC_FILES = "whitenoise.storage.CompressedManifestStaticFilesStorage"
# Under ASGI, Django reads each WhiteNoise file completely before sending it, which is fine for static files.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # File names contain a hash of the content, so browsers can cache them indefinitely.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _STATIC_FILES},
}

LOG_LEVEL = _env("DJANGO_LOG_LEVEL", "INFO").upper()
_handlers = {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}}

_line = {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
if not DEBUG:
    _line = {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "fmt": "%(levelname)s %(name)s %(message)s",
        "rename_fields": {"levelname": "level", "name": "logger"},
        "timestamp": True,
    }
LOGGING = {
    "version": 1,
    # Keep loggers that were created before Django applies this configuration.
    "disable_existing_loggers": False,
    "formatters": {"line": _line},
    "handlers": _handlers,
    "root": {"handlers": list(_handlers), "level": LOG_LEVEL},
    # Only the root logger has handlers, so every line is logged once, in one format.
    "loggers": {
        name: {"handlers": [], "level": LOG_LEVEL, "propagate": True}
        for name in ("django", "gunicorn.error", "gunicorn.access", "uvicorn.error", "uvicorn.access")
    },
}


def container_middleware(middleware: list[str]) -> list[str]:
    """Returns MIDDLEWARE with the health probes first and WhiteNoise after SecurityMiddleware."""
    health = "my_project.health.health_middleware"
    whitenoise = "whitenoise.middleware.WhiteNoiseMiddleware"
    security = "django.middleware.security.SecurityMiddleware"
    rest = [name for name in middleware if name not in {health, whitenoise}]
    if not DEBUG:
        rest.insert(rest.index(security) + 1 if security in rest else 0, whitenoise)
    return [health, *rest]
