import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError

NAMES = ["database", "redis"]


def works() -> None:
    """A check that passes."""


def fails() -> None:
    raise OperationalError("connection to 10.0.0.5 refused")


@pytest.fixture(autouse=True)
def checks(monkeypatch):
    """Replaces all checks with passing ones: the tests here need no services."""
    checks = dict.fromkeys(NAMES, works)
    monkeypatch.setattr("senextrader.health.CHECKS", checks)
    return checks


def test_live_runs_no_checks(client, checks):
    checks.update(dict.fromkeys(NAMES, fails))
    assert client.get("/health/live/").status_code == 200


def test_ready_when_every_check_passes(client):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["checks"] == dict.fromkeys(NAMES, "ok")


@pytest.mark.parametrize("name", NAMES)
def test_not_ready_names_the_failed_check_without_details(client, checks, name):
    checks[name] = fails
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["checks"][name] == "unavailable"
    assert "10.0.0.5" not in answer.content.decode()


def test_probes_need_neither_an_allowed_host_nor_https(client, settings):
    settings.ALLOWED_HOSTS = ["example.com"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live/", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/health/", headers={"host": "10.0.0.7:8000"}).status_code == 200


async def status(async_client, path: str) -> int:
    return (await async_client.get(path)).status_code


def test_probes_work_under_asgi(async_client):
    assert async_to_sync(status)(async_client, "/health/live/") == 200
    assert async_to_sync(status)(async_client, "/health/") == 200
