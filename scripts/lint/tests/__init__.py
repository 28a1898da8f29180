"""The linters are linted: what each module makes of files that are written for it."""

from __future__ import annotations

import pathlib
import tempfile
import unittest

from lint.model import Bench, read_set


class WithFiles(unittest.TestCase):
    """Tests that write files of sets and look at them."""

    def bench(self, *sets: dict[str, str]) -> Bench:
        """A bench of sets, called `set1` and so on, each from path to text."""
        made = tempfile.TemporaryDirectory(prefix="dunnage-lint-test.")
        self.addCleanup(made.cleanup)
        home = pathlib.Path(made.name).resolve()
        read = []
        for number, files in enumerate(sets, 1):
            source = home / "sources" / f"set{number}"
            for path, text in files.items():
                (source / path).parent.mkdir(parents=True, exist_ok=True)
                (source / path).write_text(text)
            read.append(read_set(source, f"set{number}", home / "sets"))
        return Bench(read, home, home / "sets")
