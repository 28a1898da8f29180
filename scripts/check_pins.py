"""Resolves the requirements of every Python and Django series with uv, wheels only, for x86-64 and ARM.

Per pair of series, everything that any set asks for is resolved at once: what fits together as a whole also fits in part.

    cargo build && python3 scripts/check_pins.py

Run it after a pin in src/catalog/versions.rs has changed. It needs uv (PyPI) and the network.
"""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

DUNNAGE = Path(os.environ.get("CARGO_TARGET_DIR") or Path(__file__).parents[1] / "target") / "debug/dunnage"
PLATFORMS = ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"]
EVERYTHING = {
    "requirements": "single",
    "websockets": "true",
    "celery": "worker-beat",
    "flower": "true",
    "logging": "file",
    "log-format": "json",
    "postgres": "18",
}


def values(option: str) -> list[str]:
    options = json.loads(subprocess.run([DUNNAGE, "options", "--json"], check=True, capture_output=True).stdout)
    entries = options["options"] if isinstance(options, dict) else options
    return [value["id"] for entry in entries if entry["id"] == option for value in entry["values"]]


def render(choices: dict[str, str]) -> str | None:
    """The requirements of a set; None where its choices contradict each other."""
    settings = [part for option, value in choices.items() for part in ("--set", f"{option}={value}")]
    command = [DUNNAGE, "render", *settings, "--stdout", "requirements.txt"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    return result.stdout if result.returncode == 0 else None


def main() -> int:
    resolved, failed = 0, 0
    # Every server; the database scheduler, which not every Django has; both drivers.
    variants = [{"server": server} for server in values("server") if server != "gunicorn"]
    variants += [{"server": "gunicorn", "websockets": "false"}]
    variants += [{"server": "daphne", "beat-scheduler": "database"}]
    variants += [{"server": "daphne", "postgres-driver": "psycopg2-binary"}]
    for python, django in itertools.product(values("python"), values("django")):
        choices = {**EVERYTHING, "python": python, "django": django}
        sets = [render({**choices, **variant}) for variant in variants]
        lines = sorted({line for requirements in sets if requirements for line in requirements.splitlines()})
        if not lines:
            print(f"Python {python}, Django {django}: refused by a rule")
            continue
        for platform in PLATFORMS:
            command = ["uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--python-version", python]
            command += ["--python-platform", platform, "-"]
            result = subprocess.run(command, check=False, input="\n".join(lines), capture_output=True, text=True)
            if result.returncode:
                failed += 1
                print(f"Python {python}, Django {django}, {platform}:\n{result.stderr}", file=sys.stderr)
            else:
                resolved += 1
    print(f"{resolved} resolved, {failed} failed")
    return 1 if failed or not resolved else 0


if __name__ == "__main__":
    sys.exit(main())
