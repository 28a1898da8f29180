"""Settings for production."""

# ruff: noqa: F403, F405
from .base import *
from .container import *

MIDDLEWARE = container_middleware(MIDDLEWARE)
