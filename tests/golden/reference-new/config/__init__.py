"""The project. Celery's shared tasks find their application through this import."""

from .celery import app as celery_app

__all__ = ["celery_app"]
