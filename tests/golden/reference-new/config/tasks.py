"""Background tasks. Tasks must be idempotent: if a worker is killed during a task, the task runs again."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def add(left: int, right: int) -> int:
    """Shows that a worker runs a task and returns its result: add.delay(2, 3).get(timeout=10)"""
    return left + right


@shared_task
def clear_sessions() -> None:
    """Deletes expired sessions; Django does not remove them from the database itself."""
    call_command("clearsessions")
