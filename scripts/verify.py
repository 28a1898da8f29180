"""Gives every reachable text to the tools that can judge it: verify.py TEXTS RESULT

TEXTS is what `cargo run --example sets -- all TEXTS` has written. RESULT gets, as JSON, what each tool saw and found, file by file.
The tools are those of lint/; here each gets all the texts of its kind, and Python is also imported.

Exit status: 0 when nothing was found above "info", else 1.
"""

from __future__ import annotations

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from lint import compose, dockerfile, model, nginx, python, shell
from lint.model import Bench, File, FileSet, Finding, Row
from verification import sources

# Why a finding that is no more than information may stay; one without a reason here fails the run.
REASONS = {
    ("compose-audit", "healthcheck"): "the backup service is a job: it runs when called, and ends",
    ("compose-audit", "restart"): "the backup service is a job: restarting it would dump again",
    ("compose-audit", "cap_drop"): "hardening=basic leaves the capabilities as they are",
    ("compose-audit", "read_only"): "hardening=basic leaves the root file system writable",
}

TOOLS = {
    "compose": [
        compose.dclint,
        compose.yamllint,
        compose.schema("compose", "vendor.compose-spec", "compose-schema"),
        compose.compose_config,
        compose.compose_audit,
        compose.dotenv_linter,
    ],
    "images": [dockerfile.checkov, dockerfile.buildkit_check, dockerfile.hadolint, dockerfile.dockerignore],
    "scripts": [shell.shellcheck, shell.shfmt],
    "nginx": [nginx.nginx, nginx.gixy],
    "proxies": [nginx.nginx, nginx.gixy, nginx.caddy, compose.yamllint],
    "requirements": [python.requirements],
    "settings": [python.ruff, python.ruff_format, python.python_ast],
    "project": [python.ruff, python.ruff_format, python.python_ast, python.gunicorn],
    "delivery": [
        dockerfile.checkov,
        compose.yamllint,
        compose.schema("workflow", "vendor.github-workflows", "workflow-schema"),
        compose.schema("dependabot", "vendor.dependabot", "dependabot-schema"),
    ],
    "documentation": [],
}

# The kinds of file that each tool looks at, as lint.model.kinds() names them.
LOOKS_AT = {
    "dclint": "compose",
    "yamllint": "yaml",
    "compose-schema": "compose",
    "compose-config": "compose",
    "compose-audit": "compose",
    "dotenv-linter": "env",
    "checkov": "docker workflow",
    "buildkit-check": "docker",
    "hadolint": "docker",
    "dockerignore": "ignore docker",
    "shellcheck": "shell",
    "shfmt": "shell",
    "nginx -t": "nginx",
    "gixy": "nginx",
    "caddy": "caddy",
    "requirements": "requirements",
    "ruff": "python",
    "ruff-format": "python",
    "python ast": "python",
    "gunicorn": "gunicorn",
    "workflow-schema": "workflow",
    "dependabot-schema": "dependabot",
    "import": "python",
}


def sets_of(group: dict, texts: pathlib.Path) -> list[FileSet]:
    """The group's sets, read where they are."""
    sets = []
    for entry in group["sets"]:
        made = FileSet(entry["name"], texts / group["group"] / entry["name"])
        for path in entry["paths"]:
            made.files.append(File(made, path, (made.root / path).read_text(encoding="utf-8")))
        # No manifest stands beside a part of a set; what the tools want of it is in the index.
        made.__dict__["choices"] = entry
        made.__dict__["python"] = entry["python"]
        sets.append(made)
    return sets


# --- Python by import ------------------------------------------------------------------------------------------------


def environment(index: dict, texts: pathlib.Path) -> pathlib.Path:
    """A Python with everything installed that any set for it and for Django 5.2 asks for."""
    series = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lines: set[str] = set()
    for group in index["groups"]:
        if group["group"] == "requirements":
            for entry in group["sets"]:
                if entry["python"] == series and entry["django"] == "5.2":
                    for path in entry["paths"]:
                        text = (texts / "requirements" / entry["name"] / path).read_text(encoding="utf-8")
                        lines |= {x for x in text.splitlines() if x and not x.startswith(("#", "-r"))}
    # Two drivers and one environment: both can be installed beside each other.
    wanted = "\n".join(sorted(lines)) + "\n"
    home = model.TOOLS / "project-python"
    stamp = home / ".stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        uv = [model.PY / "uv", "--quiet"]
        env = os.environ | {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
        for command in (
            [*uv, "venv", "--clear", "--python", sys.executable, home],
            [*uv, "pip", "install", "--python", home / "bin/python", "--requirement", "-"],
        ):
            subprocess.run([str(x) for x in command], check=True, input=wanted, text=True, env=env)
        stamp.write_text(wanted)
    return home / "bin/python"


def import_settings(bench: Bench, python: pathlib.Path) -> Row:
    files = bench.distinct("python")
    row = Row("import", model.version(str(python), "--version"), len(files))
    script = pathlib.Path(__file__).with_name("import_settings.py")

    def work(part: list[File]) -> list[Finding]:
        jobs = "".join(json.dumps({"path": str(f.path), "module": f.set.choices["module"]}) + "\n" for f in part)
        r = subprocess.run([python, script], check=False, input=jobs, capture_output=True, text=True)
        answers = [json.loads(x) for x in r.stdout.splitlines()]
        if r.returncode or answers[-1:] != [{"checked": len(part)}]:
            raise RuntimeError(r.stderr[-600:])
        return [Finding("error", bench.where(x["path"]), x["text"]) for x in answers[:-1]]

    workers = os.cpu_count() or 1
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for found in pool.map(work, [files[n::workers] for n in range(workers)]):
            row.findings += found
    return row


def import_project(bench: Bench, python: pathlib.Path) -> Row:
    script = pathlib.Path(__file__).with_name("import_project.py")
    row = Row("import", model.version(str(python), "--version"), len(bench.distinct("python")))

    def work(s: FileSet) -> Finding | None:
        if not (s.root / "manage.py").exists():
            return None
        r = model.run([python, script, s.root, s.choices["settings"]])
        path = next(iter(s.choices["paths"]))
        return Finding("error", f"{s.name}/{path}", r.stderr[-800:]) if r.returncode else None

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        row.findings = [x for x in pool.map(work, bench.sets) if x]
    return row


# --- the run ---------------------------------------------------------------------------------------------------------


def main() -> int:
    texts, target = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    only = sys.argv[3:]
    index = json.loads((texts / "index.json").read_text(encoding="utf-8"))
    python = environment(index, texts)
    # As they are now: a template that is edited while the tools run is newer than the record.
    source = sources()
    files: dict[str, dict] = {}
    versions: dict[str, str] = {}
    started = time.monotonic()
    for group in index["groups"]:
        if only and group["group"] not in only:
            continue
        begun = time.monotonic()
        sets = sets_of(group, texts)
        template = {f"{e['name']}/{path}": t for e in group["sets"] for path, t in e["paths"].items()}
        with tempfile.TemporaryDirectory(prefix="dunnage-verify.") as made:
            bench = Bench(sets, pathlib.Path(made), texts / group["group"], each_profile=True)
            rows = [model.guarded(tool, bench) for tool in TOOLS[group["group"]]]
            if group["group"] == "settings":
                rows.append(import_settings(bench, python))
            if group["group"] == "project":
                rows.append(import_project(bench, python))
        kinds_of = collections.defaultdict(set)
        distinct = collections.defaultdict(set)
        for s in sets:
            for f in s.files:
                t = template[str(f)]
                kinds_of[t] |= model.kinds(f)
                distinct[t].add(hashlib.sha256(f.text.encode()).hexdigest())
        for entry in group["files"]:
            t = entry["template"]
            files[t] = {
                **entry,
                "group": group["group"],
                "checked": len(distinct[t]),
                "source": source[t],
                "tools": [r.tool for r in rows if kinds_of[t] & set(LOOKS_AT[r.tool].split())],
                "findings": [],
            }
        for row in rows:
            versions[row.tool] = row.version
            if row.skipped:
                sys.exit(f"{row.tool}: {row.skipped}")
            for f in row.findings:
                where = re.split(r" \+ |, ", f.where)[0]
                where = re.sub(r":\d+$", "", where)
                t = template.get(where) or next(
                    (x for x in files if files[x]["group"] == group["group"] and where.endswith(x)), None
                )
                t = t or next(x for x in files if files[x]["group"] == group["group"])
                # Information and matters of taste want a reason to stay.
                reason = REASONS.get((row.tool, f.code), "")
                level = f.level if reason or f.level in ("error", "warning") else "warning"
                files[t]["findings"].append(
                    {
                        "tool": row.tool,
                        "level": level,
                        "code": f.code,
                        "where": f.where,
                        "text": f.text,
                        "reason": reason,
                    }
                )
        seen = sum(len(x) for x in distinct.values())
        print(
            f"{group['group']:<14}{len(sets):>6} sets {seen:>6} texts {time.monotonic() - begun:>6.0f} s", flush=True
        )
        for row in rows:
            counts = " ".join(f"{row.count(x)} {x}" for x in model.LEVELS if row.count(x))
            print(f"  {row.tool:<18}{row.version:<12}{row.files:>6} files  {counts or 'nothing found'}", flush=True)
            for f in [x for x in row.findings if x.level in ("error", "warning")][:4]:
                print(f"    {f.level}: {f.where}: {f.code} {f.text}", flush=True)
    result = {
        "files": list(files.values()),
        "tools": versions,
        "sets": sum(len(g["sets"]) for g in index["groups"]),
        "strangers": sum(g["strangers"] for g in index["groups"]),
        "triples": sum(g["triples"] for g in index["groups"]),
        "seconds": round(time.monotonic() - started),
    }
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    bad = [(t, f) for t, entry in files.items() for f in entry["findings"] if f["level"] in ("error", "warning")]
    for t, f in bad[:20]:
        print(f"{f['level']}: {t}: {f['tool']}: {f['where']}: {f['code']} {f['text']}")
    print(f"{sum(e['checked'] for e in files.values())} distinct texts, {len(bad)} findings above info")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
