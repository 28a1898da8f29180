"""Settings for development and tests: the production settings with DEBUG and default secrets."""

# ruff: noqa: F403
import os

os.environ.setdefault("DJANGO_DEBUG", "true")
if not os.environ.get("DJANGO_SECRET_KEY_FILE"):
    os.environ.setdefault("DJANGO_SECRET_KEY", "for-development-only")
if not os.environ.get("POSTGRES_PASSWORD_FILE"):
    os.environ.setdefault("POSTGRES_PASSWORD", "postgres")

from .production import *
