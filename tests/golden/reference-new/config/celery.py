"""The Celery application, configured by the Django settings that start with CELERY_."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A receiver for this signal keeps Celery from replacing the handlers that Django's LOGGING has set up.
setup_logging.connect(lambda **kwargs: None, weak=False)
