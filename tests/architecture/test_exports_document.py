"""docs/exports.md says of every kind what the data say."""

import re
from pathlib import Path

from aid.edge.routes import declared
from aid.interchange.exports.terms import KINDS, Filter
from aid.sheets.writing import Form

TEXT = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def test_every_kind_is_documented() -> None:
    """Its name, what it needs, its filters, what a period means."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    assert rows == [
        (kind.value, f"{said.title.zh} {said.title.en}",
         " ".join(f"`{need.value}`" for need in said.needs),
         " ".join(f"`{name.value}`" for name in Filter if name in said.filters),
         f"{said.period.zh} / {said.period.en}")
        for kind, said in KINDS.items()]


def test_every_format_is_documented_in_both_languages() -> None:
    """Once each."""
    for form in Form:
        assert len(re.findall(rf"^\| `{form.value}` \| ", TEXT, re.MULTILINE)) == 2


def test_every_export_is_declared_with_what_it_needs() -> None:
    """The edge asks for the first permission of a kind, the export for all."""
    table = declared({}, graphiql=False)
    for kind, said in KINDS.items():
        for form in said.forms:
            route = table.find("GET", f"/exports/{kind.value}.{form.value}")
            assert route is not None
            assert route.need is said.needs[0]
