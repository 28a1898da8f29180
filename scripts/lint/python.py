"""Python and its requirements: gunicorn, ruff, the parser, uv."""

from __future__ import annotations

import ast
import collections
import concurrent.futures
import hashlib
import os
import re
import sys
import time

from .model import CACHE, PY, Bench, File, Finding, Row, kinds, parsed, run, version


def gunicorn(b: Bench) -> Row:
    files = b.distinct("gunicorn")
    row = Row("gunicorn", version(str(PY / "gunicorn"), "--version"), len(files), note="--check-config")
    place = b.scratch("gunicorn")
    (place / "dummy.py").write_text("async def application(scope, receive, send): ...\n")
    for f in files:
        # Where the project lives and what it is called is not known here.
        (place / "gunicorn.conf.py").write_text(re.sub(r"(?m)^\s*(chdir|wsgi_app)\s*=.*$", "", f.text))
        r = run([PY / "gunicorn", "--check-config", "-c", place / "gunicorn.conf.py", "dummy:application"], cwd=place)
        if r.returncode:
            row.findings.append(Finding("error", str(f), r.stderr[-500:]))
    return row


def by_python(files: list[File]) -> dict[str, list[File]]:
    grouped = collections.defaultdict(list)
    for f in files:
        grouped[f.set.python].append(f)
    return grouped


def ruff(b: Bench) -> Row:
    row = Row("ruff", version(str(PY / "ruff"), "--version"))
    for python, files in by_python(b.distinct("python")).items():
        # Settings that import * from their base are Django's own idiom; a noqa that says so is not unused then.
        flags = ["--isolated", "--no-cache", "--ignore", "F403,F405,RUF100", "--output-format", "json"]
        target = f"py{python.replace('.', '')}"
        r = run([PY / "ruff", "check", *flags, "--target-version", target, *[f.path for f in files]])
        for x in parsed(r):
            code = str(x["code"] or "syntax")
            level = "error" if code.startswith(("E9", "F", "invalid", "syntax")) else "warning"
            row.findings.append(Finding(level, f"{b.where(x['filename'])}:{x['location']['row']}", x["message"], code))
        row.files += len(files)
    return row


def ruff_format(b: Bench) -> Row:
    """One consistent format; the line length may be the tool's own or Django's."""
    files = b.distinct("python")
    row = Row("ruff-format", version(str(PY / "ruff"), "--version"), len(files))
    best = None
    for length in ("88", "119") if files else ():
        flags = ["--isolated", "--no-cache", "--check", "--line-length", length]
        r = run([PY / "ruff", "format", *flags, *[f.path for f in files]])
        unformatted = sorted(set(re.findall(r"(?m)^unformatted: .*\n\s*--> (.+?):\d+:\d+$", r.stdout)))
        if r.returncode and not unformatted:
            raise RuntimeError((r.stderr or r.stdout)[-400:])
        if best is None or len(unformatted) < len(best[1]):
            best = (length, unformatted)
    if best:
        row.note = f"line length {best[0]}"
        row.findings = [Finding("warning", b.where(x), "ruff format would change it") for x in best[1]]
    return row


def python_ast(b: Bench) -> Row:
    """The parser of the Python that runs this script, which knows nothing of linters' tolerance."""
    files = b.distinct("python")
    row = Row("python ast", ".".join(map(str, sys.version_info[:2])), len(files))
    for f in files:
        try:
            ast.parse(f.text, f.rel)
        except SyntaxError as e:
            row.findings.append(Finding("error", f"{f}:{e.lineno}", str(e.msg)))
    return row


def requirements(b: Bench) -> Row:
    """Resolves every list on the package index, for the Python version of its set."""
    uv = PY / "uv"
    row = Row("requirements", version(str(uv), "--version"), note="resolved for the set's Python")
    jobs: dict[str, tuple[File, str]] = {}
    for f in b.files("requirements"):
        python = f.set.python
        included = "".join(g.text for g in f.set.files if "requirements" in kinds(g) and g is not f)
        text = f.text + (included if re.search(r"(?m)^-[rc]\s", f.text) else "")
        jobs.setdefault(hashlib.sha256(f"{row.version} {python}\n{text}".encode()).hexdigest(), (f, python))
    row.files = len(jobs)
    # What could be resolved today need not be asked again within the day.
    memory = CACHE / "requirements"
    memory.mkdir(parents=True, exist_ok=True)
    for old in memory.iterdir():
        if old.stat().st_mtime < time.time() - 86400:
            old.unlink(missing_ok=True)
    remembered = sum((memory / key).exists() for key in jobs)
    env = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    place = b.scratch("requirements")

    def resolve(key: str) -> Finding | None:
        f, python = jobs[key]
        if (memory / key).exists():
            return None
        flags = ["--quiet", "--no-header", "--python-version", python, "--output-file", place / key]
        r = run([uv, "pip", "compile", *flags, f.path], cwd=f.path.parent, env=env)
        if r.returncode:
            return Finding("error", str(f), r.stderr.strip()[-600:])
        (memory / key).touch()
        return None

    with concurrent.futures.ThreadPoolExecutor() as pool:
        row.findings = [x for x in pool.map(resolve, jobs) if x]
    if remembered:
        row.note += f"; {remembered} of them earlier today"
    return row
