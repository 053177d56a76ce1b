"""The `aid` command. Exit status 0 done, 1 refused or failed, 2 wrong usage."""

import asyncio
import gc
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from aid import __version__, logs
from aid.clock import today
from aid.commands.common import bars, err, out, say
from aid.database.choose import Chosen, chosen_database, migrate_external, opened
from aid.errors import AidError, InputRefused
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="""对口支援台账 · the record of counterpart assistance.

    Start with `aid demo`: it brings up everything with the five-year plan to look at.

    Settings come from the environment: AID_DATABASE_URL (unset: an embedded PostgreSQL under
    AID_DATA_DIR, default `.aid/`), AID_ADMIN_DATABASE_URL (for `aid migrate`), AID_LOCALE (zh, en),
    AID_LOG_FORMAT (console, json).
    """,
)

ELSEWHERE: Mapping[str, str] = MappingProxyType({
    "backup": "backup", "restore": "backup", "export": "export", "report": "report",
    "verify": "verify", "checkpoint": "verify", "import": "importing", "key": "key",
    "user": "user", "token": "token", "funds": "funds",
})
"""Commands, and groups of them, that have a module of aid.commands to themselves."""

YOUNG = 50_000
"""So many objects are made before Python looks for those that are unused. While a program is loaded
there are next to none, and looking for them every 700 took a quarter of a server's start.
"""

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, show it, keep nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def main() -> None:
    """Run a command; a refusal is one plain sentence on stderr and exit status 1."""
    gc.set_threshold(YOUNG)
    try:
        settings = Settings()
    except ValidationError as failure:
        for error in failure.errors():
            name = f"AID_{str(error['loc'][0]).upper()}"  # its value may hold a password
            err.print(f"{name}: {error['msg']}", style="bold red", markup=False, soft_wrap=True)
        raise SystemExit(1) from None
    logs.configure(settings.log_format)
    try:
        whole(sys.argv[1] if len(sys.argv) > 1 else None)()
    except InputRefused as refused:
        for complaint in refused.complaints:
            err.print(complaint.to(settings.locale), soft_wrap=True, markup=False)
        err.print(refused.to(settings.locale), style="bold red")
        raise SystemExit(1) from None
    except AidError as refused:
        err.print(refused.to(settings.locale), style="bold red", markup=False)
        raise SystemExit(1) from None


def whole(named: str | None = None) -> typer.Typer:
    """All commands; or, to begin a second earlier, what is here and the one that is `named`."""
    here = {command.callback.__name__ for command in app.registered_commands if command.callback}
    if named in here:
        return app
    for name, module in ELSEWHERE.items():
        if named == name or named not in ELSEWHERE:
            found = import_module(f"aid.commands.{module}")
            if (group := getattr(found, "app", None)) is not None:
                app.add_typer(group, name=name)
            else:
                app.command()(getattr(found, name))
    return app


@app.command()
def version() -> None:
    """Print the program's version."""
    out.print(__version__)


@app.command()
def migrate() -> None:
    """Bring the database's tables to the newest revision.

    On a PostgreSQL of your own this needs AID_ADMIN_DATABASE_URL; it also creates the logins
    `aid_owner` (none may log in as it) and `aid_app` (what AID_DATABASE_URL names).
    """
    settings = Settings()
    if settings.database_url is not None:
        revision = migrate_external(settings, say)
    else:
        with chosen_database(settings, say):
            from aid.database.provision import newest_revision

            revision = newest_revision()
    said = Text(f"数据库版本：{revision}", f"Database at revision {revision}")
    out.print(said.to(settings.locale))


@app.command()
def seed(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, file_okay=False,
                       help="Folders in the form of docs/plan-file.md; without: what the "
                            "project ships."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import five-year plans, with their published results; say what does not add up.

    Twice changes nothing. A folder with mistakes is refused whole, and all of them are listed.

    Look first, then import:  `aid seed my-plan --dry-run`,  `aid seed my-plan`
    """
    settings = Settings()
    with chosen_database(settings, say) as chosen:
        _seed(chosen, paths or [], dry_run=dry_run, as_json=as_json)


def _seed(chosen: Chosen, paths: list[Path], *, dry_run: bool, as_json: bool) -> None:
    from seeds.load import Report, load, shipped

    async def run() -> Report:
        async with opened(chosen) as database:
            with bars(every=500) as progress:
                return await load(database, paths or shipped(), today=today(), dry_run=dry_run,
                                  progress=progress)

    report = asyncio.run(run())
    locale = chosen.settings.locale
    if as_json:
        print(json.dumps({
            "dryRun": report.dry_run,
            "tables": {name: tally.counts() for name, tally in report.tallies.items()},
            "discrepancies": {
                plan: [{"name": row.name.to(locale), "kind": row.kind,
                        "statedTotal": str(row.stated_total),
                        "sumOfParts": str(row.sum_of_parts), "difference": str(row.difference),
                        "unit": row.unit, "explanation": row.explanation.to(locale)}
                       for row in rows]
                for plan, rows in report.discrepancies.items()
            },
        }, ensure_ascii=False, indent=2))
        return
    zh = locale == "zh"
    table = Table("数据" if zh else "rows", box=None)
    for heading in (("新增", "变更", "不变", "保留的调整项", "文件中没有") if zh
                    else ("added", "changed", "unchanged", "fields kept", "not in file")):
        table.add_column(heading, justify="right")
    for name, tally in report.tallies.items():
        table.add_row(name, *(f"{count:,}" for count in tally.counts().values()))
    out.print(table)
    for plan, rows in report.discrepancies.items():
        for row in rows:
            out.print(f"⚠ {plan} · {row.name.to(locale)}: {row.explanation.to(locale)}",
                      style="yellow", markup=False)
    if report.dry_run:
        out.print("试运行：未保存任何更改。" if zh else "Dry run: nothing was kept.", style="bold")


@app.command()
def serve(
    host: Annotated[str, typer.Option(
        help="Where to listen; beyond this machine needs AID_PUBLIC_URL.")] = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
) -> None:
    """Serve the API and the pages until Ctrl-C."""
    from aid.serving import serve_until_stopped

    settings = Settings()
    with chosen_database(settings, say) as chosen:
        serve_until_stopped(chosen, host=host, port=port, workers=workers, console=err)


@app.command()
def demo(
    port: Port = 8000,
    scale: Annotated[int | None, typer.Option(
        min=1, max=100, help="So many times the published totals; without: what is there, or 1."),
    ] = None,
) -> None:
    """Bring up everything with the five-year plan to look at, and serve it until Ctrl-C.

    Projects, villages and people are simulated, marked so, and add up to what was published. A
    database with real accounts or records gets none.
    """
    settings = Settings()
    if settings.database_url is not None:
        migrate_external(settings, say)
    with _imported_meanwhile("aid.server") as imported, chosen_database(settings, say) as chosen:
        imported.join()  # all models are known before the first is used
        _seed(chosen, [], dry_run=False, as_json=False)
        demo_accounts_made = _demo_accounts(chosen)
        if demo_accounts_made:  # a database with real accounts is not one to look around in
            _simulate(chosen, scale)
        settings = settings.model_copy(update={"graphiql": True})
        from aid.serving import serve_until_stopped

        serve_until_stopped(replace(chosen, settings=settings), host="127.0.0.1", port=port,
                            workers=1, console=err, demo=demo_accounts_made)


@contextmanager
def _imported_meanwhile(module: str) -> Iterator[Thread]:
    """A second's work, done while the database comes up; it is over at the end, come what may."""
    thread = Thread(target=import_module, args=(module,))
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def _simulate(chosen: Chosen, scale: int | None) -> None:
    """Fill the database with simulated records and say so; one with real records gets none."""
    from seeds.demo import HoldsRealRecords, Simulated, load_demo, simulated

    async def run() -> Simulated:
        async with opened(chosen) as database:
            if (found := await simulated(database, scale)) is not None:
                return found
        async with chosen.owning() as database:
            with bars() as progress:
                return await load_demo(database, today=today(), scale=scale, progress=progress)

    zh = chosen.settings.locale == "zh"
    try:
        made = asyncio.run(run())
    except HoldsRealRecords as refused:
        err.print(refused.to(chosen.settings.locale), style="yellow", markup=False, soft_wrap=True)
        return
    names = Text("模拟数据（并非真实记录）", "simulated records (none of them real)")
    table = Table(names.to(chosen.settings.locale), "", box=None)
    for name, count in made.counts.items():
        table.add_row(name.to(chosen.settings.locale), f"{count:,}")
    out.print(table)
    if made.new and zh:
        out.print(f"已按公布总数的 {made.scale} 倍生成，每条均带模拟标记。")
    elif made.new:
        out.print(f"Made as {made.scale} × the published totals; each is marked as simulated.")


def _demo_accounts(chosen: Chosen) -> bool:
    """Make the demo accounts and show how to come in; a database with real accounts gets none.

    Whether there are some now: where there are real accounts, former demo accounts stay shut out.
    """
    from aid.accounts.demo import DemoAccount, NotForDemo, demo_accounts

    given = chosen.settings.demo_password

    async def run() -> list[DemoAccount]:
        async with opened(chosen) as database:
            return await demo_accounts(database, given.get_secret_value() if given else None)

    locale = chosen.settings.locale
    try:
        made = asyncio.run(run())
    except NotForDemo as refused:
        err.print(refused.to(locale), style="yellow", markup=False, soft_wrap=True)
        return False
    table = Table(*(("账户", "密码", "角色", "地区") if locale == "zh" else
                    ("account", "password", "role", "region")), box=None)
    for account in made:
        table.add_row(account.name, escape(account.password), account.role.value,
                      ", ".join(account.regions))
    out.print(table)
    return True


if __name__ == "__main__":
    main()
