"""`aid import`: sheets of projects, villages, works, progress, cadres, instalments, vouchers."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.audit.service import Asker
from aid.clock import today
from aid.commands.common import acting, bars, columns, operator, out, say
from aid.database.choose import Chosen, chosen_database, opened
from aid.errors import AidError
from aid.interchange.exports.movements import MOVEMENT_COLUMNS
from aid.interchange.imports.report import Report, RowChange
from aid.interchange.imports.service import import_sheet
from aid.interchange.imports.templates import make_template
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.settings import Settings
from aid.text import Locale, Text

SHOWN = 20
"""So many rows are shown; --json has them all."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Bring in sheets (.xlsx, .csv): all of one, or nothing and every mistake by its cell.

    The same sheet again changes nothing. Begin with a template:  `aid import template projects`
    """,
)

File = Annotated[Path, typer.Argument(
    exists=True, dir_okay=False, metavar="FILE", help="An XLSX or CSV file (docs/sheets.md).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, show it, keep nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
As = Annotated[str | None, typer.Option("--as", metavar="ACCOUNT", help=(
    "Act as this account, with what it may; without: as an office, named shell:YOU in the "
    "history."))]


class Exists(AidError):
    """A file is there already."""

    code = "FILE_EXISTS"

    def __init__(self, path: Path) -> None:
        super().__init__(Text(f"{path} 已存在。", f"{path} exists already."))


def _command(kind: ImportKind) -> Callable[..., None]:
    def bring_in(
        path: File, dry_run: DryRun = False, as_json: AsJson = False, account: As = None,
    ) -> None:
        settings = Settings()
        with chosen_database(settings, say) as chosen:
            report = asyncio.run(_bring_in(chosen, kind, path, account, dry_run=dry_run))
        if as_json:
            print(json.dumps(_plain(report), ensure_ascii=False, indent=2))
        else:
            _show(report, kind, settings.locale)

    title = IMPORTS[kind].title
    bring_in.__doc__ = f"""{title.en} ({title.zh}) from a sheet.

    Look first, then import:  `aid import {kind.value} FILE --dry-run`,  `aid import {kind.value}
    FILE`
    """
    return bring_in


for _kind in ImportKind:
    app.command(_kind.value)(_command(_kind))


@app.command()
def template(
    kind: Annotated[ImportKind, typer.Argument(metavar="KIND", help=(
        f"One of: {', '.join(kind.value for kind in ImportKind)}."))],
    path: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="PATH", dir_okay=False,
        help="The file to make; without: KIND-template.xlsx here.")] = None,
) -> None:
    """Make a workbook to fill in: drop-downs of what there is, checks, notes, explanations.

    `aid import template villages -o 重点村.xlsx`
    """
    settings = Settings()
    file = path or Path(f"{kind.value}-template.xlsx")
    if file.exists():
        raise Exists(file)
    with chosen_database(settings, say) as chosen:
        asyncio.run(_make(chosen, kind, file))
    out.print(Text(f"已生成模板：{file}", f"The template is {file}").to(settings.locale),
              markup=False, soft_wrap=True)


async def _bring_in(
    chosen: Chosen, kind: ImportKind, path: Path, account: str | None, *, dry_run: bool
) -> Report:
    async with opened(chosen) as database:
        actor = await acting(database, account)
        with bars() as progress:
            return await import_sheet(database, kind, path, actor=actor, today=today(),
                                      dry_run=dry_run, progress=progress,
                                      asker=Asker(operator()))


async def _make(chosen: Chosen, kind: ImportKind, path: Path) -> None:
    async with opened(chosen) as database:
        async with database.reading(Actor(operator(), Role.OFFICE)) as session:
            with path.open("xb") as file:
                await make_template(session, kind, file)


def _plain(report: Report) -> dict[str, Any]:
    return {
        "kind": report.kind, "sheet": report.sheet, "dryRun": report.dry_run,
        "added": report.added, "changed": report.changed, "unchanged": report.unchanged,
        "changes": [{
            "row": one.row, "name": one.name, "added": one.is_new,
            "fields": {key: {"old": old, "new": new} for key, (old, new) in one.fields.items()},
        } for one in report.changes],
        "absent": report.absent, "missing": list(report.missing),
    }


def _show(report: Report, kind: ImportKind, locale: Locale) -> None:
    zh = locale == "zh"
    changed = [one for one in report.changes if not one.is_new]
    if changed:
        table = columns(*(("行", "记录", "列", "原值", "新值") if zh else
                          ("row", "record", "column", "old", "new")), whole=2)
        for one in changed[:SHOWN]:
            _add(table, one, kind, locale)
        out.print(table)
        if report.changed > SHOWN:
            say(f"… {report.changed - SHOWN}")
    counts = columns(*(("新增", "变更", "不变") if zh else ("added", "changed", "unchanged")))
    counts.add_row(f"{report.added:,}", f"{report.changed:,}", f"{report.unchanged:,}")
    out.print(counts)
    if report.absent:
        _show_missing(report, locale)
    if report.dry_run:
        out.print("试运行：未保存任何更改。" if zh else "Dry run: nothing was kept.", style="bold")


def _show_missing(report: Report, locale: Locale) -> None:
    """What the ledger has and the sheet has not, of its projects, kinds and days."""
    out.print(Text(f"账本中另有 {report.absent:,} 笔，表中没有：",
                   f"The ledger has {report.absent:,} more, which the sheet has not:").to(locale))
    known = {column.key: column for column in MOVEMENT_COLUMNS}
    table = columns(*(known[key].title.to(locale) for key in report.missing[0]), whole=2)
    for one in report.missing[:SHOWN]:
        table.add_row(*(escape(
            known[key].choices[value].to(locale) if value in known[key].choices
            else "" if value is None else str(value)) for key, value in one.items()))
    out.print(table)
    if report.absent > SHOWN:
        say(f"… {report.absent - SHOWN}")


def _add(table: Any, one: RowChange, kind: ImportKind, locale: Locale) -> None:
    known = {column.key: column for column in IMPORTS[kind].columns}
    for at, (key, pair) in enumerate(one.fields.items()):
        column = known.get(key)
        said = [column.choices[value].to(locale) if column and value in column.choices
                else "—" if value is None else str(value) for value in pair]
        title = column.title.to(locale) if column else key
        table.add_row(str(one.row) if at == 0 else "", escape(one.name) if at == 0 else "",
                      title, *map(escape, said))
