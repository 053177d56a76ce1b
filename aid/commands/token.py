"""`aid token`: API tokens, by which programs come in."""

import json
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from aid.accounts import tokens
from aid.accounts.rules import typed
from aid.accounts.service import account_named
from aid.accounts.tokens import DAYS, MadeToken, TokenRow
from aid.audit.service import Asker
from aid.clock import on_clock
from aid.commands.common import at_the_gate, columns, operator, out, say
from aid.history import plain
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""API tokens: how programs come in, as an account and with no more rights than it has.

    `curl -H "Authorization: Bearer $(aid token create reports)" …/graphql`
    """,
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account it is for.")],
    days: Annotated[int, typer.Option(help="How long it holds: 1 to 366 days.")] = DAYS,
    scope: Annotated[list[str] | None, typer.Option(metavar="PERMISSION", help=(
        "Narrow it to this permission (`target.read`, …); several times for several. Without: "
        "all that the account may."))] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is for.")] = None,
) -> None:
    """Make a token and print it, this once: only its hash is kept.

    For a nightly report that reads targets:  `aid token create reports --days 30 --note "nightly"
    --scope target.read --scope plan.read`
    """
    async def work(session: AsyncSession) -> MadeToken:
        account = await account_named(session, typed(name))
        return await tokens.make_token(
            session, account, days=days, scopes=scope or None, note=note,
            asker=Asker(operator()))

    settings = Settings()
    made = at_the_gate(settings, work)
    say(Text(f"令牌 {made.prefix} 仅显示这一次，{on_clock(made.expires_at)} 到期：",
             f"The token {made.prefix}, shown this once; it expires "
             f"{on_clock(made.expires_at)}:").to(settings.locale))
    out.print(made.token, markup=False, soft_wrap=True)


@app.command("list")
def list_tokens(
    name: Annotated[str | None, typer.Argument(
        metavar="[NAME]", help="This account's only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List tokens: whose, what for, until when, when last used. The tokens themselves nobody knows.

    What was not used for long:  `aid token list --json | jq -r '.[] | [.usedAt, .prefix] | @tsv'`
    """
    async def work(session: AsyncSession) -> list[TokenRow]:
        wanted = None if name is None else (await account_named(session, typed(name))).id
        return await tokens.tokens(session, account_id=wanted)

    settings = Settings()
    rows = at_the_gate(settings, work)
    if as_json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
        return
    zh = settings.locale == "zh"
    table = columns(*(("编号", "前缀", "账户", "用途", "权限", "到期", "最近使用", "吊销于") if zh
                      else ("id", "prefix", "account", "note", "scopes", "expires", "last used",
                            "revoked")), whole=3)
    for row in rows:
        scopes = ("全部" if zh else "all") if row.scopes is None else ", ".join(row.scopes)
        table.add_row(str(row.id), row.prefix, row.account, row.note or "", scopes,
                      on_clock(row.expires_at), on_clock(row.used_at) if row.used_at else "—",
                      on_clock(row.revoked_at) if row.revoked_at else "")
    out.print(table)


@app.command()
def revoke(
    which: Annotated[str, typer.Argument(
        metavar="PREFIX_OR_ID", help="As `aid token list` shows it: aid_k3x9… or a number.")],
) -> None:
    """Revoke a token: within five seconds nobody comes in by it any more.

    It was seen in a log:  `aid token revoke aid_k3x9q0ab`
    """
    settings = Settings()
    row = at_the_gate(settings, lambda session: tokens.revoke_token(
        session, which, asker=Asker(operator())))
    say(Text(f"已吊销 {row.account} 的令牌 {row.prefix}。",
             f"Revoked {row.prefix} of {row.account}.").to(settings.locale))


def _plain(row: TokenRow) -> dict[str, object]:
    return {
        "id": row.id, "prefix": row.prefix, "account": row.account, "note": row.note,
        "scopes": None if row.scopes is None else list(row.scopes),
        "createdAt": plain(row.created_at), "expiresAt": plain(row.expires_at),
        "usedAt": plain(row.used_at), "revokedAt": plain(row.revoked_at),
    }
