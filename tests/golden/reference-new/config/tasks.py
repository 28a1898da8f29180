"""Background tasks. A worker may be killed in the middle of one, so each has to bear being run twice."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def add(left: int, right: int) -> int:
    """Shows that a task goes to a worker and its result comes back: add.delay(2, 3).get(timeout=10)"""
    return left + right


@shared_task
def clear_sessions() -> None:
    """Deletes expired sessions, which Django keeps in the database otherwise."""
    call_command("clearsessions")
