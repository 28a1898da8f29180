"""Each tool finds the mistake that is made for it, and nothing in a file without one."""

from __future__ import annotations

from lint import compose, dockerfile, python, shell
from lint.tests import WithFiles

DOCKERFILE = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER 1000\nCMD ["python", "manage.py"]\n'
WORKFLOW = """name: CI
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: "true"
"""
IGNORED = """**/.*
**/__pycache__
**/*.pyc
venv
node_modules
*.sqlite3
media
staticfiles
htmlcov
secrets
certs
*.sql
logs
"""


class Tools(WithFiles):
    def finds(self, tool: object, path: str, good: str, bad: str, what: str) -> None:
        b = self.bench({path: good}, {path: bad})
        row = tool(b)
        self.assertEqual(row.files, 2)
        self.assertEqual(row.status, "FAIL")
        found = [(f.where, f"{f.code} {f.text}") for f in row.findings if f.level in ("error", "warning")]
        self.assertTrue(all(where.startswith("set2") for where, _ in found), found)
        self.assertTrue(any(what in text for _, text in found), found)

    def test_hadolint(self) -> None:
        self.finds(dockerfile.hadolint, "Dockerfile", DOCKERFILE, DOCKERFILE.replace("/app", "app"), "DL3000")

    def test_shellcheck(self) -> None:
        self.finds(shell.shellcheck, "a.sh", '#!/bin/sh\nls "$1"\n', "#!/bin/sh\ncd $1\n", "SC2164")

    def test_shfmt(self) -> None:
        good = "#!/bin/sh\nif true; then\n  ls\nfi\n"
        self.finds(shell.shfmt, "a.sh", good, good.replace("  ls", "\tls"), "would change it")

    def test_yamllint(self) -> None:
        self.finds(compose.yamllint, "a.yml", "a: 1\n", "a: 1\na: 2\n", "duplication")

    def test_schema(self) -> None:
        tool = compose.schema("workflow", "vendor.github-workflows", "workflow-schema")
        self.finds(tool, ".github/workflows/a.yml", WORKFLOW, WORKFLOW.replace("steps", "stages"), "stages")

    def test_ruff(self) -> None:
        self.finds(python.ruff, "a.py", "x = 1\n", "import os\n", "F401")

    def test_ruff_format(self) -> None:
        self.finds(python.ruff_format, "a.py", "x = 1\n", "x=1\n", "would change it")

    def test_python_ast(self) -> None:
        self.finds(python.python_ast, "a.py", "x = 1\n", "x = \n", "invalid syntax")

    def test_gunicorn(self) -> None:
        good = 'bind = "0.0.0.0:8000"\nchdir = "/srv/elsewhere"\n'
        bad = 'bind = "0.0.0.0:8000"\nworkers = "many"\n'
        row = python.gunicorn(self.bench({"gunicorn.conf.py": good}, {"gunicorn.conf.py": bad}))
        self.assertEqual([f.where for f in row.findings], ["set2/gunicorn.conf.py"])

    def test_a_service_that_lacks_hardening_is_named_with_what_it_lacks(self) -> None:
        good = {
            "healthcheck": {"test": ["CMD", "true"]},
            "restart": "unless-stopped",
            "security_opt": ["no-new-privileges:true"],
            "cap_drop": ["ALL"],
            "read_only": True,
            "deploy": {"resources": {"limits": {"memory": "1"}}},
            "logging": {"options": {"max-size": "1m"}},
        }
        self.assertEqual(compose.gaps("web", good, {"web": good}), [])
        for key, gap in [("cap_drop", "cap_drop"), ("deploy", "limits"), ("logging", "log-rotation")]:
            lacking = {k: v for k, v in good.items() if k != key}
            self.assertEqual(compose.gaps("web", lacking, {"web": lacking}), [gap])
        # A job that others wait for ends: it neither restarts nor is it asked for its health.
        job = {k: v for k, v in good.items() if k not in ("healthcheck", "restart")}
        waiting = good | {"depends_on": {"migrate": {"condition": "service_completed_successfully"}}}
        self.assertEqual(compose.gaps("migrate", job, {"migrate": job, "web": waiting}), [])
        hasty = good | {"depends_on": {"db": {"condition": "service_started"}}}
        self.assertEqual(compose.gaps("web", hasty, {"web": hasty}), ["condition for db"])


class Builder(WithFiles):
    def test_a_set_needs_a_dockerignore(self) -> None:
        row = dockerfile.dockerignore(self.bench({"Dockerfile": DOCKERFILE}, {"a.py": ""}))
        self.assertEqual([(f.where, f.text) for f in row.findings], [("set1", "no .dockerignore at the root")])

    def test_what_reaches_the_builder_is_asked_of_dockers_matcher(self) -> None:
        def found(ignored: str) -> list[str]:
            files = {"Dockerfile": DOCKERFILE.replace("COPY .", "COPY requirements"), ".dockerignore": ignored}
            return sorted(f.text for f in dockerfile.dockerignore(self.bench(files)).findings)

        self.assertEqual(found(IGNORED), [])
        self.assertEqual(found(IGNORED.replace("secrets\n", "")), ["sent to the builder: secrets/db_password.txt"])
        self.assertEqual(found(f"{IGNORED}requirements"), ["needed, but ignored: requirements/probe.txt"])

    def test_an_image_that_is_absent_is_replaced_stages_are_not(self) -> None:
        text = "FROM python:3.13 AS build\nFROM build\nCOPY --from=ghcr.io/astral-sh/uv:1 /uv /bin/\nCOPY --from=build /a /a\n"
        self.assertEqual(
            dockerfile.without_base_images(text),
            "FROM scratch AS foreign0\nFROM scratch AS build\nFROM build\n"
            "COPY --from=foreign0 /uv /bin/\nCOPY --from=build /a /a\n",
        )
