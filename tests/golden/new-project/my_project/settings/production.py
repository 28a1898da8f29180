"""Settings for production."""

# ruff: noqa: F403, F405
from .base import *
from .container import *

INSTALLED_APPS = container_apps(INSTALLED_APPS)
MIDDLEWARE = container_middleware(MIDDLEWARE)
