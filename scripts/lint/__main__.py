"""Runs the real linters over directories of generated files and prints one table.

    python -m lint [--details DIR] DIR…

Every tool runs once over all directories, and a text that several of them share is checked once. One row per tool:
how many files it saw and what it found. An error or a warning fails the row; notes of style do not, except where the
tool has one right answer (shfmt, ruff format, the order of keys in compose files). A tool that is not there is a named
skip, which CI=true turns into a failure, and a tool that finds no file of its kind in any directory is not counted.

Exit status: 0 when no row failed, else 1.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import sys
import tempfile
import time

from . import compose, dockerfile, nginx, python, shell
from .model import Bench, Finding, Row, guarded, kinds, read_set
from .report import report

# The slow ones first, so that they do not end alone.
TABLE = [
    dockerfile.checkov,
    python.requirements,
    dockerfile.buildkit_check,
    compose.dclint,
    dockerfile.hadolint,
    dockerfile.dockerignore,
    shell.shellcheck,
    shell.shfmt,
    compose.yamllint,
    compose.compose_config,
    compose.schema("compose", "vendor.compose-spec", "compose-schema"),
    compose.schema("workflow", "vendor.github-workflows", "workflow-schema"),
    compose.schema("dependabot", "vendor.dependabot", "dependabot-schema"),
    compose.compose_audit,
    compose.mermaid,
    nginx.nginx,
    nginx.gixy,
    nginx.caddy,
    python.gunicorn,
    python.ruff,
    python.ruff_format,
    python.python_ast,
    compose.dotenv_linter,
    compose.quadlet,
]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--details", type=pathlib.Path, help="write every finding to DIR/<tool>.txt")
    arguments.add_argument("dir", nargs="+", type=pathlib.Path)
    options = arguments.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dunnage-lint.") as made:
        tmp = pathlib.Path(made).resolve()
        taken: set[str] = set()
        sets = []
        for d in options.dir:
            if not d.is_dir():
                arguments.error(f"{d} is no directory")
            name = d.resolve().name
            while name in taken:
                name += "_"
            taken.add(name)
            sets.append(read_set(d.resolve(), name, tmp / "sets"))
        bench = Bench(sets, tmp, tmp / "sets")
        # Both are needed by several tools at once; made here, they are made once.
        if bench.compose:
            _ = bench.merged
        nginx.nginx_runs(bench)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda t: guarded(t, bench), TABLE))
    for kind in ("docker", "compose", "ignore", "env"):
        if not any(kind in kinds(f) for s in sets for f in s.files):
            rows.append(Row("sets", findings=[Finding("error", "sets", f"no file of kind {kind} in any directory")]))
    return report(rows, len(sets), options.details, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
