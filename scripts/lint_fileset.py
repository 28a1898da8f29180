"""Runs the real linters over directories of generated files and prints one table.

    lint_fileset.py [--details DIR] DIR…

Every tool runs once over all directories, and a text that several of them share is checked once. One row per tool:
how many files it saw and what it found. An error or a warning fails the row; notes of style do not, except where the
tool has one right answer (shfmt, ruff format, the order of keys in compose files). A tool that is not there is a named
skip, which CI=true turns into a failure, and a tool that finds no file of its kind in any directory is not counted.

Exit status: 0 when no row failed, else 1.
"""

from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(os.environ["DUNNAGE_TOOLS"])
PY = TOOLS / "linters/bin"
DEB = TOOLS / "debian-linters/root"
CACHE = TOOLS / "cache"
LEVELS = ("error", "warning", "info", "style")
# Findings that are printed per tool; one mistake in a template is found again in every set.
SHOWN = 10
SKIPPED_DIRECTORIES = {".git", "node_modules", ".venv", "venv", "__pycache__"}
CI = os.environ.get("CI") == "true"
HOW = "run scripts/setup.sh linters"


# --- what is looked at -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class File:
    """One generated file: the set it belongs to, its path there, and its text."""

    set: FileSet = dataclasses.field(repr=False, compare=False)
    rel: str
    text: str = dataclasses.field(repr=False)

    @property
    def path(self) -> pathlib.Path:
        return self.set.root / self.rel

    @property
    def name(self) -> str:
        return self.path.name

    def __str__(self) -> str:
        return f"{self.set.name}/{self.rel}"


@dataclasses.dataclass
class FileSet:
    """A copy of one directory, so that no tool can leave anything in the original."""

    name: str
    root: pathlib.Path
    files: list[File] = dataclasses.field(default_factory=list)

    @functools.cached_property
    def choices(self) -> dict:
        """The choices that dunnage.yaml records; options left at their default may be absent."""
        record = next((f for f in self.files if f.rel == "dunnage.yaml"), None)
        found: dict = {}

        def walk(node: object) -> None:
            if isinstance(node, dict):
                for key, value in node.items():
                    if isinstance(value, (dict, list)):
                        walk(value)
                    else:
                        found.setdefault(str(key), value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(yaml.safe_load(record.text) if record else None)
        return found

    @property
    def python(self) -> str:
        """The Python version the set is for, as its Dockerfile's base image says."""
        for f in self.files:
            if "docker" in kinds(f) and (m := re.search(r"\bpython:(3\.\d+)|PYTHON_VERSION=(3\.\d+)", f.text)):
                return m[1] or m[2]
        return str(self.choices.get("python", "3.12"))


@functools.cache
def kinds(f: File) -> frozenset[str]:
    """Which tools a file is for: decided by name and, where names do not tell, by content."""
    name, rel, text = f.name, f.rel, f.text
    found = set()
    if re.search(r"(^|\.)(Dockerfile|Containerfile)(\.|$)", name) and not name.endswith("ignore"):
        found.add("docker")
    elif name == ".dockerignore":
        found.add("ignore")
    elif name.endswith((".yml", ".yaml")):
        found.add("yaml")
        if re.match(r"(docker-)?compose([.-].+)?\.ya?ml$", name):
            found.add("compose")
        elif rel.startswith(".github/workflows/"):
            found.add("workflow")
        elif rel in (".github/dependabot.yml", ".github/dependabot.yaml"):
            found.add("dependabot")
    elif name.endswith((".sh", ".bash")) or re.match(r"#!.*\b(ba|da)?sh\b", text):
        found.add("shell")
    elif name.endswith(".py"):
        found.add("python")
        if "gunicorn" in name:
            found.add("gunicorn")
    elif name == "CONTAINERS.md":
        found.add("containers")
    elif name == "Caddyfile" or name.endswith(".caddyfile"):
        found.add("caddy")
    elif re.search(r"\.(container|volume|network|pod|kube|build)$", name):
        found.add("quadlet")
    elif name.endswith((".conf", ".template")) and re.search(
        r"^\s*(server|upstream\s+\S+|http|map\s.+|location\s.+)\s*\{", text, re.MULTILINE
    ):
        found.add("nginx")
    elif name.endswith(".txt") and "requirements" in rel:
        found.add("requirements")
    elif name.startswith(".env") or name.endswith(".env") or "/.envs/" in f"/{rel}":
        found.add("env")
    return frozenset(found)


def read_set(source: pathlib.Path, name: str, into: pathlib.Path) -> FileSet:
    root = into / name
    shutil.copytree(
        source, root, symlinks=True, ignore=lambda _, names: [n for n in names if n in SKIPPED_DIRECTORIES]
    )
    made = FileSet(name, root)
    for p in sorted(root.rglob("*")):
        if p.is_file() and not p.is_symlink() and p.stat().st_size < 400_000:
            made.files.append(File(made, p.relative_to(root).as_posix(), p.read_text(errors="replace")))
    return made


# --- what is said about it -------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Finding:
    level: str
    where: str
    text: str
    code: str = ""


@dataclasses.dataclass
class Row:
    tool: str
    version: str = "-"
    files: int = 0
    findings: list[Finding] = dataclasses.field(default_factory=list)
    note: str = ""
    skipped: str = ""

    def count(self, level: str) -> int:
        return sum(f.level == level for f in self.findings)

    @property
    def status(self) -> str:
        if self.skipped:
            return "SKIP"
        if self.count("error") or self.count("warning"):
            return "FAIL"
        return "ok" if self.files else "none"


class Bench:
    """All sets, and the questions that several tools ask of them."""

    def __init__(self, sets: list[FileSet], tmp: pathlib.Path, root: pathlib.Path, each_profile: bool = False) -> None:
        self.sets = sets
        self.tmp = tmp
        self.root = root
        # Compose is asked without a profile and with each one, not only with all at once.
        self.each_profile = each_profile

    def files(self, kind: str) -> list[File]:
        return [f for s in self.sets for f in s.files if kind in kinds(f)]

    def distinct(self, kind: str) -> list[File]:
        """One file of every text: the presets share most of theirs."""
        seen: dict[tuple[str, str], File] = {}
        for f in self.files(kind):
            seen.setdefault((f.name, f.text), f)
        return list(seen.values())

    def where(self, path: str | pathlib.Path) -> str:
        return str(path).replace(f"{self.root.resolve()}/", "").replace(f"{self.root}/", "")

    def scratch(self, name: str) -> pathlib.Path:
        made = self.tmp / "work" / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    @functools.cached_property
    def compose(self) -> list[str] | None:
        """The compose to ask: the unpacked one, whose version is known, else the user's own."""
        plugin = DEB / "usr/libexec/docker/cli-plugins/docker-compose"
        if plugin.exists():
            return [str(plugin)]
        if shutil.which("docker") and run(["docker", "compose", "version"]).returncode == 0:
            return ["docker", "compose"]
        return None

    @functools.cached_property
    def merged(self) -> list[tuple[FileSet, str, subprocess.CompletedProcess, dict | None]]:
        """Every combination of compose files that makes sense, merged by compose: base alone, base with each other.

        The names end in a profile where it is not all of them.
        """
        jobs = []
        for s in self.sets:
            compose_files = [f for f in s.files if "compose" in kinds(f)]
            for folder in sorted({f.path.parent for f in compose_files}):
                here = [f for f in compose_files if f.path.parent == folder]
                base = [f for f in here if re.match(r"(docker-)?compose\.ya?ml$", f.name)]
                rest = [f for f in here if f not in base]
                combinations = [base] + [[base[0], f] for f in rest] if base else [[f] for f in rest]
                profiles = ["*"]
                if self.each_profile:
                    named = re.findall(r"(?m)^    profiles:\n((?:      - .+\n)+)", "".join(f.text for f in here))
                    profiles += ["", *sorted({p for block in named for p in re.findall(r"- (.+)", block)})]
                place = self.scratch("compose") / s.name
                if not place.exists():
                    shutil.copytree(s.root, place)
                    write_env_files(s, place, "".join(f.text for f in compose_files))
                jobs += [(s, place / folder.relative_to(s.root), c, p) for c in combinations for p in profiles]

        def merge(job: tuple) -> tuple:
            s, folder, combination, profile = job
            flags = [x for f in combination for x in ("-f", f.name)]
            flags += ["--profile", profile] if profile else []
            r = run([*self.compose, *flags, "config", "--format", "json"], cwd=folder)
            name = f"{s.name}/" + " + ".join(f.rel for f in combination)
            if profile != "*":
                name += f", profile {profile}" if profile else ", no profile"
            return s, name, r, json.loads(r.stdout) if r.returncode == 0 else None

        with concurrent.futures.ThreadPoolExecutor() as pool:
            return list(pool.map(merge, jobs))


def write_env_files(s: FileSet, place: pathlib.Path, compose_text: str) -> None:
    """Does what the user is told to do: copies each example and fills in what compose insists on."""
    insisted = set(re.findall(r"\$\{(\w+):\?", compose_text))
    for f in s.files:
        target = place / re.sub(r"\.(example|sample)$", "", f.rel)
        if "env" in kinds(f) and not target.exists():
            filled = re.sub(r"(?m)^(\w+)=[ \t]*$", lambda m: f"{m[1]}=filled-in" if m[1] in insisted else m[0], f.text)
            target.write_text(filled)


def run(command: list, **kwargs: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(c) for c in command], check=False, capture_output=True, text=True, errors="replace", **kwargs
    )


@functools.cache
def version(*command: str, pattern: str = r"(\d+\.\d[\d.]*)") -> str:
    try:
        r = run(list(command))
    except OSError:
        return "-"
    m = re.search(pattern, r.stdout + r.stderr)
    return m[1].rstrip(".") if m else "?"


def parsed(r: subprocess.CompletedProcess, start: str = "[") -> list | dict:
    """A tool's JSON. Output that is none is the tool's failure, not an empty list of findings."""
    at = r.stdout.find(start)
    if at < 0:
        raise RuntimeError(f"no JSON from {r.args[0]} (exit status {r.returncode}): {(r.stderr or r.stdout)[-400:]}")
    return json.loads(r.stdout[at:])


# --- Dockerfiles -----------------------------------------------------------------------------------------------------


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


# --- shell -----------------------------------------------------------------------------------------------------------


def shellcheck(b: Bench) -> Row:
    files = b.distinct("shell")
    found = {}
    if files:
        r = run([PY / "shellcheck", "-x", "-P", "SCRIPTDIR", "-f", "json1", *[f.path for f in files]])
        for x in parsed(r, "{")["comments"]:
            found[(b.where(pathlib.Path(x["file"]).resolve()), x["line"], x["column"], x["code"])] = x
    return Row(
        "shellcheck",
        version(str(PY / "shellcheck"), "--version"),
        len(files),
        [Finding(x["level"], f"{k[0]}:{k[1]}", x["message"], f"SC{x['code']}") for k, x in found.items()],
    )


def shfmt(b: Bench) -> Row:
    files = b.distinct("shell")
    row = Row("shfmt", version(str(PY / "shfmt"), "--version"), len(files))
    if files:
        r = run([PY / "shfmt", "-i", "2", "-ci", "-l", *[f.path for f in files]])
        row.findings = [Finding("warning", b.where(x), "shfmt -i 2 -ci would change it") for x in r.stdout.split()]
        if r.returncode and not row.findings:
            raise RuntimeError(r.stderr[-400:])
    return row


# --- YAML ------------------------------------------------------------------------------------------------------------

YAMLLINT_RULES = """{extends: default, rules: {document-start: disable, line-length: {max: 120, level: warning},
    truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}}}"""


def yamllint(b: Bench) -> Row:
    files = b.distinct("yaml")
    row = Row("yamllint", version(str(PY / "yamllint"), "--version"), len(files))
    if files:
        r = run([PY / "yamllint", "-d", YAMLLINT_RULES, "-f", "parsable", *[f.path for f in files]])
        for line in r.stdout.splitlines():
            if m := re.match(r"(.+?:\d+):\d+: \[(error|warning)\] (.*)$", line):
                row.findings.append(Finding(m[2], b.where(m[1]), m[3]))
        if r.returncode and not row.findings:
            raise RuntimeError((r.stderr or r.stdout)[-400:])
    return row


def schema(kind: str, name: str, tool: str) -> object:
    def check(b: Bench) -> Row:
        files = b.distinct(kind)
        row = Row(tool, version(str(PY / "check-jsonschema"), "--version"), len(files))
        if files:
            r = run([PY / "check-jsonschema", "--builtin-schema", name, "-o", "JSON", *[f.path for f in files]])
            answer = parsed(r, "{")
            for x in [*answer.get("errors", []), *answer.get("parse_errors", [])]:
                text = f"{x.get('path', '')}: {x.get('message', x)}"
                row.findings.append(Finding("error", b.where(x.get("filename", "")), text))
        return row

    check.__name__ = tool
    return check


def compose_config(b: Bench) -> Row:
    row = Row("compose-config", note="merged combinations, every profile")
    if not b.compose:
        row.skipped = f"no docker compose here; {HOW}"
        return row
    row.version = version(*b.compose, "version", pattern=r"v?(\d[\d.]+)")
    for _, name, r, merged in b.merged:
        row.files += 1
        row.findings += [Finding("warning", name, w) for w in re.findall(r"level=warning msg=(.*)", r.stderr)]
        if merged is None:
            row.findings.append(Finding("error", name, r.stderr.strip()[-400:]))
    return row


def dclint(b: Bench) -> Row:
    program = pathlib.Path(os.environ["DUNNAGE_DCLINT"])
    if not program.exists():
        return Row("dclint", skipped=HOW)
    files = b.distinct("compose")
    row = Row("dclint", version(str(program), "--version"), len(files))
    if files:
        # Through a pipe it stops after 64 kB, and says nothing of it.
        report = b.scratch("dclint") / "report.json"
        r = run([program, "-f", "json", "-o", report, *[f.path for f in files]], cwd=report.parent)
        if not report.exists():
            raise RuntimeError((r.stderr or r.stdout)[-400:])
        for x in json.loads(report.read_text()):
            for m in x["messages"]:
                level = "error" if m.get("type") == "error" else "warning"
                where = b.where(x["filePath"])
                # The alphabet and the choice of quotes are taste; the order of keys is compared strictly. A file that
                # is merged into another one has its project name from there.
                taste = r"alphabetical|quotes"
                if not re.search(r"(^|/)(docker-)?compose\.ya?ml$", where):
                    taste += "|require-project-name-field"
                if re.search(taste, m["rule"]):
                    level = "style"
                row.findings.append(Finding(level, f"{where}:{m['line']}", m["message"], m["rule"]))
    return row


def mermaid(b: Bench) -> Row:
    """The diagrams of CONTAINERS.md, parsed by Mermaid itself. Every file of that name has one."""
    home = pathlib.Path(os.environ["DUNNAGE_MERMAID"])
    if not (home / ".stamp").exists() or not shutil.which("node"):
        return Row("mermaid", skipped=HOW)
    files = b.distinct("containers")
    row = Row("mermaid", json.loads((home / "node_modules/mermaid/package.json").read_text())["version"], len(files))
    if files:
        said = parsed(run(["node", ROOT / "scripts/mermaid.mjs", home, *[f.path for f in files]]), "{")
        row.findings = [Finding("error", b.where(x["file"]), x["message"]) for x in said["findings"]]
        if said["diagrams"] != len(files):
            row.findings.append(
                Finding("error", "CONTAINERS.md", f"{said['diagrams']} diagrams in {len(files)} files")
            )
    return row


def compose_audit(b: Bench) -> Row:
    """The hardening that no other linter looks for. It binds the services built from the project, in strict sets."""
    row = Row("compose-audit", "own")
    if not b.compose:
        row.skipped = f"no docker compose here; {HOW}"
        return row
    for s, name, _, merged in b.merged:
        productive = [n for t, n, _, m in b.merged if t is s and m and "prod" in n.lower()]
        if merged is None or ", " in name or (productive and name not in productive):
            continue
        row.files += 1
        services = merged.get("services") or {}
        strict = str(s.choices.get("hardening", "strict")) == "strict"
        built = {x.get("image") for x in services.values() if x.get("build")} - {None}
        for service, x in services.items():
            own = bool(x.get("build")) or x.get("image") in built
            level = "warning" if own and strict else "info"
            row.findings += [Finding(level, name, f"{service}: no {gap}", gap) for gap in gaps(service, x, services)]
    return row


def gaps(service: str, x: dict, services: dict) -> list[str]:
    waited_for = any(
        (o.get("depends_on") or {}).get(service, {}).get("condition") == "service_completed_successfully"
        for o in services.values()
    )
    job = x.get("restart") in ("no", None) and waited_for
    deploy = x.get("deploy") or {}
    checks = {
        "healthcheck": job or x.get("healthcheck"),
        "restart": job or x.get("restart") not in (None, "no") or deploy.get("restart_policy"),
        "no-new-privileges": any("no-new-privileges" in o for o in x.get("security_opt") or []),
        "cap_drop": x.get("cap_drop"),
        "read_only": x.get("read_only"),
        "limits": (deploy.get("resources") or {}).get("limits") or x.get("mem_limit"),
        "log-rotation": (x.get("logging") or {}).get("options"),
    }
    started = [d for d, o in (x.get("depends_on") or {}).items() if o.get("condition") == "service_started"]
    return [name for name, there in checks.items() if not there] + [f"condition for {d}" for d in started]


# --- proxies ---------------------------------------------------------------------------------------------------------

# Runs in a mount namespace of its own: the set's files appear under /etc/nginx, certificates under the names that it
# asks for, and the host sees nothing of it.
NGINX_NAMESPACE = r"""
set -e
T=$1 BIN=$2 LIB=$3 DEB=$4
mount --make-rprivate /
mkdir -p "$T/upper" "$T/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$T/upper,workdir=$T/work" /etc
cat "$T/hosts.extra" >>/etc/hosts
grep -q '^nginx:' /etc/passwd || echo 'nginx:x:101:101::/nonexistent:/bin/false' >>/etc/passwd
grep -q '^nginx:' /etc/group || echo 'nginx:x:101:' >>/etc/group
rm -rf /etc/nginx
cp -r "$T/nginx" /etc/nginx
for d in /var/log /var/cache /var/lib /run /srv /opt; do mount -t tmpfs t "$d"; done
mkdir -p /var/log/nginx /var/cache/nginx /var/lib/nginx
while read -r f; do
  case $f in
    "" | *'$'*) continue ;;
    /*) ;;
    *) f=/etc/nginx/$f ;;
  esac
  [ ! -e "$f" ] || continue
  case $f in
    /etc/* | /var/* | /run/* | /srv/* | /opt/*) mkdir -p "$(dirname "$f")" ;;
    *) continue ;;
  esac
  case $f in
    *dhparam*) openssl dhparam -dsaparam -out "$f" 2048 2>/dev/null ;;
    *key*) cp "$T/key.pem" "$f" ;;
    *) cp "$T/cert.pem" "$f" ;;
  esac
done <"$T/certificates"
set +e
"$LIB"/ld-linux-*.so.* --library-path "$LIB" "$DEB/usr/sbin/nginx" -t -q -p /etc/nginx -c /etc/nginx/nginx.conf \
  >"$T/nginx.out" 2>&1
echo $? >"$T/nginx.status"
"$BIN/gixy" -f json /etc/nginx/nginx.conf >"$T/gixy.json" 2>"$T/gixy.err"
exit 0
"""


@functools.cache
def nginx_runs(b: Bench) -> list[tuple[FileSet, pathlib.Path]] | str:
    """One directory of results per distinct nginx configuration, or the reason why there is none."""
    if not (DEB / "usr/sbin/nginx").exists():
        return HOW
    if os.geteuid():
        return "needs root, for a mount namespace of its own"
    work = b.scratch("nginx")
    subject = ["-subj", "/CN=example.com", "-keyout", work / "key.pem", "-out", work / "cert.pem"]
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject])
    runs, seen = [], set()
    for s in b.sets:
        files = [f for f in s.files if "nginx" in kinds(f)]
        key = tuple((f.rel, f.text) for f in files)
        if files and key not in seen:
            seen.add(key)
            runs.append((s, place_nginx(b, s, files, work)))
    library = next(iter((DEB / "usr/lib").glob("*-linux-gnu")))

    def check(job: tuple[FileSet, pathlib.Path]) -> None:
        r = run(["unshare", "-m", "bash", "-c", NGINX_NAMESPACE, "nginx", job[1], PY, library, DEB])
        if not (job[1] / "nginx.status").exists():
            (job[1] / "nginx.status").write_text("namespace")
            (job[1] / "nginx.out").write_text(r.stderr)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(check, runs))
    return runs


def place_nginx(b: Bench, s: FileSet, files: list[File], work: pathlib.Path) -> pathlib.Path:
    """Puts a set's nginx files where compose mounts them, or where their content says that they belong."""
    target = work / s.name
    etc = target / "nginx"
    (etc / "conf.d").mkdir(parents=True)
    for name in ("mime.types", "fastcgi_params", "proxy_params", "uwsgi_params", "scgi_params"):
        if (DEB / "etc/nginx" / name).exists():
            shutil.copy(DEB / "etc/nginx" / name, etc)
    mounts, environment = {}, {"DOMAIN": "example.com", "NGINX_HOST": "example.com", "SERVER_NAME": "example.com"}
    copy = b.scratch("compose") / s.name
    for t, _, _, merged in b.merged if b.compose else []:
        for x in ((merged or {}).get("services") or {}).values() if t is s else []:
            if "nginx" in str(x.get("image", "")):
                environment |= {k: str(v) for k, v in (x.get("environment") or {}).items() if v is not None}
            for m in x.get("volumes") or []:
                if m.get("type") == "bind" and str(m.get("target", "")).startswith("/etc/nginx"):
                    mounts[m["source"]] = m["target"]

    def home(f: File) -> pathlib.PurePosixPath:
        for source, mounted in mounts.items():
            source_path, here = pathlib.Path(source), copy / f.rel
            if here == source_path:
                return pathlib.PurePosixPath(mounted)
            if source_path in here.parents:
                return pathlib.PurePosixPath(mounted) / here.relative_to(source_path).as_posix()
        if re.search(r"(?m)^http\s*\{", f.text):
            return pathlib.PurePosixPath("/etc/nginx/nginx.conf")
        if re.search(r"snippet|include", f.rel):
            return pathlib.PurePosixPath("/etc/nginx") / f.path.parent.name / f.name
        return pathlib.PurePosixPath("/etc/nginx/conf.d") / f.name

    everything = ""
    folders = {f.path.parent for f in files}
    beside = [f for f in s.files if f.path.parent in folders and f not in files and f.name.endswith((".conf", ".inc"))]
    for f in [*files, *beside]:
        place, text = home(f), f.text
        if place.name.endswith(".template") or "/templates/" in str(place):
            text = re.sub(r"\$\{(\w+)\}", lambda m: environment.get(m[1], m[0]), text)
            place = pathlib.PurePosixPath(str(place).replace("/templates/", "/conf.d/").removesuffix(".template"))
        out = etc / place.relative_to("/etc/nginx")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text)
        everything += text
    if not (etc / "nginx.conf").exists():
        (etc / "nginx.conf").write_text(
            "user nginx;\nworker_processes auto;\nworker_rlimit_nofile 8192;\nevents { worker_connections 1024; }\n"
            "http {\n  include /etc/nginx/mime.types;\n  default_type application/octet-stream;\n"
            "  include /etc/nginx/conf.d/*.conf;\n}\n"
        )
    hosts = set(re.findall(r"(?:^|\s)server\s+([A-Za-z][\w.-]*)(?::\d+)?[ ;]", everything))
    hosts |= set(re.findall(r"pass\s+\w+://([A-Za-z][\w.-]*)", everything))
    (target / "hosts.extra").write_text("".join(f"127.0.0.1 {h}\n" for h in sorted(hosts)))
    names = re.findall(r"(?:ssl_certificate(?:_key)?|ssl_trusted_certificate|ssl_dhparam)\s+([^;\s]+);", everything)
    (target / "certificates").write_text("".join(f"{n}\n" for n in names))
    for name in ("key.pem", "cert.pem"):
        shutil.copy(work / name, target)
    return target


def nginx(b: Bench) -> Row:
    runs = nginx_runs(b) if b.files("nginx") else []
    if isinstance(runs, str):
        return Row("nginx -t", skipped=runs)
    row = Row("nginx -t", files=len(runs), note="whole configurations")
    if runs:
        library = next(iter((DEB / "usr/lib").glob("*-linux-gnu")))
        loader = next(iter(library.glob("ld-linux-*")))
        row.version = version(str(loader), "--library-path", str(library), str(DEB / "usr/sbin/nginx"), "-v")
    for s, target in runs:
        output = (target / "nginx.out").read_text()
        if (target / "nginx.status").read_text().strip() != "0":
            row.findings.append(Finding("error", s.name, output.strip()[-600:]))
        row.findings += [Finding("warning", s.name, w) for w in re.findall(r"\[warn\].*", output)]
    return row


def gixy(b: Bench) -> Row:
    runs = nginx_runs(b) if b.files("nginx") else []
    if isinstance(runs, str):
        return Row("gixy", skipped=runs)
    levels = {"HIGH": "error", "MEDIUM": "warning"}
    row = Row("gixy", version(str(PY / "gixy"), "--version"), len(runs), note="whole configurations")
    for s, target in runs:
        # gixy cannot read what nginx itself rejects; nginx's row says why.
        if not (target / "gixy.json").exists():
            continue
        text = (target / "gixy.json").read_text()
        if not text.strip():
            row.findings.append(Finding("error", s.name, (target / "gixy.err").read_text()[-400:]))
            continue
        for x in json.loads(text):
            level = levels.get(str(x.get("severity")).upper(), "info")
            row.findings.append(
                Finding(level, s.name, f"{x.get('summary')} {x.get('reason', '')}", x.get("plugin", ""))
            )
    return row


def caddy(b: Bench) -> Row:
    files = b.distinct("caddy")
    program = DEB / "usr/bin/caddy"
    if not files:
        return Row("caddy")
    if not program.exists():
        return Row("caddy", skipped=HOW)
    row = Row("caddy", version(str(program), "version"), len(files))
    for f in files:
        r = run([program, "adapt", "--validate", "--adapter", "caddyfile", "--config", f.path], cwd=b.scratch("caddy"))
        if r.returncode:
            row.findings.append(Finding("error", str(f), r.stderr.strip()[-400:]))
        for line in r.stderr.splitlines():
            if '"level":"warn"' in line:
                row.findings.append(Finding("warning", str(f), json.loads(line).get("msg", line)))
    return row


# --- Python ----------------------------------------------------------------------------------------------------------


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


# --- environment, secrets, units -------------------------------------------------------------------------------------


def dotenv_linter(b: Bench) -> Row:
    program = pathlib.Path(os.environ["DUNNAGE_DOTENV_LINTER"])
    if not program.exists():
        return Row("dotenv-linter", skipped=HOW)
    taste = {"UnorderedKey", "ExtraBlankLine", "EndingBlankLine", "ValueWithoutQuotes", "QuoteCharacter"}
    files = b.distinct("env")
    row = Row("dotenv-linter", version(str(program), "--version"), len(files))
    # One file per call: the tool compares the files of one call with each other.
    for f in files:
        r = run([program, "check", "--plain", f.name], cwd=f.path.parent)
        if r.returncode and not re.search(r"(?m)^\S+:\d+ \w+: ", r.stdout):
            raise RuntimeError((r.stderr or r.stdout)[-400:])
        for line, code, text in re.findall(r"(?m)^\S+:(\d+) (\w+): (.*)$", r.stdout):
            row.findings.append(Finding("style" if code in taste else "warning", f"{f}:{line}", text, code))
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


def quadlet(b: Bench) -> Row:
    program = DEB / "usr/libexec/podman/quadlet"
    files = b.files("quadlet")
    if not files:
        return Row("quadlet")
    if not program.exists():
        return Row("quadlet", skipped=HOW)
    row = Row("quadlet", version(str(program), "-version"), len(files))
    for folder in sorted({f.path.parent for f in files}):
        r = run([program, "-dryrun"], env=os.environ | {"QUADLET_UNIT_DIRS": str(folder)})
        bad = [x for x in r.stderr.splitlines() if re.search(r"unsupported|error|converting|failed", x)]
        row.findings += [Finding("error", b.where(folder), x) for x in bad]
    return row


# The slow ones first, so that they do not end alone.
TABLE = [
    checkov,
    requirements,
    buildkit_check,
    dclint,
    hadolint,
    dockerignore,
    shellcheck,
    shfmt,
    yamllint,
    compose_config,
    schema("compose", "vendor.compose-spec", "compose-schema"),
    schema("workflow", "vendor.github-workflows", "workflow-schema"),
    schema("dependabot", "vendor.dependabot", "dependabot-schema"),
    compose_audit,
    mermaid,
    nginx,
    gixy,
    caddy,
    gunicorn,
    ruff,
    ruff_format,
    python_ast,
    dotenv_linter,
    quadlet,
]


def guarded(tool: object, b: Bench) -> Row:
    """A tool that breaks has failed; it must neither pass nor take the others with it."""
    name = tool.__name__.replace("_", "-")
    try:
        return tool(b)
    except Exception as e:  # noqa: BLE001
        return Row(name, findings=[Finding("error", name, f"did not run: {e}")])


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
        nginx_runs(bench)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda t: guarded(t, bench), TABLE))
    for kind in ("docker", "compose", "ignore", "env"):
        if not any(kind in kinds(f) for s in sets for f in s.files):
            rows.append(Row("sets", findings=[Finding("error", "sets", f"no file of kind {kind} in any directory")]))
    return report(rows, len(sets), options.details, time.monotonic() - started)


def report(rows: list[Row], sets: int, details: pathlib.Path | None, seconds: float) -> int:
    print(f"{'tool':<18}{'version':<12}{'files':>5}  " + "".join(f"{x:>8}" for x in LEVELS) + "  result")
    for row in rows:
        counts = "".join(f"{row.count(x):>8}" for x in LEVELS)
        said = {"none": "-     no such file", "SKIP": f"SKIP  {row.skipped}"}.get(
            row.status, f"{row.status:<6}{row.note}"
        )
        print(f"{row.tool:<18}{row.version:<12}{row.files:>5}  {counts}  {said}".rstrip())
    for row in rows:
        bad = [f for f in row.findings if f.level in ("error", "warning")]
        for f in bad[:SHOWN]:
            print(f"  {f.level}: {row.tool}: {f.where}: {(f.code + ' ') if f.code else ''}{f.text}")
        if len(bad) > SHOWN:
            print(
                f"  {row.tool}: {len(bad) - SHOWN} more{f', see {details}' if details else '; --details DIR has all'}"
            )
        if details:
            details.mkdir(parents=True, exist_ok=True)
            lines = [f"{f.level} {f.where} {f.code} {f.text}\n" for f in row.findings]
            (details / f"{row.tool.replace(' ', '-')}.txt").write_text("".join(lines))
    tally = collections.Counter(row.status for row in rows)
    skipped = f", {tally['SKIP']} skipped" if tally["SKIP"] else ""
    print(f"{sets} sets, {seconds:.0f} s: {tally['ok']} passed, {tally['FAIL']} failed{skipped}")
    return 1 if tally["FAIL"] or (CI and tally["SKIP"]) or not tally["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
