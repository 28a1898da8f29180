import os
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

CONTAINER = Path(__file__).parents[1] / "my_project/settings/container.py"


@pytest.fixture
def container(monkeypatch):
    """Runs the container settings in a clean environment."""
    for name in list(os.environ):
        if name.startswith(("DJANGO_", "POSTGRES_", "REDIS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DJANGO_SECRET_KEY", "from the environment")
    monkeypatch.setenv("POSTGRES_PASSWORD", "secret")
    monkeypatch.setenv("POSTGRES_HOST", "db")

    def run(**environment: str) -> dict:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(CONTAINER))

    return run


def test_production_is_the_default(container):
    settings = container()
    assert settings["DEBUG"] is False
    assert settings["SECURE_SSL_REDIRECT"] is True


def test_a_missing_secret_is_reported(container):
    with pytest.raises(ImproperlyConfigured, match="DJANGO_SECRET_KEY"):
        container(DJANGO_SECRET_KEY="")


def test_a_secret_can_come_from_a_file(container, tmp_path):
    secret = tmp_path / "key"
    secret.write_text("from a file\n")
    assert container(DJANGO_SECRET_KEY_FILE=str(secret))["SECRET_KEY"] == "from a file"


def test_an_invalid_value_is_reported(container):
    with pytest.raises(ImproperlyConfigured, match="DJANGO_DEBUG"):
        container(DJANGO_DEBUG="perhaps")


def test_the_probes_come_first(container):
    middleware = container()["container_middleware"](["django.middleware.common.CommonMiddleware"])
    assert middleware[0] == "my_project.health.health_middleware"
