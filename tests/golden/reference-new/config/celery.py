"""The Celery application; its settings are Django's that start with CELERY_."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# With a receiver of this signal, Celery leaves the handlers alone that Django's LOGGING has set up.
setup_logging.connect(lambda **kwargs: None, weak=False)
