"""A laid-out report as a document of Word: its words as text, its charts as pictures."""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import docx as word_files
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from aid.report.blocks import Bars, Block, Document, Heading, Paragraph, Table, Tone
from aid.report.typesetting import chart

FONT, FONT_ZH = "Arial", "微软雅黑"
WIDTH = Mm(174)
_ACCENT, _WARNING = RGBColor(0x0B, 0x5D, 0x8F), RGBColor(0x9A, 0x4A, 0x00)


def docx(document: Document, made_on: date) -> bytes:
    """The report as DOCX; whoever opens it brings the fonts."""
    word = word_files.Document()
    _page(word, document, made_on)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle, style="Subtitle")
    _facts(word, document)
    for at, block in enumerate(document.blocks):
        _add(word, document, block, at)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _page(word: Any, document: Document, made_on: date) -> None:
    section = word.sections[0]
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.PORTRAIT, Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(22)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Caption"):
        style = word.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:ascii"), FONT)
        fonts.set(qn("w:hAnsi"), FONT)
        fonts.set(qn("w:eastAsia"), FONT_ZH)
    word.styles["Normal"].font.size = Pt(9.5)
    word.core_properties.title = document.title
    word.core_properties.author = ""
    word.core_properties.comments = document.notice
    word.core_properties.language = "zh-CN" if document.locale == "zh" else "en-GB"
    word.core_properties.created = word.core_properties.modified = datetime.combine(
        made_on, time())
    head = section.header.paragraphs[0]
    head.add_run(document.running).font.size = Pt(8)
    if document.notice:
        said = head.add_run(f"    ⚠ {document.notice}")
        said.font.size, said.bold, said.font.color.rgb = Pt(8), True, _WARNING
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _facts(word: Any, document: Document) -> None:
    table = word.add_table(rows=0, cols=2)
    for name, value in document.facts:
        cells = table.add_row().cells
        cells[0].text = name
        cells[1].paragraphs[0].add_run(value).bold = True


def _add(word: Any, document: Document, block: Block, at: int) -> None:
    match block:
        case Heading():
            word.add_heading(block.text, block.level)
        case Paragraph():
            _paragraph(word, block)
        case Table():
            _table(word, block)
        case Bars():
            word.add_picture(BytesIO(chart(document, at)), width=WIDTH)
            said = "; ".join(f"{bar.label}: {', '.join(bar.printed)}" for bar in block.bars)
            shape = word.inline_shapes[-1]._inline.docPr
            shape.set("title", block.title)
            shape.set("descr", said)


def _paragraph(word: Any, block: Paragraph) -> None:
    warning = block.tone is Tone.WARNING
    run = word.add_paragraph().add_run(f"⚠ {block.text}" if warning else block.text)
    run.bold, run.italic = warning, block.tone is Tone.NOTE


def _table(word: Any, block: Table) -> None:
    word.add_paragraph(block.title, style="Caption").paragraph_format.keep_with_next = True
    table = word.add_table(rows=1 + len(block.rows), cols=len(block.columns))
    table.style = "Light List Accent 1"
    table.autofit = False
    if len(block.columns) > 6:
        _narrow(table)
    size = Pt(6.5 if len(block.columns) > 8 else 7.5 if len(block.columns) > 6 else 8)
    whole = sum(column.width for column in block.columns)
    widths = [int(WIDTH * column.width / whole) for column in block.columns]
    for at, width in enumerate(widths):
        table.columns[at].width = width
    rows = [tuple(column.heading for column in block.columns), *block.rows]
    for number, (row, values) in enumerate(zip(table.rows, rows, strict=True)):
        strong = number == 0 or (block.total and number == len(rows) - 1)
        for cell, value, column, width in zip(
                row.cells, values, block.columns, widths, strict=True):
            cell.width = width
            _cell(cell.paragraphs[0], value, size, strong=strong, right=column.number)
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    word.add_paragraph()


def _narrow(table: Any) -> None:
    """Leave little room beside what stands in cells, so that no number breaks in two."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # has to come last
    look.addprevious(margins)


def _cell(paragraph: Any, value: str, size: Any, *, strong: bool, right: bool) -> None:
    run = paragraph.add_run(value)
    run.font.size, run.bold = size, strong
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
