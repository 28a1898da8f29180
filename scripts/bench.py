"""Times a program that renders whole file sets: bench.py PROGRAM RUNS

Prints, per preset, the fastest and the median wall-clock time of a process that writes the set as a zip. The time of a
process that does nothing is printed first: it is the part that no program can save.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


def measure(command: list[str], runs: int) -> tuple[float, float]:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return min(times), statistics.median(times)


def main() -> None:
    program, runs = sys.argv[1], int(sys.argv[2])
    answer = json.loads(subprocess.run([program, "presets", "--json"], check=True, capture_output=True).stdout)
    presets = [p["id"] for p in (answer if isinstance(answer, list) else answer["presets"])]
    print(f"{'':<20}{'best':>10}{'median':>10}   of {runs} runs, milliseconds")
    with tempfile.TemporaryDirectory() as scratch:
        zipped = str(pathlib.Path(scratch) / "set.zip")
        commands = {"an empty process": ["true"]}
        for preset in presets:
            commands[preset] = [program, "render", "--preset", preset, "--zip", zipped, "--force"]
        for name, command in commands.items():
            best, median = measure(command, runs)
            print(f"{name:<20}{best:>10.1f}{median:>10.1f}")


if __name__ == "__main__":
    main()
