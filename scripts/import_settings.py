"""Runs container settings as Django would: import_settings.py <LIST, one JSON object a line: path, module

Each file is executed with the least environment that its compose file gives it; its logging configuration is set up,
and every backend, handler and middleware that it names is imported. One JSON object a line for each fault.
"""

import json
import logging.config
import os
import pathlib
import sys
import tempfile
import warnings

import django
from django.conf import settings
from django.utils.module_loading import import_string

APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]


def dotted(value: object) -> list[str]:
    """Every BACKEND, ENGINE, class and factory in a nest of dictionaries."""
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"BACKEND", "class", "()"} and isinstance(inner, str):
                found.append(inner)
            else:
                found += dotted(inner)
    return found


def check(path: str, module: str) -> None:
    namespace = {"__name__": f"{module}.container"}
    source = pathlib.Path(path).read_text(encoding="utf-8")
    exec(compile(source, path, "exec"), namespace)  # noqa: S102
    names = [n for key in ("CACHES", "CHANNEL_LAYERS", "STORAGES", "LOGGING") for n in dotted(namespace.get(key))]
    for name in names:
        import_string(name)
    import_string(namespace["DATABASES"]["default"]["ENGINE"] + ".base.DatabaseWrapper")
    logging.config.dictConfig(namespace["LOGGING"])
    for name in namespace["container_middleware"](MIDDLEWARE):
        if not name.startswith(f"{module}."):
            import_string(name)
    for name in namespace.get("container_apps", lambda apps: apps)(APPS):
        __import__(name)
    if namespace["DEBUG"] or not namespace["ALLOWED_HOSTS"] or not namespace["SECURE_SSL_REDIRECT"]:
        raise ValueError("production would run without its protection")


def main() -> None:
    # Backends read settings when they are imported; those of the file under test are not needed for that.
    settings.configure()
    django.setup()
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    with tempfile.TemporaryDirectory() as logs:
        os.environ |= {
            "DJANGO_SECRET_KEY": "a" * 64,
            "POSTGRES_PASSWORD": "b" * 64,
            "POSTGRES_HOST": "db",
            "DJANGO_LOG_DIR": logs,
        }
        checked = 0
        for line in sys.stdin:
            job = json.loads(line)
            try:
                check(job["path"], job["module"])
            except Exception as error:  # noqa: BLE001
                print(json.dumps({"path": job["path"], "text": f"{type(error).__name__}: {error}"}))
            checked += 1
        print(json.dumps({"checked": checked}))


if __name__ == "__main__":
    main()
