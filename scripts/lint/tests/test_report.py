from __future__ import annotations

import contextlib
import io
import pathlib
import tempfile
import unittest
from unittest import mock

from lint import report
from lint.model import Finding, Row

GOOD = Row("good", "1.0", 2)
BAD = Row("bad", "1.0", 2, [Finding("error", f"set{n}/a", "wrong", "E1") for n in range(report.SHOWN + 2)])
ABSENT = Row("absent", skipped="not here")
UNUSED = Row("unused")


class Report(unittest.TestCase):
    def told(self, *rows: Row, ci: bool = False, details: pathlib.Path | None = None) -> tuple[int, str]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), mock.patch.object(report, "CI", ci):
            status = report.report(list(rows), 3, details, 1.4)
        return status, out.getvalue()

    def test_the_last_line_is_what_the_test_runner_counts(self) -> None:
        status, text = self.told(GOOD, UNUSED)
        self.assertEqual((status, text.splitlines()[-1]), (0, "3 sets, 1 s: 1 passed, 0 failed"))
        status, text = self.told(GOOD, BAD, ABSENT)
        self.assertEqual((status, text.splitlines()[-1]), (1, "3 sets, 1 s: 1 passed, 1 failed, 1 skipped"))

    def test_a_skip_fails_only_where_nothing_may_be_skipped(self) -> None:
        self.assertEqual(self.told(GOOD, ABSENT)[0], 0)
        self.assertEqual(self.told(GOOD, ABSENT, ci=True)[0], 1)

    def test_a_run_in_which_nothing_was_looked_at_fails(self) -> None:
        self.assertEqual(self.told(UNUSED)[0], 1)

    def test_many_findings_are_cut_short_and_kept_whole_in_the_details(self) -> None:
        with tempfile.TemporaryDirectory() as made:
            details = pathlib.Path(made) / "details"
            _, text = self.told(BAD, details=details)
            self.assertEqual(text.count("error: bad: "), report.SHOWN)
            self.assertIn(f"bad: 2 more, see {details}", text)
            self.assertEqual(len((details / "bad.txt").read_text().splitlines()), report.SHOWN + 2)
