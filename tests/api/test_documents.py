"""The examples of the documents work as they stand."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from schema.schema import schema
from tests.api.client import data

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    pytest.param(example, id=f"{name}-{number}")
    for name in ("README.md", "README.zh.md", "docs/api.md")
    for number, example in enumerate(
        re.findall(r"```graphql\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL), 1
    )
]


def test_there_are_examples() -> None:
    """In both READMEs and in the guide to the API."""
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_works(server_url: str, example: str) -> None:
    """It fits the schema, and a query answers with something."""
    assert validate(schema._schema, parse(example)) == []
    if not example.lstrip().startswith("mutation"):
        found = data(server_url, example, {"code": "530800"}, as_=_who(example))
        assert all(found.values())


def _who(example: str) -> str:
    """Whose example it is: offices do not read the audit log."""
    return "auditor" if "auditLog" in example else "office"
