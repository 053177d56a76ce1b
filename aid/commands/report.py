"""`aid report`: the yearly report as PDF or DOCX."""

import asyncio
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import IO, Annotated

import typer

from aid.audit.service import Asker
from aid.clock import today
from aid.commands.common import acting, bars, err, operator, say
from aid.commands.export import chosen_locale, to_file
from aid.database.choose import Chosen, chosen_database, opened
from aid.report.terms import TITLE, Form, Order, Produced
from aid.settings import Settings
from aid.text import Text


def report(
    year: Annotated[int, typer.Option(
        metavar="YEAR", help="Of which year; of the one that goes on, up to today.")],
    output: Annotated[Path, typer.Option(
        "--output", "-o", metavar="PATH", dir_okay=False,
        help="The file, which is replaced; - for stdout.")],
    region: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of this recipient and all below it; without: of all.")] = None,
    form: Annotated[Form | None, typer.Option(
        "--format", help="Without: by the ending of PATH, else pdf.")] = None,
    as_known_on: Annotated[str | None, typer.Option(
        metavar="DAY", help="Without the money that was recorded after this day: 2009-01-31.",
    )] = None,
    on_behalf: Annotated[str | None, typer.Option(
        "--as", metavar="NAME", help="With the rights of this account; without: an office's.",
    )] = None,
    locale: Annotated[str | None, typer.Option(
        metavar="LOCALE", help="Of the report: zh or en.")] = None,
) -> None:
    """Make the yearly report (年度专项报告): figures with their definitions, money, targets, what
 is late, key villages, cadres, what does not add up. Every report is in the audit log.

    Of all recipients:  `aid report --year 2008 -o 2008.pdf`

    Of one, to be edited:  `aid report --year 2008 --region 540200 -o rikaze-2008.docx`

    As known when its books closed:  `aid report --year 2008 --as-known-on 2009-01-31 -o a.pdf`

    As a prefecture would get it:  `aid report --year 2008 --as shigatse -o own.pdf`
    """
    settings = Settings()
    order = Order(year=year, form=form or _form_of(output), today=today(), region=region,
                  locale=chosen_locale(locale, settings.locale), as_known_on=_day(as_known_on))
    with chosen_database(settings, say) as chosen:
        made = _produced(chosen, order, output, on_behalf)
    say(Text(f"已编制{TITLE.zh}，{made.size} 字节，SHA-256 {made.sha256}",
             f"{TITLE.en}: {made.size} bytes, SHA-256 {made.sha256}").to(settings.locale))


def _form_of(path: Path) -> Form:
    ending = path.suffix.lower().removeprefix(".")
    return Form(ending) if ending in set(Form) else Form.PDF


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day, as 2009-01-31", param_hint="--as-known-on") from None


def _produced(chosen: Chosen, order: Order, output: Path, on_behalf: str | None) -> Produced:
    from aid.report.producing import produce  # with the libraries it needs

    async def run(file: IO[bytes]) -> Produced:
        async with opened(chosen) as database:
            actor = await acting(database, on_behalf)
            name = TITLE.to(chosen.settings.locale)
            with bars() if err.is_terminal else nullcontext() as shown:
                watch = (lambda _, done, total: shown(name, done, total)) if shown else None
                return await produce(database, order, file, actor=actor, asker=Asker(operator()),
                                     progress=watch)

    with to_file(output) as file:
        return asyncio.run(run(file))
