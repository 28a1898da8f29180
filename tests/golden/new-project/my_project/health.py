"""Health probes: /health/live/ reports that the process responds, /health/ also checks the services it needs.

The middleware comes first in MIDDLEWARE, so probes need neither an allowed Host header nor HTTPS.
"""

import logging

import redis
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.decorators import sync_and_async_middleware

logger = logging.getLogger(__name__)


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()


CHECKS = {"database": check_database, "redis": check_redis}
# Exceptions that mean a service is unavailable; any other exception is a bug in the check.
FAILURES = (DatabaseFailure, OSError, redis.RedisError)


def live(request: HttpRequest) -> HttpResponse:
    """Checks nothing else: an unavailable database is not a reason to restart this process."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> HttpResponse:
    """Returns 200 if every check passes, otherwise 503 with the failed checks; the log has the reasons."""
    checks = {}
    for name, check in CHECKS.items():
        try:
            check()
            checks[name] = "ok"
        except FAILURES as error:
            logger.warning("Health check failed: %s: %s", name, error)
            checks[name] = "unavailable"
    healthy = set(checks.values()) == {"ok"}
    return JsonResponse(
        {"status": "ok" if healthy else "unavailable", "checks": checks},
        status=200 if healthy else 503,
        headers={"Cache-Control": "no-store"},
    )


PROBES = {"/health/live/": live, "/health/": ready}

# Optional, to add the probes to the URLconf: path("", include("my_project.health")).
urlpatterns = [path(route.removeprefix("/"), view) for route, view in PROBES.items()]


@sync_and_async_middleware
def health_middleware(get_response):
    """Answers the probes before any other middleware can redirect or reject them."""
    if iscoroutinefunction(get_response):

        async def middleware(request: HttpRequest) -> HttpResponse:
            probe = PROBES.get(request.path_info)
            return await (sync_to_async(probe)(request) if probe else get_response(request))

    else:

        def middleware(request: HttpRequest) -> HttpResponse:
            return PROBES.get(request.path_info, get_response)(request)

    return middleware
