"""`aid funds`: what is set about money from the machine the system runs on. It moves none."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from aid.audit.service import Asker
from aid.commands.common import at_the_gate, operator, out, say
from aid.errors import Complaint, InputRefused
from aid.funds import approving
from aid.money import parse_yuan, yuan
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Money: from which amount on a disbursement takes two persons.

    `aid funds two-persons`
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


def _fen(above: str) -> int:
    try:
        return parse_yuan(above.strip())
    except ValueError:
        raise InputRefused([Complaint("", "above", above[:80], Text(
            "应为金额（元），如 5000000", "yuan such as 5000000"))]) from None
