"""Asks Debian and PyPI whether the tables of src/project/system_packages.rs still hold.

    cargo run --quiet --example system_packages | python3 scripts/check_system_packages.py

Debian: every name is a package of each release that it is offered for, on x86-64 and ARM; a name that a release has lost
is not there; what the tables call the library of a package with headers is what that package depends on. PyPI: a
distribution that is compiled has no Linux wheel, and a first wheel is the first. It needs the network.
"""

from __future__ import annotations

import concurrent.futures
import json
import lzma
import re
import sys
import urllib.request
from typing import Any

MIRROR = "http://deb.debian.org/debian"
PYPI = "https://pypi.org/pypi"
ARCHITECTURES = ["amd64", "arm64"]
# The series for which a distribution without wheels must have none.
SERIES = ["3.12", "3.13", "3.14"]

Index = dict[str, set[str]]


def fetch(url: str) -> bytes:
    for attempt in range(3):
        try:
            with urllib.request.urlopen(url, timeout=180) as answer:
                return bytes(answer.read())
        except (TimeoutError, ConnectionError):
            if attempt == 2:
                raise
    raise AssertionError


def index_of(text: str) -> Index:
    """Every package of a list, with the names that it depends on."""
    packages: Index = {}
    for paragraph in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if name := fields.get("Package"):
            depends = ",".join(fields.get(field, "") for field in ("Depends", "Pre-Depends"))
            words = (part.split()[0].split(":")[0] for part in re.split(r"[,|]", depends) if part.strip())
            packages.setdefault(name, set()).update(words)
    return packages


def brought(index: Index, name: str, depth: int) -> set[str]:
    """What a package installs besides itself, a few steps deep."""
    found = index.get(name, set())
    return found.union(*(brought(index, one, depth - 1) for one in found)) if depth else found


def debian_faults(release: str, row: dict[str, Any], index: Index) -> list[str]:
    faults = [f"{release} has no {name}" for name in row["names"] if name not in index]
    faults += [f"{release} has {name} again" for name in row["gone"] if name in index]
    for headers, libraries in row["libraries"].items():
        installed = brought(index, headers, 2)
        faults += [f"{release}: {headers} does not bring {name}" for name in libraries if name not in installed]
    return faults


def has_wheel(files: list[dict[str, Any]], series: str) -> bool:
    """Whether a release can be installed on Linux and x86-64 without compiling."""
    minor = int(series.split(".")[1])
    for file in files:
        if file.get("yanked") or not file["filename"].endswith(".whl"):
            continue
        tags, abi, platform = file["filename"][: -len(".whl")].split("-")[-3:]
        if platform == "any":
            return True
        if "manylinux" not in platform or "x86_64" not in platform:
            continue
        for tag in tags.split("."):
            older = tag.startswith("cp3") and int(tag[3:]) <= minor
            if tag == f"cp3{minor}" or tag.startswith("py3") or ("abi3" in abi and older):
                return True
    return False


def final_versions(releases: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Versions that are no pre-releases and have files, the oldest first."""
    final = [version for version, files in releases.items() if files and re.fullmatch(r"\d+(\.\d+)*", version)]
    return sorted(final, key=lambda version: [int(part) for part in version.split(".")])


def wheel_faults(row: dict[str, Any], data: dict[str, Any]) -> list[str]:
    name, releases = row["name"], data["releases"]
    newest = data["urls"]
    if row["wheels"] == "never":
        return [f"{name} has a wheel for {series} by now" for series in SERIES if has_wheel(newest, series)]
    faults = []
    if row["wheels"] == "every" and any(file["filename"].endswith(".whl") for file in newest):
        faults += [f"{name} has no wheel for {series}" for series in SERIES if not has_wheel(newest, series)]
    for series, first in row["since"]:
        if not first:
            if has_wheel(newest, series):
                faults.append(f"{name} has a wheel for {series} by now")
            continue
        versions = final_versions(releases)
        having = [version for version in versions if has_wheel(releases[version], series)]
        if having[:1] != [first]:
            faults.append(f"{name}: the first wheel for {series} is that of {having[:1]}, not of {first}")
    return faults


def main() -> int:
    table = json.load(sys.stdin)
    checks, faults = 0, []
    for release, row in table["releases"].items():
        for architecture in ARCHITECTURES:
            url = f"{MIRROR}/dists/{release}/main/binary-{architecture}/Packages.xz"
            found = debian_faults(release, row, index_of(lzma.decompress(fetch(url)).decode()))
            checks += len(row["names"]) + len(row["gone"]) + len(row["libraries"])
            faults += [f"{fault} ({architecture})" for fault in found]
    rows = table["distributions"]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = pool.map(lambda row: json.loads(fetch(f"{PYPI}/{row['name']}/json")), rows)
        for row, data in zip(rows, answers, strict=True):
            checks += 1
            faults += wheel_faults(row, data)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{checks} claims about Debian and PyPI of {table['checked']}, {len(faults)} wrong")
    return 1 if faults or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
