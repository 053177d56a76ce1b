"""docs/sheets.md says of every kind and column what the data say."""

import re
from pathlib import Path

import pytest

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


def test_the_limits_are_documented() -> None:
    """As the parser has them."""
    for said in (f"{LARGEST // 1024**2} MB", f"{ROWS:,}", f"{COLUMNS} 列", f"{LETTERS:,} 字"):
        assert said in TEXT
