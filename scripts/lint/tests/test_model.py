from __future__ import annotations

import pathlib
import subprocess

from lint.model import Finding, Row, guarded, kinds, parsed, write_env_files
from lint.tests import WithFiles

NGINX = "server {\n}\n"


class Files(WithFiles):
    def test_a_file_is_told_by_its_name_and_where_that_says_nothing_by_its_text(self) -> None:
        expected = {
            ("docker/Dockerfile.dev", ""): {"docker"},
            ("docker/Dockerfile.dockerignore", ""): set(),
            (".dockerignore", ""): {"ignore"},
            ("docker-compose.production.yml", ""): {"yaml", "compose"},
            ("dunnage.yaml", ""): {"yaml"},
            (".github/workflows/containers.yml", ""): {"yaml", "workflow"},
            (".github/dependabot.yml", ""): {"yaml", "dependabot"},
            ("docker/entrypoint", "#!/bin/sh\n"): {"shell"},
            ("docker/entrypoint.sh", ""): {"shell"},
            ("gunicorn.conf.py", ""): {"python", "gunicorn"},
            ("CONTAINERS.md", ""): {"containers"},
            ("proxy/Caddyfile", ""): {"caddy"},
            ("web.container", ""): {"quadlet"},
            ("nginx/site.conf", NGINX): {"nginx"},
            ("redis.conf", "save 60 1\n"): set(),
            ("requirements/base.txt", ""): {"requirements"},
            (".env.example", ""): {"env"},
        }
        b = self.bench({path: text for path, text in expected})
        self.assertEqual({(f.rel, f.text): set(kinds(f)) for f in b.sets[0].files}, expected)

    def test_the_python_of_a_set_is_that_of_its_image_else_that_of_its_choices(self) -> None:
        b = self.bench(
            {
                "Dockerfile": "FROM docker.io/library/python:3.14-slim\n",
                "dunnage.yaml": "choices:\n  python: '3.11'\n",
            },
            {"dunnage.yaml": "choices:\n  python: '3.11'\n"},
            {"a.py": ""},
        )
        self.assertEqual([s.python for s in b.sets], ["3.14", "3.11", "3.12"])

    def test_what_lies_in_a_working_copy_is_left_out(self) -> None:
        b = self.bench({".git/config": "", "node_modules/a.js": "", "a.py": ""})
        self.assertEqual([f.rel for f in b.sets[0].files], ["a.py"])

    def test_a_text_that_sets_share_is_looked_at_once(self) -> None:
        b = self.bench({"a.py": "x = 1\n", "b/a.py": "x = 2\n"}, {"a.py": "x = 1\n"})
        self.assertEqual([str(f) for f in b.distinct("python")], ["set1/a.py", "set1/b/a.py"])
        self.assertEqual(len(b.files("python")), 3)

    def test_only_what_compose_insists_on_is_filled_in(self) -> None:
        b = self.bench({".env.example": "SECRET=\nHOST=\nPORT=8000\n"})
        place = b.scratch("filled")
        write_env_files(b.sets[0], place, "${SECRET:?set it} ${HOST:-localhost}")
        self.assertEqual((place / ".env").read_text(), "SECRET=filled-in\nHOST=\nPORT=8000\n")

    def test_places_are_named_below_the_sets(self) -> None:
        b = self.bench({"a.py": ""})
        self.assertEqual(b.where(b.sets[0].root / "a.py"), "set1/a.py")


class Rows(WithFiles):
    def test_errors_and_warnings_fail_a_row_notes_do_not(self) -> None:
        def status(*levels: str, **more: object) -> str:
            return Row("tool", findings=[Finding(x, "", "") for x in levels], **more).status

        self.assertEqual(status("error", files=1), "FAIL")
        self.assertEqual(status("style", "warning", files=1), "FAIL")
        self.assertEqual(status("style", "info", files=1), "ok")
        self.assertEqual(status(), "none")
        self.assertEqual(status("error", skipped="not here"), "SKIP")

    def test_a_tool_that_breaks_has_failed(self) -> None:
        def broken_tool(_: object) -> Row:
            raise RuntimeError("no such option")

        row = guarded(broken_tool, self.bench())
        self.assertEqual((row.tool, row.status), ("broken-tool", "FAIL"))
        self.assertIn("no such option", row.findings[0].text)

    def test_output_without_json_is_no_empty_list(self) -> None:
        def answer(text: str) -> subprocess.CompletedProcess:
            return subprocess.CompletedProcess([pathlib.Path("tool")], 1, text, "segmentation fault")

        self.assertEqual(parsed(answer('Loading…\n[{"a": 1}]')), [{"a": 1}])
        with self.assertRaisesRegex(RuntimeError, "segmentation fault"):
            parsed(answer("Loading…\n"))
