"""The real linters over generated files: scripts/lint_fileset.sh runs this package, verify.py uses its parts.

model.py has the sets, the findings and how a tool is run; a module per kind of file has the tools; report.py has the
table. A tool is a function from a `Bench`, all sets at once, to a `Row` of the table. A new one gets a row in `TABLE` of
__main__.py, one in `TOOLS` and `LOOKS_AT` of verify.py, and a test that it can fail.
"""
