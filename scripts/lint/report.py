"""The table of what was found, and what it comes to."""

from __future__ import annotations

import collections
import os
import pathlib

from .model import LEVELS, Row

# Findings that are printed per tool; one mistake in a template is found again in every set.
SHOWN = 10
CI = os.environ.get("CI") == "true"


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
