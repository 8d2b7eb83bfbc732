"""docs/audit.md promises tests: they must be there."""

import ast
import re

from django.conf import settings

DOCUMENT = (settings.BASE_DIR / "docs" / "audit.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", DOCUMENT)


def functions_of(file):
    """The names of the test functions of a file; none where there is no file."""
    path = settings.BASE_DIR / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_document_names_is_there():
    missing = [
        f"{file}::{test}"
        for file, test in NAMED
        if not test.startswith("test_") or test not in functions_of(file)
    ]

    assert len(NAMED) > 40
    assert missing == []


def test_every_demand_names_a_test():
    rows = re.findall(
        r"^\| (?!---|Clause|Question|Section|Word)(.+) \|$", DOCUMENT, re.M
    )

    assert len(rows) > 30
    assert [row for row in rows if "::test_" not in row] == []
