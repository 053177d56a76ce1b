"""docs/sheets.md says of every kind and column what the data say."""

import re
from pathlib import Path

import pytest

from aid.edge.routes import declared
from aid.interchange.imports.examples import EXAMPLES
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.sheets.child import COLUMNS, LARGEST, LETTERS, ROWS

TEXT = (Path(__file__).parents[2] / "docs" / "sheets.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ImportKind)
def test_every_column_is_documented(kind: ImportKind) -> None:
    """By title in both languages, key, whether it is needed, its note and its example; no other."""
    _, _, rest = TEXT.partition(f"### {kind.value}：{IMPORTS[kind].title.zh}")
    rows = re.findall(r"^\| \*\*(.+?)\*\* (.+?) \| `(.+?)` \| (.) \| .+? \| (.*?) \| (.*?) \|$",
                      rest.partition("\n### ")[0], re.MULTILINE)
    assert rows == [
        (column.title.zh, column.title.en, column.key, "●" if column.required else "○",
         f"{column.note.zh} / {column.note.en}" if column.note else "",
         EXAMPLES[kind].get(column.key, ""))
        for column in IMPORTS[kind].columns]


def test_what_bringing_in_needs_is_documented() -> None:
    """Of every kind, by the permissions that its route takes."""
    table = declared({}, graphiql=False)
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    assert rows == [
        (kind.value, f"{said.title.zh} {said.title.en}",
         " ".join(f"`{need.value}`" for need in said.needs)) for kind, said in IMPORTS.items()]
    for kind, said in IMPORTS.items():
        route = table.find("POST", f"/imports/{kind}")
        assert route is not None and route.need == frozenset(said.needs)


def test_the_limits_are_documented() -> None:
    """As the parser has them."""
    for said in (f"{LARGEST // 1024**2} MB", f"{ROWS:,}", f"{COLUMNS} 列", f"{LETTERS:,} 字"):
        assert said in TEXT
