"""What is looked at, what is said about it, and how a tool is run."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(os.environ["DUNNAGE_TOOLS"])
PY = TOOLS / "linters/bin"
DEB = TOOLS / "debian-linters/root"
CACHE = TOOLS / "cache"
LEVELS = ("error", "warning", "info", "style")
SKIPPED_DIRECTORIES = {".git", "node_modules", ".venv", "venv", "__pycache__"}
HOW = "run scripts/setup.sh linters"


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


def guarded(tool: object, b: Bench) -> Row:
    """A tool that breaks has failed; it must neither pass nor take the others with it."""
    name = tool.__name__.replace("_", "-")
    try:
        return tool(b)
    except Exception as e:  # noqa: BLE001
        return Row(name, findings=[Finding("error", name, f"did not run: {e}")])
