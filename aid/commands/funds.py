"""`aid funds`: what is set about money from the machine the system runs on. It moves none."""

import asyncio
import json
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker
from aid.audit.service import record as note
from aid.commands.common import at_the_gate, operator, out, say
from aid.database.choose import administered_database
from aid.errors import Complaint, InputRefused
from aid.funds import approving
from aid.funds.rebuilding import rebuild
from aid.money import parse_yuan, yuan
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Money: from which amount on a disbursement takes two persons; rebuilding its sums.

    `aid funds two-persons`

    `aid funds rebuild --dry-run`
    """,
)


@app.command("two-persons")
def two_persons(
    above: Annotated[str | None, typer.Option(metavar="YUAN", help=(
        "Above this amount one person asks and another approves; 0: always."))] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=(
        "Why, or by which decision. It is kept, with the amount, in the audit log."))] = "",
) -> None:
    """Show above which amount a disbursement takes two persons, or set it.

    By a decision of the office:  `aid funds two-persons --above 2000000 --reason 沪合办〔2008〕3号`
    """
    settings = Settings()
    if above is not None:
        fen = _fen(above)
        at_the_gate(settings, lambda session: approving.set_two_persons(
            session, fen, reason=reason, asker=Asker(operator())))
        say(Text("已设定，立即生效。", "Set; it holds at once.").to(settings.locale))

    async def work(session: AsyncSession) -> int:
        return await approving.two_persons(session)

    out.print(yuan(at_the_gate(settings, work)), markup=False)


@app.command("rebuild")
def rebuild_sums(
    dry_run: Annotated[bool, typer.Option(
        "--dry-run", help="Show what differs, change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Make balances and sums what the movements make, and show what differed. Movements stay.

    It needs the administrator's login (AID_ADMIN_DATABASE_URL on a PostgreSQL of your own). Look
    first:  `aid verify`, then  `aid funds rebuild --dry-run`
    """
    settings = Settings()
    with administered_database(settings, say) as administered:
        found = asyncio.run(rebuild(administered.admin_url, dry_run=dry_run))
    if found and not dry_run:
        at_the_gate(settings, lambda session: note(
            session, kind=AuditKind.OPERATION, outcome=Outcome.DONE, actor=operator(),
            subject="funds_rebuild", detail={"differences": len(found)}))
    if as_json:
        print(json.dumps([{"of": one.of.to(settings.locale), "kept": _said(one.kept),
                           "anew": _said(one.anew)} for one in found],
                         ensure_ascii=False, indent=2))
        return
    for one in found:
        out.print(Text(f"{one.of.zh}：存 {_said(one.kept)}，按流水 {_said(one.anew)}",
                       f"{one.of.en}: {_said(one.kept)} kept, the movements make "
                       f"{_said(one.anew)}").to(settings.locale), markup=False, soft_wrap=True)
    done = Text("未作更改", "nothing changed") if dry_run else Text("已按流水重建", "rebuilt")
    say((done if found else Text("与流水一致", "all is as the movements make it")
         ).to(settings.locale))


def _said(kept: int | datetime) -> str:
    """Fen as yuan, a moment as it is written."""
    return yuan(kept) if isinstance(kept, int) else kept.isoformat()


def _fen(above: str) -> int:
    try:
        return parse_yuan(above.strip())
    except ValueError:
        raise InputRefused([Complaint("", "above", above[:80], Text(
            "应为金额（元），如 5000000", "yuan such as 5000000"))]) from None
