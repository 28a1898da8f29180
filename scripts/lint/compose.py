"""YAML, Compose files and what belongs to them.

yamllint, schemas, Compose itself, dclint, our own audit, the diagrams, `.env` files, Quadlet units.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil

from .model import DEB, HOW, PY, ROOT, Bench, Finding, Row, parsed, run, version

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
