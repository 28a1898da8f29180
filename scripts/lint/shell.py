"""Shell scripts: shellcheck, shfmt."""

from __future__ import annotations

import pathlib

from .model import PY, Bench, Finding, Row, parsed, run, version


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
