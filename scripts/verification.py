"""Puts what `make verify` has found into the pages that say so: verification.py WORK RECORD [ROOT]

WORK holds texts.json, boot.jsonl and survive.jsonl, each from its part of the run; a part that was not run again keeps
what RECORD, the committed docs/verification.json, says of it. From the record come docs/verification.md, the page
public/verification.html and the line in the wizard's footer, docs/verified.html, all below ROOT (default: this checkout).

The record may lag behind the templates, since a run takes hours. It has the hash of each template as it was checked, so
that the pages name every file that was added or changed since. A release needs a record without such files.
"""

from __future__ import annotations

import collections
import datetime
import hashlib
import html
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[1]


def gathered(work: pathlib.Path, record: dict) -> dict:
    """The record with what the parts that were run have found, each with its day."""
    texts = work / "texts.json"
    if texts.exists():
        found = json.loads(texts.read_text(encoding="utf-8"))
        for entry in found["files"]:
            tally = collections.Counter((f["tool"], f["level"], f["code"], f["reason"]) for f in entry["findings"])
            entry["findings"] = [
                {"tool": tool, "level": level, "code": code, "reason": reason, "count": count}
                for (tool, level, code, reason), count in sorted(tally.items())
            ]
        record["texts"] = {"day": day(texts), **found}
    for part in ("boot", "survive"):
        lines = work / f"{part}.jsonl"
        if lines.exists():
            rows = [json.loads(x) for x in lines.read_text(encoding="utf-8").splitlines()]
            rows = [row for row in rows if row["part"] == part]
            record[part] = {"day": day(lines), "rows": sorted(rows, key=lambda row: row["name"])}
    return record


def day(path: pathlib.Path) -> str:
    return datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC).date().isoformat()


def sources() -> dict[str, str]:
    """The SHA-256 of every template and the parts that it includes, by the name that the record has for its file."""
    home = ROOT / "templates"
    texts = {
        p.relative_to(home).as_posix().removesuffix(".j2"): p.read_text("utf-8") for p in sorted(home.rglob("*.j2"))
    }

    def whole(text: str) -> str:
        parts = dict.fromkeys(re.findall(r'{% include "([^"]+)"', text))
        return text + "".join(texts[part] for part in parts)

    return {
        name: hashlib.sha256(whole(text).encode()).hexdigest()
        for name, text in texts.items()
        if not name.startswith("parts/")
    }


def lag(record: dict) -> list[tuple[str, str]]:
    """The files that were added or changed since they were last checked, and which of the two it was."""
    checked = {e["template"]: e.get("source") for e in record["texts"]["files"]}
    return [
        (template, "changed" if template in checked else "added")
        for template, source in sources().items()
        if checked.get(template) != source
    ]


def figures(record: dict) -> dict:
    """The numbers that the footer, the page and its test all name."""
    texts = record["texts"]
    bad = sum(f["count"] for e in texts["files"] for f in e["findings"] if f["level"] in ("error", "warning"))
    return {
        "texts": sum(e["checked"] for e in texts["files"]),
        "tools": len(texts["tools"]),
        "bad": bad,
        "boots": len(record["boot"]["rows"]),
        "faults": len(record["survive"]["rows"]),
        "day": max(record[part]["day"] for part in ("texts", "boot", "survive")),
    }


def paragraphs(record: dict) -> list[tuple[str, str | list[str], list[list[str]] | None]]:
    """Heading, text, and a table (its first row the head) of each section."""
    texts, n = record["texts"], figures(record)
    head = [
        "file",
        "options it depends on",
        "checked",
        "distinct texts",
        "complete files checked",
        "tools",
        "findings",
    ]
    table = [head]
    for e in texts["files"]:
        whole = e["parts"] == 1
        taken = "whole" if whole else f"in {e['parts']} parts"
        if not e["exhaustive"]:
            taken = "any three values"
        worst = collections.Counter()
        for f in e["findings"]:
            worst[f["level"]] += f["count"]
        table.append(
            [
                f"`{e['template']}`",
                ", ".join(f"`{o}`" for o in e["options"]) or "none",
                taken,
                str(e["texts"]) if e["exhaustive"] else "",
                str(e["checked"]),
                ", ".join(e["tools"]) or "the engine's own tests",
                ", ".join(f"{count} {level}" for level, count in sorted(worst.items())) or "0",
            ]
        )
    left = collections.Counter()
    for e in texts["files"]:
        for f in e["findings"]:
            if f["level"] in ("info", "style"):
                left[(f["tool"], f["code"], f["level"], f["reason"])] += f["count"]
    infos = [["tool", "rule", "level", "count", "why it is accepted"]]
    infos += [[tool, f"`{code}`", level, str(count), why] for (tool, code, level, why), count in sorted(left.items())]
    tools = [["tool", "version"], *([tool, version] for tool, version in sorted(texts["tools"].items()))]
    boot = [["set", "choices", "checks", "observed", "seconds"]]
    boot += [
        [r["name"], r["choices"] or "the defaults", str(r["checks"]), r["observed"], f"{r['seconds']:.0f}"]
        for r in record["boot"]["rows"]
    ]
    survive = [["fault", "set", "checks", "observed"]]
    survive += [
        [r["name"], r["choices"] or "the defaults", str(r["checks"]), r["observed"]] for r in record["survive"]["rows"]
    ]
    newer = [["file", "state"]]
    newer += [[f"`{template}`", f"not verified since it was {what}"] for template, what in lag(record)]
    sections = [
        (
            "Newer than this record",
            (
                f"These files were added or changed after the run of {texts['day']}; a file counts as changed when its "
                "template has. What is said of them below is said of their earlier text. `make test` checks them in the "
                "presets and in sets in which any two values of any two options stand together, and a release needs "
                "the whole run."
            ),
            newer,
        )
    ]
    return (sections if len(newer) > 1 else []) + [
        (
            "Every text",
            [
                (
                    "The engine itself determines what a file depends on: the file is rendered at many points, and the "
                    "differences show which options matter and which of their values are only substituted, such as a name "
                    "or a tag. Every allowed combination of the others is then rendered, and each distinct text is kept "
                    "once."
                ),
                (
                    "A file with too many combinations is checked in parts: a service of a compose file, an instruction of "
                    "a Dockerfile, a branch of a script. Every distinct text of every part is in a complete file that was "
                    f"checked, and so is every combination of any three values: {texts['triples']:,} of them. Then "
                    f"{texts['strangers']:,} random choices were rendered, and none contained a part that the enumeration "
                    "had missed."
                ),
                (
                    f"{texts['sets']:,} file sets, {n['texts']:,} distinct texts, {n['bad']} findings above “info”, "
                    f"on {texts['day']}."
                ),
            ],
            table,
        ),
        ("Remaining “info” and “style” findings", "Each with the reason it is accepted.", infos),
        (
            "In containers",
            [
                (
                    "These sets cover every pair of values of the options that affect a running stack. Each was built with "
                    "its own Dockerfile, started with its own compose files as its CONTAINERS.md describes, probed and "
                    f"stopped, on {record['boot']['day']}."
                ),
            ],
            boot,
        ),
        ("Faults survived", f"Injected into running stacks on {record['survive']['day']}.", survive),
        (
            "The tools",
            (
                "The images were stand-ins, built from Debian packages under the official tags, with a real nginx 1.30, "
                "Valkey 8, PostgreSQL 15 and Redis 7; certbot was a stub that records its calls."
            ),
            tools,
        ),
    ]


TITLE = "How the output is verified"
LEAD = (
    "Every file set that the choices can produce is checked with the tools its owner would use. "
    "`make verify` does this, and wrote this page."
)


def markdown(record: dict) -> str:
    out = [f"# {TITLE}", "", LEAD, ""]
    for heading, text, table in paragraphs(record):
        out += [f"## {heading}", ""]
        for paragraph in [text] if isinstance(text, str) else text:
            out += [paragraph, ""]
        if table and len(table) > 1:
            out += ["| " + " | ".join(table[0]) + " |", "|" + "---|" * len(table[0])]
            out += [
                "| " + " | ".join(x.replace("|", "\\|").replace("\n", " ") for x in row) + " |" for row in table[1:]
            ]
            out.append("")
    return "\n".join(out).rstrip() + "\n"


def inline(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def page(record: dict) -> str:
    out = []
    for heading, text, table in paragraphs(record):
        out.append(f"    <h2>{inline(heading)}</h2>")
        out += [f"    <p>{inline(x)}</p>" for x in ([text] if isinstance(text, str) else text)]
        if table and len(table) > 1:
            out.append('    <div class="table" role="region" tabindex="0" aria-label="' + html.escape(heading) + '">')
            out.append("      <table>")
            out.append(
                "        <thead><tr>"
                + "".join(f'<th scope="col">{inline(x)}</th>' for x in table[0])
                + "</tr></thead>"
            )
            out.append("        <tbody>")
            for row in table[1:]:
                cells = f'<th scope="row">{inline(row[0])}</th>' + "".join(f"<td>{inline(x)}</td>" for x in row[1:])
                out.append(f"          <tr>{cells}</tr>")
            out += ["        </tbody>", "      </table>", "    </div>"]
    body = "\n".join(out)
    return f"""<!doctype html>
<!-- Written by scripts/verification.py from docs/verification.json. -->
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
    >
    <title>{TITLE}: Dunnage</title>
    <meta name="color-scheme" content="light dark">
    <link rel="icon" type="image/svg+xml" href="favicon.svg">
    <link rel="stylesheet" href="verification.css">
  </head>
  <body>
    <p><a href="./">Dunnage</a></p>
    <h1>{TITLE}</h1>
    <p>{inline(LEAD)}</p>
{body}
  </body>
</html>
"""


def footer(record: dict) -> str:
    n = figures(record)
    when = datetime.date.fromisoformat(n["day"])
    found = "no issues" if n["bad"] == 0 else f"{n['bad']} issues"
    newer = len(lag(record))
    since = f"<span>Files added or changed since: {newer}.</span> " if newer else ""
    return (
        f"<p>Every part of every file that these choices can produce was checked, in {n['texts']:,} distinct variants, "
        f"with {n['tools']} tools: {found}. {n['boots']} sets were built and run, and {n['faults']} faults were injected. "
        f'<time datetime="{when}">{when.day} {when:%B %Y}</time>. {since}'
        '<a href="verification.html" hreflang="en">How it is verified</a></p>\n'
    )


def main() -> None:
    work, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    root = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else ROOT
    record = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    record = gathered(work, record)
    missing = {"texts", "boot", "survive"} - set(record)
    if missing:
        sys.exit(f"Nothing is known yet of {', '.join(sorted(missing))}: run that part first.")
    # A file that is no longer made has nothing to show.
    record["texts"]["files"] = [e for e in record["texts"]["files"] if e["template"] in sources()]
    target.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (root / "docs/verification.md").write_text(markdown(record), encoding="utf-8")
    (root / "docs/verified.html").write_text(footer(record), encoding="utf-8")
    (root / "public/verification.html").write_text(page(record), encoding="utf-8")
    print(json.dumps(figures(record)))


if __name__ == "__main__":
    main()
