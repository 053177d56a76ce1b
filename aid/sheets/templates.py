"""Templates (XLSX) that people fill in: drop-downs, checks of days and amounts, notes, a frozen
heading, and a sheet that explains every column.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from aid.sheets.child import PREFERRED, ROWS
from aid.sheets.columns import NO, YES, Column, Shape
from aid.text import Text

EXPLAINED, CHOICES = "说明", "选项"
"""The other sheets: what each column means, and what can be chosen."""
_FIRST, _LAST = date(1979, 1, 1), date(2100, 12, 31)
_FORMATS: Mapping[Shape, str] = MappingProxyType({
    Shape.CODE: "@", Shape.INTEGER: "0", Shape.YUAN: "#,##0.00", Shape.PERCENT: "0.00%",
    Shape.DAY: "yyyy-mm-dd",
})
_SAID: Mapping[Shape, Text] = MappingProxyType({
    Shape.TEXT: Text("文字", "text"),
    Shape.CODE: Text("代码", "a code"),
    Shape.INTEGER: Text("整数", "a whole number"),
    Shape.QUANTITY: Text("数字", "a number"),
    Shape.YUAN: Text("金额（元），至多两位小数", "yuan, with at most two decimals"),
    Shape.PERCENT: Text("百分数，0% 至 100%", "percent, 0 % to 100 %"),
    Shape.DAY: Text("日期，如 2006-03-01", "a day such as 2006-03-01"),
    Shape.FLAG: Text("是 或 否", "yes or no"),
    Shape.CHOICE: Text("从下拉列表中选", "chosen from the list"),
})
_CHECKED: Mapping[Shape, Mapping[str, Any]] = MappingProxyType({
    Shape.DAY: {"validate": "date", "criteria": "between", "minimum": _FIRST, "maximum": _LAST},
    Shape.YUAN: {"validate": "decimal", "criteria": ">=", "value": 0},
    Shape.QUANTITY: {"validate": "decimal", "criteria": ">=", "value": 0},
    Shape.PERCENT: {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
    Shape.INTEGER: {"validate": "integer", "criteria": ">=", "value": 0},
})
_GUIDE = (
    Text("在“填报”表中填写，每行一条；带 * 的列必填，不用的列可以删去，次序不限。",
         "Fill in the sheet 填报, a record a row. Columns with * are needed; others may be taken "
         "out, in any order."),
    Text("先核对再导入：aid import … --dry-run 列出全部错误和将作的更改，什么也不写入。",
         "Look first: aid import … --dry-run lists all mistakes and changes, and writes nothing."),
    Text("已有记录的空白格保持原值；重复导入同一份文件，什么也不会改变。",
         "Blanks leave a known record as it is; the same file again changes nothing."),
)


def write_template(
    file: IO[bytes],
    columns: Sequence[Column],
    *,
    options: Mapping[str, Sequence[str]],
    example: Mapping[str, str],
) -> None:
    """Write a template. `options` are drop-downs of columns that are no CHOICE, by key.

    `example` is a row as one would type it, by key.
    """
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(PREFERRED)
    explained = book.add_worksheet(EXPLAINED)
    ranges = _choices(book, columns, options)
    _headings(book, sheet, columns)
    for at, column in enumerate(columns):
        _check(sheet, at, column, ranges.get(column.key), free=column.key in options)
    _explain(book, explained, columns, example)
    book.close()


def _headings(book: Workbook, sheet: Worksheet, columns: Sequence[Column]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    for at, column in enumerate(columns):
        style = book.add_format({
            "bold": True, "text_wrap": True, "valign": "top", "bottom": 1,
            "bg_color": "#DCE6F1" if column.required else "#F2F2F2"})
        form = book.add_format({"num_format": _FORMATS.get(column.shape, "General")})
        sheet.set_column(at, at, max(14, 2 * len(column.title.zh) + 3), form)
        star = "*" if column.required else ""
        sheet.write_string(0, at, f"{column.title.zh}{star}\n{column.title.en}", style)
        sheet.write_comment(0, at, _note(column), {"x_scale": 2})


def _note(column: Column) -> str:
    said = _SAID[column.shape]
    lines = [said.zh, said.en]
    if column.note is not None:
        lines += [column.note.zh, column.note.en]
    return "\n".join(lines)


def _choices(
    book: Workbook, columns: Sequence[Column], options: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """A sheet of what can be chosen; where the choices of each column stand there."""
    sheet, ranges = book.add_worksheet(CHOICES), dict[str, str]()
    for column in columns:
        values = list(options.get(column.key, ()))
        if column.shape is Shape.CHOICE:
            values = [name.zh for name in column.choices.values()]
        elif column.shape is Shape.FLAG:
            values = [YES.zh, NO.zh]
        if values:
            at = len(ranges)
            sheet.set_column(at, at, 24)
            sheet.write_column(0, at, [column.title.zh, *values])
            letter = xlsxwriter.utility.xl_col_to_name(at)
            ranges[column.key] = f"={CHOICES}!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def _check(
    sheet: Worksheet, at: int, column: Column, choices: str | None, *, free: bool
) -> None:
    """Let only what fits be typed; where something else may be meant too, only warn."""
    checked = dict(_CHECKED.get(column.shape, {}))
    if choices is not None:
        checked = {"validate": "list", "source": choices}
    if checked:
        said = _SAID[column.shape]
        sheet.data_validation(1, at, ROWS, at, checked | {
            "error_title": column.title.zh[:32], "error_message": f"{said.zh}\n{said.en}"[:255],
            "error_type": "warning" if free else "stop"})


def _explain(
    book: Workbook, sheet: Worksheet, columns: Sequence[Column], example: Mapping[str, str]
) -> None:
    strong: Format = book.add_format({"bold": True, "bottom": 1})
    wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((20, 26, 8, 28, 52, 30)):
        sheet.set_column(at, at, width, wrapped)
    line = 0
    for said in _GUIDE:
        for sentence in said:
            sheet.merge_range(line, 0, line, 5, sentence, wrapped)
            line += 1
    for at, title in enumerate(("列", "Column", "必填", "填写内容", "说明", "示例")):
        sheet.write_string(line, at, title, strong)
    for number, column in enumerate(columns, line + 1):
        shape, note = _SAID[column.shape], column.note
        cells = (column.title.zh, f"{column.title.en}\n{column.key}",
                 "●" if column.required else "○", f"{shape.zh}\n{shape.en}",
                 f"{note.zh}\n{note.en}" if note else "", example.get(column.key, ""))
        for at, cell in enumerate(cells):
            sheet.write_string(number, at, cell, wrapped)
    sheet.freeze_panes(line + 1, 0)
