"""`aid user`: accounts, from the machine the system runs on."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from aid.accounts import passwords, queries, service
from aid.accounts.queries import AccountRow
from aid.accounts.rules import typed
from aid.accounts.service import NewAccount
from aid.audit.service import Asker
from aid.clock import on_clock
from aid.commands.common import at_the_gate, columns, operator, out, say
from aid.errors import AidError
from aid.history import plain
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Accounts: who may come in.

    The first ones are made here:  `aid user add zhang.wei --role system_admin`
    """,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
FromStdin = Annotated[bool, typer.Option(
    "--password-stdin", help="Read the password from the first line of standard input.")]


class NoPassword(AidError):
    """--password-stdin was given and nothing came."""

    code = "NO_PASSWORD"

    def __init__(self) -> None:
        super().__init__(Text("标准输入中没有密码。", "There is no password on standard input."))


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="2–63 of a–z 0–9 . _ -")],
    role: Annotated[str, typer.Option(metavar="ROLE", help=(
        "office, recipient, leader, auditor, system_admin, security_admin or audit_admin. "
        "It is never changed afterwards."))],
    region: Annotated[list[str] | None, typer.Option(metavar="CODE", help=(
        "A region a recipient sees, with all below it; several times for several. "
        "Codes of today or of former times."))] = None,
    display_name: Annotated[str | None, typer.Option(
        metavar="TEXT", help="What people call the account; without: NAME.")] = None,
    identity: Annotated[str | None, typer.Option(metavar="SUBJECT", help=(
        "Who it is at the identity provider (`sub`). Then no password is made."))] = None,
    issuer: Annotated[str | None, typer.Option(
        metavar="URL", help="That provider's address, as in AID_OIDC_ISSUER.")] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account.

    On a terminal you are asked for a password twice; elsewhere a random one is printed, this once.
    Either is to be changed at the first sign-in. All mistakes are listed, and nothing is done.

    An office:  `aid user add li.na --role office --display-name 李娜`

    A prefecture, which sees its own data only:  `aid user add shigatse --role recipient --region
    540200`

    Signs in with the city's identity provider:  `aid user add wang --role leader --identity 8f2c
    --issuer https://id.example.gov.cn`
    """
    settings = Settings()
    needed = password_stdin or identity is None
    password = _password(from_stdin=password_stdin) if needed else None
    new = NewAccount(name=name, role=role, regions=region or (), display_name=display_name,
                     issuer=issuer, subject=identity, password=password.text if password else None)
    at_the_gate(settings, lambda session: service.add_account(
        session, new, asker=Asker(operator())))
    say(Text(f"已建立账户 {name}（{role}）。", f"Added {name} ({role}).").to(settings.locale))
    if password is not None:
        _show(password)


@app.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List accounts: role, regions, last sign-in, whether disabled.

    Who has not come for long:  `aid user list --json | jq -r '.[] | [.lastSignIn, .name] | @tsv'`
    """
    settings = Settings()
    rows = at_the_gate(settings, queries.accounts)
    if as_json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
        return
    zh = settings.locale == "zh"
    table = columns(*(("账户", "姓名", "角色", "地区", "最近登录", "状态") if zh else
                      ("account", "name", "role", "regions", "last sign-in", "state")))
    for row in rows:
        regions = ", ".join(f"{region.code} {region.name}" for region in row.regions)
        table.add_row(row.name, row.display_name, row.role or "—", regions,
                      on_clock(row.last_sign_in) if row.last_sign_in else "—",
                      _state(row).to(settings.locale))
    out.print(table)


@app.command()
def disable(name: Name) -> None:
    """Let an account in no more: within five seconds its sessions end and its tokens are revoked.

    Somebody left:  `aid user disable li.na`
    """
    _do(name, service.disable_account, Text(f"已停用 {name}。", f"{name} is disabled."))


@app.command()
def enable(name: Name) -> None:
    """Let a disabled account in again. Its tokens stay revoked.

    `aid user enable li.na`
    """
    _do(name, service.enable_account, Text(f"已启用 {name}。", f"{name} may come in again."))


@app.command()
def passwd(name: Name, password_stdin: FromStdin = False) -> None:
    """Give an account another password; its sessions end.

    On a terminal you are asked for it twice; elsewhere a random one is printed, this once. It is to
    be changed at the next sign-in.

    `aid user passwd li.na`,  or  `aid user passwd li.na --password-stdin < password.txt`
    """
    password = _password(from_stdin=password_stdin)
    _do(name, service.set_password, password=password.text,
        said=Text(f"已为 {name} 设置新密码。", f"{name} has a new password."))
    _show(password)


@app.command()
def reset_totp(name: Name) -> None:
    """Take an account's second factor away, when the telephone is lost; its sessions end.

    `aid user reset-totp li.na`
    """
    _do(name, service.reset_second_factor,
        Text(f"已清除 {name} 的第二因素。", f"{name} has no second factor any more."))


@dataclass(frozen=True, slots=True)
class _Password:
    """A password, and whether nobody has seen it yet."""

    text: str
    random: bool


def _password(*, from_stdin: bool) -> _Password:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise NoPassword
        return _Password(given, False)
    if not sys.stdin.isatty():
        return _Password(passwords.random_password(), True)
    asked = Text("新密码", "New password").to(Settings().locale)
    again = Text("再输入一次", "Once more").to(Settings().locale)
    given = typer.prompt(asked, hide_input=True, confirmation_prompt=again, err=True)
    return _Password(given, False)


def _show(password: _Password) -> None:
    """Print a random password: alone on stdout, so that scripts can take it."""
    if password.random:
        say(Text("初始密码（仅显示这一次，首次登录须更改）：",
                 "The password, shown this once, to be changed at sign-in:").to(Settings().locale))
        out.print(password.text, markup=False)


def _do(name: str, verb: Callable[..., Awaitable[object]], said: Text, **more: object) -> None:
    """A verb on an account, then a sentence that it is done."""
    async def work(session: AsyncSession) -> None:
        account = await service.account_named(session, typed(name))
        await verb(session, account, asker=Asker(operator()), **more)

    settings = Settings()
    at_the_gate(settings, work)
    say(said.to(settings.locale))


def _state(row: AccountRow) -> Text:
    if row.disabled_at is not None:
        return Text(f"{on_clock(row.disabled_at)} 停用", f"disabled {on_clock(row.disabled_at)}")
    return Text("演示", "demo") if row.demo else Text("", "")


def _plain(row: AccountRow) -> dict[str, object]:
    return {
        "name": row.name, "displayName": row.display_name, "role": row.role,
        "regions": [{"code": region.code, "name": region.name} for region in row.regions],
        "demo": row.demo, "provider": row.provider, "secondFactor": row.second_factor,
        "createdAt": plain(row.created_at), "lastSignIn": plain(row.last_sign_in),
        "disabledAt": plain(row.disabled_at),
    }
