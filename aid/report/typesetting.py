"""Typesetting: a laid-out report as PDF, its charts as pictures. No font but those that ship."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import typst

from aid.report.blocks import Bars, Block, Document, Heading, Paragraph, Table
from aid.report.glyphs import FONTS, visible

TEMPLATE = Path(__file__).parent / "report.typ"
POINTS_PER_INCH = 200
"""How finely charts are drawn for a document of Word."""


def pdf(document: Document, made_on: date) -> bytes:
    """The report as PDF with its structure (tags); the same report is the same bytes."""
    made = typst.compile(TEMPLATE, format="pdf", sys_inputs=_inputs(document), **_FONTS,
                         timestamp=datetime.combine(made_on, time(), UTC))
    assert isinstance(made, bytes)  # noqa: S101
    return made


def chart(document: Document, at: int) -> bytes:
    """The chart that is the block at this place, as PNG."""
    made = typst.compile(TEMPLATE, format="png", ppi=POINTS_PER_INCH, **_FONTS,
                         sys_inputs={**_inputs(document), "only": str(at)})
    assert isinstance(made, bytes)  # noqa: S101
    return made


_FONTS: Mapping[str, Any] = {"font_paths": [FONTS], "ignore_system_fonts": True}


def _inputs(document: Document) -> dict[str, str]:
    said = {
        "locale": document.locale, "title": document.title, "subtitle": document.subtitle,
        "facts": document.facts, "notice": document.notice, "running": document.running,
        "blocks": [_block(one) for one in document.blocks]}
    return {"document": orjson.dumps(_shown(said)).decode()}


def _block(one: Block) -> Mapping[str, Any]:
    match one:
        case Heading():
            return {"kind": "heading", "level": one.level, "text": one.text}
        case Paragraph():
            return {"kind": "paragraph", "tone": one.tone, "text": one.text}
        case Table():
            return {"kind": "table", "title": one.title, "total": one.total, "rows": one.rows,
                    "columns": [{"heading": column.heading, "width": column.width,
                                 "number": column.number} for column in one.columns]}
        case Bars():
            return {"kind": "bars", "title": one.title, "series": one.series, "bars": [
                {"label": bar.label, "printed": bar.printed, "shares": _shares(bar.values, one)}
                for bar in one.bars]}


def _shares(values: tuple[Decimal, ...], of: Bars) -> list[float]:
    """The lengths of bars, the longest of the chart being 1."""
    longest = max((value for bar in of.bars for value in bar.values), default=Decimal(0))
    return [float(value / longest) if longest > 0 else 0.0 for value in values]


def _shown(said: Any) -> Any:
    """The same with every character visible."""
    match said:
        case str():
            return visible(said)
        case dict():
            return {name: _shown(value) for name, value in said.items()}
        case list() | tuple():
            return [_shown(value) for value in said]
        case _:
            return said
