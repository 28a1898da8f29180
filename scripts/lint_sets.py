"""Writes the file sets that the linters look at: lint_sets.py PROGRAM DIR

Every preset, and beside them as few further sets as it takes to have every value of every option in one: the presets
alone would leave out Podman, Caddy, Granian and much else.
"""

import json
import pathlib
import subprocess
import sys

# What a covering set starts from: everything that other options depend on is there, so that their values have an effect.
RICH = {
    "backups": "true",
    "celery": "worker-beat",
    "ci": "github-actions",
    "media": "true",
    "server": "gunicorn-uvicorn",
    "start": "new",
    "websockets": "true",
}


def values(option: dict) -> list[str]:
    if option["kind"] == "switch":
        return ["false", "true"]
    return [v["id"] for v in option.get("values", [])]


def main() -> None:
    program, target = sys.argv[1], pathlib.Path(sys.argv[2])

    def ask(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([program, *arguments], check=False, capture_output=True, text=True)

    def render(name: str, *arguments: str) -> None:
        r = ask("render", *arguments, "--out", str(target / name))
        if r.returncode:
            sys.exit(f"{name} could not be rendered:\n{r.stderr}")

    def flags(choices: dict[str, str]) -> list[str]:
        return [x for option, value in choices.items() for x in ("--set", f"{option}={value}")]

    options = {o["id"]: o for o in json.loads(ask("options", "--json").stdout)}
    missing = {(o["id"], v) for o in options.values() for v in values(o)}
    for preset in json.loads(ask("presets", "--json").stdout):
        render(preset["id"], "--preset", preset["id"])
        chosen = {o["id"]: str(preset["choices"].get(o["id"], o["default"])) for o in options.values()}
        missing -= set(chosen.items())

    def renders(choices: dict[str, str]) -> bool:
        return ask("render", *flags(choices), "--stdout", "dunnage.yaml").returncode == 0

    number = 0
    while missing:
        number += 1
        choices, taken = dict(RICH), {}
        for option, value in sorted(missing):
            if option not in taken and renders(choices | {option: value}):
                choices[option] = taken[option] = value
        if not taken:
            # What is left goes with no default of another option: Django 4.2 asks for an older Python, say.
            option, value = min(missing)
            partners = [{o["id"]: v, option: value} for o in options.values() for v in values(o)]
            taken = next((p for p in partners if p.get(option) == value and renders(RICH | p)), None)
            if taken is None:
                sys.exit(f"No set can have {option}={value}.")
            choices |= taken
        missing -= set(taken.items())
        render(f"cover-{number}", *flags(choices))
        print(f"cover-{number}: {' '.join(f'{o}={v}' for o, v in sorted(taken.items()))}")


if __name__ == "__main__":
    main()
