"""Dockerfiles and what reaches their builder: hadolint, BuildKit, .dockerignore, checkov."""

from __future__ import annotations

import collections
import os
import pathlib
import re
import shutil

from .model import DEB, HOW, PY, Bench, File, Finding, Row, kinds, parsed, run, version


def hadolint(b: Bench) -> Row:
    files = b.distinct("docker")
    found = parsed(run([PY / "hadolint", "--no-fail", "-f", "json", *[f.path for f in files]])) if files else []
    return Row(
        "hadolint",
        version(str(PY / "hadolint"), "--version"),
        len(files),
        [Finding(x["level"], f"{b.where(x['file'])}:{x['line']}", x["message"], x["code"]) for x in found],
    )


def buildkit_check(b: Bench) -> Row:
    """BuildKit's own rules. They ask for each base image, so one that cannot be had here is replaced by `scratch`."""
    row = Row("buildkit-check")
    env = dict(os.environ)
    if not shutil.which("docker"):
        row.skipped = "no docker command here"
        return row
    if run(["docker", "buildx", "version"]).returncode:
        plugins = b.scratch("docker") / "cli-plugins"
        plugins.mkdir()
        for p in (DEB / "usr/libexec/docker/cli-plugins").glob("*"):
            (plugins / p.name).symlink_to(p)
        env["DOCKER_CONFIG"] = str(plugins.parent)
    engine = run(["docker", "version", "-f", "{{.Server.Version}}"], env=env)
    if engine.returncode or run(["docker", "buildx", "version"], env=env).returncode:
        row.skipped = "no Docker Engine with buildx answers; start one or set DOCKER_HOST"
        return row
    row.version = engine.stdout.strip()[:10]
    # The rules about ignored files read the set's .dockerignore as well.
    distinct: dict[tuple, File] = {}
    for f in b.files("docker"):
        ignore = next((g.text for g in f.set.files if g.rel == ".dockerignore"), "")
        distinct.setdefault((f.text, ignore), f)
    absent = r"failed to resolve source metadata|no such host|pull access|not found"
    replaced = 0
    for f in distinct.values():
        # The frontend named on the first line would be fetched; the engine's built-in one has the same rules.
        text = re.sub(r"(?m)^#\s*syntax\s*=.*\n", "", f.text, count=1)
        for attempt in (text, without_base_images(text)):
            name = b.scratch("buildkit") / "Dockerfile"
            name.write_text(attempt)
            r = run(["docker", "buildx", "build", "--call=check,format=json", "-f", name, f.set.root], env=env)
            answer = parsed(r, "{") if "{" in r.stdout else {"buildError": r.stderr[-600:]}
            problem = str(answer.get("buildError") or "")
            if not re.search(absent, problem):
                break
        replaced += attempt != text
        if problem:
            row.findings.append(Finding("error", str(f), problem))
        for w in answer.get("warnings") or []:
            row.findings.append(Finding("warning", str(f), w.get("detail", ""), w["ruleName"]))
    row.files = len(distinct)
    row.note = f"{replaced} with an absent base image replaced by scratch" if replaced else ""
    return row


def without_base_images(text: str) -> str:
    stages = {m.lower() for m in re.findall(r"(?mi)^FROM\s+.*\sAS\s+(\S+)", text)}

    def base(m: re.Match) -> str:
        return m[0] if m[3].lower() in stages else f"{m[1]}scratch"

    text = re.sub(r"(?mi)^(FROM\s+)(--platform=\S+\s+)?(\S+)", base, text)
    # What is copied from a foreign image is copied from an empty stage instead.
    foreign = {m for m in re.findall(r"(?i)--from=(\S+)", text) if m.lower() not in stages and not m.isdigit()}
    for n, image in enumerate(sorted(foreign)):
        text = text.replace(f"--from={image}", f"--from=foreign{n}")
        text = re.sub(r"(?mi)^FROM\s", f"FROM scratch AS foreign{n}\nFROM ", text, count=1)
    return re.sub(r"(?m)(,?)from=([^\s,]*[/:][^\s,]*)", r"\1from=foreign0", text) if foreign else text


# What lies about in a working copy and must not reach the builder.
UNWANTED = [
    ".git/config",
    ".env",
    ".env.prod",
    ".env.production",
    ".envs/.production/.django",
    ".venv/bin/x",
    "venv/bin/x",
    "app/__pycache__/a.pyc",
    "app/a.pyc",
    "node_modules/a/b.js",
    "db.sqlite3",
    "media/u.jpg",
    "staticfiles/a.css",
    ".pytest_cache/x",
    ".mypy_cache/x",
    ".ruff_cache/x",
    ".coverage",
    "htmlcov/i.html",
    "secrets/db_password.txt",
    "certs/privkey.pem",
    "dump.sql",
    ".DS_Store",
    ".idea/w.xml",
    ".vscode/s.json",
    "logs/a.log",
]


def dockerignore(b: Bench) -> Row:
    """Asks Docker's own matcher which of the usual unwanted files reach the builder, and which needed ones do not."""
    from docker.utils.build import exclude_paths

    always = ["manage.py", "app/models.py", "app/templates/app/x.html", "app/locale/de/LC_MESSAGES/django.po"]
    row = Row("dockerignore", "own")
    seen = set()
    for s in b.sets:
        ignore = next((f for f in s.files if f.rel == ".dockerignore"), None)
        if ignore is None and not any("docker" in kinds(f) for f in s.files):
            continue
        if ignore is None:
            row.findings.append(Finding("error", s.name, "no .dockerignore at the root"))
            continue
        needed = list(always)
        for f in s.files:
            if "docker" not in kinds(f):
                continue
            for m in re.finditer(r"(?mi)^\s*(?:COPY|ADD)\s+((?:--\S+\s+)*)(.+)$", f.text.replace("\\\n", " ")):
                if "--from" in m[1] or m[2].startswith(("[", "<<")):
                    continue
                for source in (re.sub(r"^\./", "", x) for x in m[2].split()[:-1]):
                    if source not in ("", ".") and not re.search(r"[*$?]", source):
                        needed.append(source if (s.root / source).is_file() else source.rstrip("/") + "/probe.txt")
        key = (ignore.text, tuple(needed))
        if key in seen:
            continue
        seen.add(key)
        place = b.scratch("dockerignore") / s.name
        for x in {*UNWANTED, *needed}:
            (place / x).parent.mkdir(parents=True, exist_ok=True)
            (place / x).write_text("x")
        patterns = [x.strip() for x in ignore.text.splitlines() if x.strip() and not x.startswith("#")]
        sent = set(exclude_paths(str(place), patterns))
        row.findings += [Finding("error", str(ignore), f"sent to the builder: {x}") for x in UNWANTED if x in sent]
        row.findings += [Finding("error", str(ignore), f"needed, but ignored: {x}") for x in needed if x not in sent]
    row.files = len(seen)
    row.note = f"{len(UNWANTED)} unwanted paths probed"
    return row


def checkov(b: Bench) -> Row:
    program = pathlib.Path(os.environ["DUNNAGE_CHECKOV"])
    if not program.exists():
        return Row("checkov", skipped=HOW)
    files = b.files("docker") + b.files("workflow")
    row = Row("checkov", CHECKOV_VERSION, len(files))
    frameworks = ["dockerfile", "secrets"] + (["github_actions"] if b.files("workflow") else [])
    flags = ["--skip-download", "--quiet", "--compact", "-o", "json"]
    r = run([program, "-d", b.root, "--framework", *frameworks, *flags])
    blocks = parsed(r, "[" if r.stdout.lstrip().startswith("[") else "{")
    passed: collections.Counter = collections.Counter()
    for block in blocks if isinstance(blocks, list) else [blocks]:
        summary = block.get("summary") or block
        passed[block.get("check_type")] += summary.get("passed", 0)
        for x in (block.get("results") or {}).get("failed_checks", []):
            where = f"{x['file_path'].lstrip('/')}:{x['file_line_range'][0]}"
            row.findings.append(Finding("warning", where, x["check_name"], x["check_id"]))
    row.note = f"{passed.total()} policies passed"
    # A file that it cannot read it leaves out, and says nothing of it.
    for kind, framework in (("docker", "dockerfile"), ("workflow", "github_actions")):
        if b.files(kind) and not passed[framework]:
            row.findings.append(Finding("error", str(b.files(kind)[0]), f"checkov read no {kind} file"))
    return row


CHECKOV_VERSION = os.environ["DUNNAGE_CHECKOV"].split("checkov-")[-1].split("/")[0]
