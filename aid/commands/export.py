"""`aid export`: projects, milestones, villages and so on as a file."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Annotated

import typer

from aid.audit.service import Asker
from aid.backup.archive import CannotWrite
from aid.clock import today
from aid.commands.common import acting, bars, err, operator, say
from aid.commands.verify import witness_of
from aid.database.choose import Chosen, chosen_database, opened
from aid.interchange.exports.terms import KINDS, Filter, Kind, Order, Produced
from aid.settings import Settings
from aid.sheets.writing import Form
from aid.text import LOCALES, Locale, Text


def export(
    kind: Annotated[Kind, typer.Argument(help="What; a row each.")],
    output: Annotated[Path, typer.Option(
        "--output", "-o", metavar="PATH", dir_okay=False,
        help="The file, which is replaced; - for stdout.")],
    form: Annotated[Form | None, typer.Option(
        "--format", help="Without: by the ending of PATH, else csv.")] = None,
    region: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of this division (of these, with commas between) and all below.",
    )] = None,
    supporter: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of this supporting city, or district of one.")] = None,
    sector: Annotated[str | None, typer.Option(metavar="CODE", help="Of this sector.")] = None,
    since: Annotated[str | None, typer.Option(
        "--from", metavar="DAY", help="Of a period: its first day, 2006-01-01.")] = None,
    until: Annotated[str | None, typer.Option(
        "--to", metavar="DAY", help="Its last day.")] = None,
    stage: Annotated[str | None, typer.Option(
        metavar="STAGE", help="Projects at this stage.")] = None,
    of_kind: Annotated[str | None, typer.Option(
        "--kind", metavar="KIND", help="Projects of this kind: fixed_asset, non_fixed_asset.",
    )] = None,
    state: Annotated[str | None, typer.Option(
        metavar="STATE", help="Projects that are late, or behind with a milestone.")] = None,
    text: Annotated[str | None, typer.Option(
        "--search", metavar="TEXT", help="Projects whose name or code has these words.")] = None,
    project: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of this project.")] = None,
    source: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of this source of money.")] = None,
    as_known_on: Annotated[str | None, typer.Option(
        metavar="DAY", help="Of what had been recorded by the end of this day.")] = None,
    on_behalf: Annotated[str | None, typer.Option(
        "--as", metavar="NAME", help="With the rights of this account; without: an office's.",
    )] = None,
    locale: Annotated[str | None, typer.Option(
        metavar="LOCALE", help="Of the headings and the words: zh or en.")] = None,
    as_json: Annotated[bool, typer.Option(
        "--json", help="Print rows, bytes and SHA-256 as JSON (to stderr beside -o -).")] = False,
) -> None:
    """Export what one may read, as CSV, XLSX or JSON lines; the ledger as a ZIP with its proof too.
 Every export is in the audit log.

    A spreadsheet of a region:  `aid export projects --region 532600 -o projects.xlsx`

    What a prefecture would see:  `aid export villages --as shigatse -o villages.csv`

    The ledger, for an auditor to verify:  `aid export movements -o 流水.zip`

    For a program:  `aid export milestones --format jsonl -o - | jq 'select(.late)'`
    """
    settings = Settings()
    filters = {name.value: value for name, value in (
        (Filter.REGION, region), (Filter.SUPPORTER, supporter), (Filter.SECTOR, sector),
        (Filter.FROM, since), (Filter.TO, until), (Filter.STAGE, stage),
        (Filter.KIND, of_kind), (Filter.STATE, state), (Filter.TEXT, text),
        (Filter.PROJECT, project),
        (Filter.SOURCE, source), (Filter.AS_KNOWN_ON, as_known_on)) if value is not None}
    order = Order(kind=kind, form=form or _form_of(output), filters=filters, today=today(),
                  locale=chosen_locale(locale, settings.locale))
    with chosen_database(settings, say) as chosen:
        made = _produced(chosen, order, output, on_behalf)
    _report(made, order, output, settings.locale, as_json=as_json)


def _form_of(path: Path) -> Form:
    ending = path.suffix.lower().removeprefix(".")
    return Form(ending) if ending in set(Form) else Form.CSV


def chosen_locale(asked: str | None, default: Locale) -> Locale:
    """The language asked for, or the default. Raises BadParameter for one there is not."""
    if asked is None:
        return default
    for locale in LOCALES:
        if locale == asked:
            return locale
    raise typer.BadParameter("zh or en", param_hint="--locale")


def _produced(chosen: Chosen, order: Order, output: Path, on_behalf: str | None) -> Produced:
    from aid.interchange.exports.producing import produce  # with the libraries it needs

    witness = witness_of(chosen) if order.kind is Kind.MOVEMENTS else None

    async def run(file: IO[bytes]) -> Produced:
        async with opened(chosen) as database:
            actor = await acting(database, on_behalf)
            title = KINDS[order.kind].title.to(chosen.settings.locale)
            with bars() if err.is_terminal else nullcontext() as progress:
                watch = (lambda done, total: progress(title, done, total)) if progress else None
                return await produce(database, order, file, actor=actor, asker=Asker(operator()),
                                     progress=watch, witness=witness)

    with to_file(output) as file:
        return asyncio.run(run(file))


def to_file(path: Path) -> AbstractContextManager[IO[bytes]]:
    """A file that takes the place of `path`, or goes to stdout for -, when the block ends well.

    Raises CannotWrite.
    """
    return _to_stdout() if str(path) == "-" else _replacing(path)


@contextmanager
def _to_stdout() -> Iterator[IO[bytes]]:
    """A file that goes to stdout when the block ends well."""
    with TemporaryFile() as file:
        yield file
        file.seek(0)
        try:
            copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever reads has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path`, for its owner only, that takes its place when the block ends well.

    Raises CannotWrite.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            with suppress(FileNotFoundError):
                partial.unlink()
    except (ConnectionError, TimeoutError):  # of the database
        raise
    except OSError as failure:
        raise CannotWrite(path, failure) from failure


def _report(
    made: Produced, order: Order, output: Path, locale: Locale, *, as_json: bool
) -> None:
    if as_json:
        told: Mapping[str, object] = {
            "kind": order.kind, "format": order.form, "rows": made.rows, "bytes": made.size,
            "sha256": made.sha256}
        print(json.dumps(told), file=sys.stderr if str(output) == "-" else sys.stdout)
        return
    name = KINDS[order.kind].title
    say(Text(f"已导出{name.zh} {made.rows} 条，{made.size} 字节，SHA-256 {made.sha256}",
             f"{name.en}: {made.rows} rows, {made.size} bytes, SHA-256 {made.sha256}").to(locale))
